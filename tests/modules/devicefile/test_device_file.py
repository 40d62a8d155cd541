"""The file of a device is an index that makes itself: what is in force, who signed it, what is missing."""

import csv
import datetime as dt
import io
import zipfile
from pathlib import Path
from typing import Any

import pytest
from dateutil.relativedelta import relativedelta
from django.db.models import QuerySet
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

from gemba.evidence.catalogue.load import catalogue
from gemba.kernel import clock
from gemba.kernel.access.viewer import seeing, seeing_everything
from gemba.kernel.actions.connect import EndLink, MakeLink
from gemba.kernel.actions.files import Attach
from gemba.kernel.actions.write import Edit, Raise
from gemba.kernel.links.models import Link
from gemba.kernel.people.models import Person, Product
from gemba.kernel.records.models import Record
from gemba.kernel.refusals import Invalid, Refused
from gemba.kernel.roles import Role
from gemba.kernel.types import registry
from gemba.modules.devicefile.finding import Index, index_of
from gemba.modules.devicefile.models import DesignFile, DeviceFile
from gemba.modules.devicefile.parts import DESIGN, DEVICE
from gemba.web.jumping import places
from tests.kernel.people import access, as_, person
from tests.kernel.samples import again, figure, signed
from tests.modules.change.making import in_effect
from tests.modules.document.life import document, draft, released, step
from tests.web.conftest import SignIn, sign_in

__all__ = ["sign_in"]
pytestmark = pytest.mark.django_db


@pytest.fixture
def sanna(db: None) -> Person:
    return person("Sanna", Role.ENGINEER)


@pytest.fixture
def mikael(db: None) -> Person:
    return person("Mikael", Role.QUALITY)


@pytest.fixture
def pisara(db: None) -> Product:
    return Product.objects.create(name="Pisara 2")


@pytest.fixture
def client(sign_in: SignIn, mikael: Person) -> Client:
    return sign_in(mikael)


def file_of(who: Person, product: Product | None, model: Any = DeviceFile, **values: Any) -> Any:
    given: dict[str, Any] = {
        "title": "Pisara 2",
        "variant": "2.1",
        "about": "Counts drops",
        "product": product,
        "absent": [],
    }
    return Raise(model=model, values={**given, **values}, **as_(who)).execute()


def linked(file: Any, role: str, to: Record, who: Person) -> Link:
    return MakeLink(record=again(file), role=role, to=to, **as_(who)).execute()


def today_of(file: Any, day: dt.date | None = None) -> Index:
    with seeing_everything():
        return index_of(again(file), day or clock.today())


def without(*names: str) -> list[dict[str, str]]:
    """Every part of a medical device file but these does not apply."""
    return [{"part": part.name, "why": "Software alone"} for part in DEVICE if part.name not in names]


def test_an_empty_file_lists_every_part_it_lacks(sanna: Person, pisara: Product) -> None:
    """M37, M38: an empty part is missing; a part that does not apply has a reason instead."""
    device = file_of(sanna, pisara, absent=[{"part": "installation", "why": "Clipped on by hand"}])
    missing = [part.name for part in today_of(device).missing]
    assert missing == [part.name for part in DEVICE if part.name != "installation"]
    design = file_of(sanna, pisara, DesignFile)
    assert [part.name for part in today_of(design).missing] == [part.name for part in DESIGN if part.needed]


def test_an_item_shows_the_revision_of_the_day_and_who_signed_it(
    sanna: Person, mikael: Person, pisara: Product
) -> None:
    """M37, M38: as of any day: before the first revision it was under no control, then R1, then R2."""
    device = file_of(sanna, pisara)
    family = document(sanna, title="Drawing 12")
    linked(device, "drawings", family, sanna)
    [item] = today_of(device).items
    assert (item.revision, item.faults) == ("", ("No revision of it was in force on that day.",))
    first = released(sanna, mikael, family)
    start = clock.today()
    with clock.shifted(timezone.now() + dt.timedelta(days=30)):
        second = released(sanna, mikael, family, change_reason="Rib removed", what_changed="Third rib")
    days = [start, start + dt.timedelta(days=29), start + dt.timedelta(days=30)]
    shown = [(today_of(device, day).items[0].revision, today_of(device, day).items[0].text) for day in days]
    assert shown == [("R1", first.pk), ("R1", first.pk), ("R2", second.pk)]
    [item] = today_of(device).items
    assert item.signed.startswith("Mikael, ")
    assert item.faults == ()


def test_a_link_made_later_is_not_in_the_index_of_an_earlier_day(
    sanna: Person, mikael: Person, pisara: Product
) -> None:
    """M38: what the file held on a day stays readable after links are made and ended."""
    device = file_of(sanna, pisara)
    made = signed(figure(sanna), "confirm", mikael)
    with clock.shifted(timezone.now() + dt.timedelta(days=10)):
        link = linked(device, "inspection", made, sanna)
    with clock.shifted(timezone.now() + dt.timedelta(days=20)):
        EndLink(record=again(device), link=link, reason="Wrong part", **as_(sanna)).execute()
    start = clock.today()
    held = [len(today_of(device, start + dt.timedelta(days=n)).items) for n in (9, 10, 19, 20)]
    assert held == [0, 1, 1, 0]


def test_signed_records_of_the_product_come_into_its_design_file_by_themselves(
    sanna: Person, mikael: Person, pisara: Product
) -> None:
    """M37: a design change of the product in effect stands under changes without anybody linking it."""
    design = file_of(sanna, pisara, DesignFile)
    elsewhere = file_of(sanna, Product.objects.create(name="Another"), DesignFile)
    change, _task = in_effect(sanna, mikael)
    _set(change, type="design", product=pisara)
    found = today_of(design)
    assert [(item.part.name, item.record.number, item.by_itself) for item in found.items] == [
        ("changes", change.number, True)
    ]
    assert today_of(elsewhere).items == []
    assert today_of(design, clock.today() - dt.timedelta(days=1)).items == []


def test_a_paper_record_of_the_product_comes_in_as_the_evidence_it_is(
    sanna: Person, mikael: Person, pisara: Product
) -> None:
    """M37: an old folder registered as design inputs stands under the inputs, with its place."""
    design = file_of(sanna, pisara, DesignFile)
    for proves in ("design_input", "batch_record"):
        given = {"type": "paper", "place": "Cellar, shelf 3", "custodian": sanna, "proves": proves, "product": pisara}
        step(document(sanna, title=proves, **given), "register", mikael)
    [item] = today_of(design).items
    assert (item.part.name, item.revision, item.faults, item.by_itself) == ("inputs", "Cellar, shelf 3", (), True)


def _set(record: Any, **columns: Any) -> None:
    """Past the actions, as only a test may."""
    model = type(record)
    own = {n: v for n, v in columns.items() if model._meta.get_field(n) in model._meta.local_fields}
    if own:
        QuerySet(model).filter(pk=record.pk).update(**own)
    QuerySet(Record).filter(pk=record.pk).update(**{n: v for n, v in columns.items() if n not in own})


def test_what_is_unsigned_void_or_outside_control_is_flagged(
    sanna: Person, mikael: Person, pisara: Product, tmp_path: Path, settings: Settings
) -> None:
    """M50: a draft text, an unsigned record, an outside document without edition, a file nobody numbered."""
    settings.GEMBA_FILES = str(tmp_path)
    device = file_of(sanna, pisara)
    text = draft(sanna, document(sanna, title="Test method"))
    loose = document(sanna, title="Datasheet", type="external")
    for role, to in (("inspection", text), ("making", figure(sanna)), ("specifications", loose)):
        linked(device, role, to, sanna)
    Attach(record=again(device), name="drawing final (2).txt", chunks=[b"?"], **as_(sanna)).execute()
    index = today_of(device)
    faults = {item.part.name: item.faults for item in index.items}
    assert faults == {
        "inspection": ("Nobody has signed it.",), "making": ("Nobody has signed it.",),
        "specifications": ("It names neither edition nor place.",),
    }  # fmt: skip
    assert index.loose == ["drawing final (2).txt"]
    [flag] = [each for each in registry.named("devicefile").flags if each.name == "loose"]
    assert DeviceFile._base_manager.filter(flag.rows(clock.today())).get() == device


def test_a_record_changed_after_it_was_signed_is_flagged(sanna: Person, mikael: Person, pisara: Product) -> None:
    """M50, SIG-05: a signature over something else does not count."""
    device = file_of(sanna, pisara)
    made = signed(figure(sanna), "confirm", mikael)
    linked(device, "inspection", made, sanna)
    _set(made, digest="0" * 64)
    [item] = today_of(device).items
    assert item.faults == ("It was changed after it was signed.",)


def test_only_a_complete_and_controlled_index_is_confirmed(sanna: Person, mikael: Person, pisara: Product) -> None:
    """M38: the step says what is missing, what is under no control, and whose file it is."""
    device = file_of(sanna, None, absent=without("drawings"))
    with pytest.raises(Refused) as refusal:
        signed(device, "confirm", mikael)
    assert "product" in str(refusal.value)
    assert "Drawings" in str(refusal.value)
    Edit(record=again(device), values={"product": pisara}, **as_(sanna)).execute()
    family = document(sanna, title="Drawing 12")
    linked(device, "drawings", family, sanna)
    with pytest.raises(Refused, match=family.number):
        signed(again(device), "confirm", mikael)
    released(sanna, mikael, family)
    now = signed(again(device), "confirm", mikael)
    assert (now.state, again(now).valid_from) == ("current", clock.today())


def test_a_confirmed_file_that_changes_asks_for_a_new_confirmation(
    sanna: Person, mikael: Person, pisara: Product
) -> None:
    """M37, M38: a link made after the confirmation, or a far end that says something else."""
    device = file_of(sanna, pisara, absent=without())
    signed(device, "confirm", mikael)
    [flag] = [each for each in registry.named("devicefile").flags if each.name == "changed"]
    rows = DeviceFile._base_manager.filter(flag.rows(clock.today()))
    assert not rows.exists()
    made = signed(figure(sanna), "confirm", mikael)
    with clock.shifted(timezone.now() + dt.timedelta(minutes=5)):
        linked(device, "inspection", made, sanna)
    assert rows.exists()
    with clock.shifted(timezone.now() + dt.timedelta(minutes=9)):
        signed(again(device), "confirm_again", mikael)
    assert not rows.exists()
    _set(made, digest="1" * 64)
    assert rows.exists()


def test_a_part_is_excused_once(sanna: Person, pisara: Product) -> None:
    line = {"part": "installation", "why": "None"}
    with pytest.raises(Invalid):
        file_of(sanna, pisara, absent=[line, line])


def test_the_index_asks_the_same_number_of_statements_for_two_items_and_for_twenty(
    sanna: Person, mikael: Person, pisara: Product, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    """M37: a file of many items is as quick to open."""
    device = file_of(sanna, pisara)
    for n in range(6):
        linked(device, "inspection", signed(figure(sanna, title=f"Figure {n}"), "confirm", mikael), sanna)
        linked(device, "drawings", document(sanna, title=f"Drawing {n}"), sanna)
    now = again(device)
    with seeing_everything(), django_assert_max_num_queries(9):
        assert len(index_of(now, clock.today()).items) == 12


def test_page_table_pdf_and_zip_hold_the_same_items(
    client: Client, sanna: Person, mikael: Person, pisara: Product
) -> None:
    """M37, M38: each item with revision and signature; what is missing stands first."""
    device = file_of(sanna, pisara)
    family = document(sanna, title="Drawing 12")
    revision = released(sanna, mikael, family)
    linked(device, "drawings", family, sanna)
    here = f"/records/devicefile/{device.number}"
    assert "Drawing 12" in client.get(here).content.decode()
    page = client.get(f"{here}/index").content.decode()
    for said in ("Missing: Product specifications.", "Drawing 12", "R1", "Mikael", "under control"):
        assert said in page
    table = b"".join(client.get(f"{here}/index?form=csv").streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    [row] = list(csv.reader(io.StringIO(table)))[1:]
    assert row[:4] == ["Drawings, parts list, source", f"{family.number} Drawing 12", "document", "R1"]
    assert client.get(f"{here}/index?form=pdf").content[:5] == b"%PDF-"
    packed = b"".join(client.get(f"{here}/index?form=zip").streaming_content)  # type: ignore[attr-defined]
    with zipfile.ZipFile(io.BytesIO(packed)) as made:
        names = set(made.namelist())
        page = made.read("index.html").decode()
    assert {f"records/{each.number}.pdf" for each in (device, family, revision)} <= names
    assert "Missing: Product specifications." in page


def test_what_the_reader_may_not_see_is_counted_and_not_named(
    sanna: Person, mikael: Person, pisara: Product, sign_in: SignIn
) -> None:
    """ACL-02, M37: hidden items are neither named nor silently left out."""
    device = file_of(sanna, pisara)
    secret = figure(sanna, title="Patent pending", confidential=True)
    linked(device, "making", secret, sanna)
    reader = person("Noora", Role.EMPLOYEE)
    with seeing(access(reader)):
        found = index_of(again(device), clock.today())
    assert (found.items, found.hidden) == ([], 1)
    page = sign_in(reader).get(f"/records/devicefile/{device.number}/index").content.decode()
    assert "Patent pending" not in page
    assert "1 linked records that you may not see" in page


NAMES = (
    ("DHF", "designfile"), ("design and development file", "designfile"), ("DMR", "devicefile"),
    ("medical dev", "devicefile"),
)  # fmt: skip


@pytest.mark.parametrize(("typed", "kind"), NAMES)
def test_old_and_new_names_find_the_files(mikael: Person, typed: str, kind: str) -> None:
    """M37, M38: whoever types DHF or DMR comes to the same place as by the names of today."""
    assert f"/records/{kind}" in [place.url.rstrip("/") for place in places(access(mikael), typed)]


@pytest.mark.parametrize("query", ["?on=never", "?on=%00&form=xxx", "?on=0000-00-00", "?form=" + "z" * 2000])
def test_strange_addresses_are_a_page(client: Client, sanna: Person, pisara: Product, query: str) -> None:
    """FIL-01: whatever stands in the address."""
    device = file_of(sanna, pisara)
    assert client.get(f"/records/devicefile/{device.number}/index{query}").status_code == 200


def test_a_closed_file_keeps_its_index(sanna: Person, mikael: Person, pisara: Product) -> None:
    """M38: the version is no longer made; what it was made from stays readable on any day."""
    device = file_of(sanna, pisara, absent=without("drawings"))
    family = document(sanna, title="Drawing 12")
    released(sanna, mikael, family)
    linked(device, "drawings", family, sanna)
    signed(again(device), "confirm", mikael)
    signed(again(device), "close", mikael, "Replaced by 3.0")
    later = clock.today() + relativedelta(years=5)
    assert [item.record.number for item in today_of(device, later).items] == [family.number]


def test_parts_name_evidence_that_the_catalogue_knows() -> None:
    """M37, M38: a misspelt type would never find anything."""
    known = set(catalogue().evidence_types)
    assert [each for part in (*DESIGN, *DEVICE) for each in part.evidence if each not in known] == []
