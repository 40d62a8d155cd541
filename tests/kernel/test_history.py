"""A record's past: readable, paged by key, and enough to know how it stood at any moment."""

import datetime as dt
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.formats import date_format

from gemba.kernel.actions.connect import EndLink, MakeLink
from gemba.kernel.actions.due import ExtendDue
from gemba.kernel.actions.files import Attach
from gemba.kernel.actions.talk import Say
from gemba.kernel.actions.write import Edit
from gemba.kernel.history import act_label, as_of, history_of
from gemba.kernel.people.models import Person
from gemba.kernel.roles import Role
from gemba.kernel.trail.models import Event
from gemba.kernel.types import registry
from tests.kernel.people import access, as_, person
from tests.kernel.samples import again, figure, raised, signed, submitted

pytestmark = pytest.mark.django_db


def test_folding_all_events_gives_the_record_as_it_stands(quality: Person, manager: Person, store: Path) -> None:
    """AUD-05, TMP-13: every column, from the events alone, whatever happened beside the columns."""
    objective = submitted(quality)
    signed(objective, "reject", manager, "Unclear")
    Edit(record=objective, values={"unit": "weeks", "due": None, "owner": manager}, **as_(quality)).execute()
    Say(record=objective, text="comment", **as_(quality)).execute()
    Attach(record=objective, name="a.txt", chunks=[b"a"], **as_(quality)).execute()
    MakeLink(record=figure(quality), role="measures", to=again(objective), **as_(quality)).execute()
    assert as_of(objective, timezone.now()) == again(objective).snapshot()


def test_a_record_is_reconstructed_as_of_any_moment(quality: Person) -> None:
    """M48, AUD-05: what did it say on that day, answered from the events; before it was raised, nothing."""
    before = timezone.now()
    objective = raised(quality, unit="A")
    moments = {}
    for unit in ("B", "C"):
        moments[objective.unit] = Event.objects.latest("id").at
        objective = Edit(record=objective, values={"unit": unit}, **as_(quality)).execute()
    for unit, moment in moments.items():
        then = as_of(objective, moment)
        assert then is not None
        assert then["unit"] == unit
    assert as_of(objective, before - dt.timedelta(seconds=1)) is None


def test_history_is_readable_with_labels_and_words_instead_of_columns_and_keys(
    quality: Person, manager: Person
) -> None:
    """AUD-09, M44: people read labels, choices, names and states; the name of the actor is the one of that day."""
    objective = submitted(quality)
    signed(objective, "reject", manager, "Unclear")
    turned = {"direction": "at_least", "owner": manager}
    Edit(record=objective, values=turned, reason="Turned", **as_(quality)).execute()
    Person.objects.filter(pk=quality.pk).update(name="Aino Virtanen")
    rows = history_of(objective, access(quality)).rows
    assert [row.act for row in rows] == ["Changed", "Send back", "Send to review", "Raised"]
    changed = {change.label: (change.old, change.new) for change in rows[0].changes}
    assert changed == {"Good is": ("at most", "at least"), "Owner": ("Aino Virtanen", "Marta")}
    assert {change.label: change.new for change in rows[1].changes} == {"State": "Draft"}
    assert (rows[0].who, rows[0].reason, rows[1].reason) == ("Aino", "Turned", "Unclear")
    signature = rows[1].signature
    assert signature is not None
    assert (signature["name"], signature["meaning"]) == ("Marta", "Rejection")
    first = {change.label: change.new for change in rows[3].changes}
    assert first["Due"] == date_format(dt.date(2027, 6, 30), "DATE_FORMAT")
    assert first["Target"] == "10.000"
    assert "Uid" not in first


def test_linked_records_show_in_history_only_to_those_who_may_see_them(quality: Person) -> None:
    """ACL-04: the far end's name is no secret of this record; it is looked up with the reader's eyes."""
    hidden, measured = raised(quality, confidential=True), figure(quality)
    link = MakeLink(record=measured, role="measures", to=hidden, **as_(quality)).execute()
    EndLink(record=measured, link=link, reason="Other", **as_(quality)).execute()
    mine = history_of(measured, access(quality)).rows
    assert (mine[0].changes[0].label, mine[0].changes[0].old, mine[0].changes[0].new) == ("measures", str(hidden), "-")
    theirs = history_of(measured, access(person("Eino", Role.QUALITY))).rows
    assert theirs[1].changes[0].new == "a record you may not see"
    assert hidden.title not in repr(theirs)
    assert hidden.number not in repr(theirs)


def test_history_is_paged_by_key_with_the_same_statements_for_every_page(quality: Person) -> None:
    """DOS-06, M44: the end of a long history is as near as its beginning."""
    objective = raised(quality)
    for month in range(1, 13):
        day = dt.date(2028, month, 1)
        ExtendDue(record=objective, due=day, reason=f"Month {month}", **as_(quality)).execute()
    eyes = access(quality)
    seen, before, counts = [], None, set()
    while True:
        with CaptureQueriesContext(connection) as statements:
            page = history_of(objective, eyes, before=before, size=5)
        seen += [row.seq for row in page.rows]
        counts.add(len(statements))
        if page.older is None:
            break
        before = page.older
    assert seen == list(range(13, 0, -1))
    assert max(counts) <= 2


def test_every_act_of_every_type_has_words() -> None:
    """M44: a step is called as on its button; what an older version did still reads as words."""
    for declared in registry:
        for step in declared.lifecycle.transitions:
            assert act_label(declared, step.name) == str(step.label) != step.name
    assert act_label(next(iter(registry)), "gone_step") == "Gone step"
