"""Numbers, periodic review, paper, documents from outside, retention, and the procedure beside a record."""

import datetime as dt
from typing import Any

import pytest

from gemba.kernel import clock
from gemba.kernel.access.viewer import seeing
from gemba.kernel.actions.advance import Void
from gemba.kernel.actions.write import Edit, Raise
from gemba.kernel.notices.models import Notice
from gemba.kernel.people.models import Person
from gemba.kernel.refusals import Conflict, Invalid, Refused
from gemba.kernel.roles import Role
from gemba.kernel.tasks.models import Task
from gemba.kernel.types import registry
from gemba.modules.document import jobs
from gemba.modules.document.life_panels import procedure
from gemba.modules.document.models import Document, PeriodicReview
from gemba.modules.document.retention import destroy_not_before, rule_in_words
from gemba.modules.objective.models import Objective
from tests.kernel.people import access, as_, person
from tests.kernel.samples import raised
from tests.modules.document.life import again, do, document, draft, edit, released, revised, step, today

pytestmark = pytest.mark.django_db


def test_numbers_follow_the_type_and_are_never_used_again(author: Person, approver: Person) -> None:
    """M48: a void keeps its number, so that the gap has a reason; exercises are numbered apart."""
    made = [document(author, type=kind).number for kind in ("procedure", "instruction", "procedure", "form", "manual")]
    assert made == ["SOP-001", "WI-001", "SOP-002", "FRM-001", "MAN-001"]
    second = Document._base_manager.get(number="SOP-002")
    Void(record=second, reason="Raised twice", **as_(approver)).execute()
    assert document(author, type="procedure").number == "SOP-003"
    assert document(author, type="procedure", exercise=True).number == "EX-SOP-001"
    assert again(second).number == "SOP-002"


def test_a_document_keeps_the_number_it_came_with(author: Person) -> None:
    """M48: taken over from another system; the own series passes over it."""
    values = {"title": "Old", "type": "procedure", "area": "quality"}
    for own in ("QP-07", "SOP-001"):
        assert Raise(model=Document, values=values, fixed={"own_number": own}, **as_(author)).execute().number == own
    assert document(author, type="procedure").number == "SOP-002"
    with pytest.raises(Conflict, match="QP-07"):
        Raise(model=Document, values=values, fixed={"own_number": "QP-07"}, **as_(author)).execute()
    old = Document._base_manager.get(number="QP-07")
    assert draft(author, old).number == "QP-07-R1"


def test_a_type_cannot_be_changed_under_its_number(author: Person) -> None:
    """M48: SOP-001 is a procedure for ever."""
    with pytest.raises(Invalid, match="SOP-001"):
        Edit(record=document(author, type="procedure"), values={"type": "form"}, **as_(author)).execute()


def test_an_overdue_review_is_brought_to_the_owner_then_quality_then_management(
    author: Person, approver: Person
) -> None:
    """M49: a task a month before, a notice after two weeks, another after a month; each once."""
    manager = person("Marta", Role.MANAGEMENT)
    start = dt.datetime(2026, 1, 15, 9, tzinfo=dt.UTC)
    with clock.shifted(start):
        family = again(released(author, approver, document(author, review_months=12)).document)
        assert (family.next_review, family.due) == (dt.date(2027, 1, 15), dt.date(2027, 1, 15))
    due = dt.datetime(2027, 1, 15, 9, tzinfo=dt.UTC)
    expected: tuple[tuple[int, int, list[Person], int], ...] = (
        (-40, 0, [], 0), (-20, 1, [], 1), (5, 1, [], 1), (14, 1, [approver], 2), (31, 1, [approver, manager], 3),
    )  # fmt: skip
    for days, tasks, told, level in expected:
        with clock.shifted(due + dt.timedelta(days=days)):
            jobs.daily_documents.call()
            jobs.daily_documents.call()
        assert Task.objects.filter(record=family, person=author, transition="look_over").count() == tasks, days
        notices = Notice.objects.filter(record=family, text__contains="should have been reviewed").order_by("pk")
        assert [notice.person for notice in notices] == told, days
        assert again(family).escalated == level
    flag = next(flag for flag in registry.named("document").flags if flag.name == "review-overdue")
    with seeing(access(author)):
        assert not Document.objects.filter(flag.rows(dt.date(2027, 1, 15))).exists()
        assert Document.objects.filter(flag.rows(dt.date(2027, 1, 16))).count() == 1


def test_a_review_is_signed_names_the_revision_and_moves_the_next_one(author: Person, approver: Person) -> None:
    """M49: the owner or quality; what was looked at is asked for."""
    start = dt.datetime(2026, 1, 15, 9, tzinfo=dt.UTC)
    with clock.shifted(start):
        made = released(author, approver, document(author, review_months=12))
    with clock.shifted(start + dt.timedelta(days=350)):
        jobs.daily_documents.call()
        review = do(made.document, "look_over", author, outcome="confirmed", considered="No change of law, no finding")
        assert (review.revision, review.state) == (made, "looking")
        with pytest.raises(Refused, match="owner of the document or quality"):
            step(review, "confirm", person("Nora", Role.EMPLOYEE))
        signed = step(review, "confirm", author)
        assert (signed.state, signed.reviewed_on, signed.signatures.get().valid) == ("reviewed", clock.today(), True)
    family = again(made.document)
    assert family.next_review == dt.date(2027, 12, 31)
    assert not Task.objects.filter(record=family, done_at=None, withdrawn=False).exists()
    assert again(made).signatures.get().valid


def test_a_review_that_finds_something_asks_for_a_revision(author: Person, approver: Person) -> None:
    """M49: the outcome is work, not a remark."""
    made = released(author, approver)
    review = do(made.document, "look_over", approver, outcome="revise", considered="The law changed")
    step(review, "confirm", approver)
    task = Task.objects.get(record=made.document, done_at=None)
    assert (task.what, task.person) == ("Start a revision of POL-001", author)
    assert PeriodicReview._base_manager.get().outcome == "revise"


def test_a_paper_record_is_evidence_with_its_place(author: Person, approver: Person) -> None:
    """M45: registered and signed once it says where the paper is and who keeps it."""
    paper = document(author, type="paper", proves="calibration_record", event_date=dt.date(2024, 5, 2),
                     retention="record", retention_years=10)  # fmt: skip
    with pytest.raises(Refused, match="where the paper is, custodian"):
        step(paper, "register", author)
    edit(paper, author, place="Archive 2, shelf 14", custodian=author)
    registered = step(paper, "register", author)
    assert (registered.number, registered.state, registered.signatures.get().valid) == ("PAP-001", "in_force", True)
    assert destroy_not_before(registered) == dt.date(2034, 5, 2)
    shown = [each for each in registry.named("document").yields if each.evidence == "calibration_record"]
    with seeing(access(author)):
        assert list(Document.objects.filter(shown[0].condition, state__in=[s.name for s in shown[0].states])) == [paper]
        others = [each for each in registry.named("document").yields if each.evidence == "training_record"]
        assert not Document.objects.filter(others[0].condition).exists()


def test_an_external_document_is_registered_with_issuer_and_edition_and_watched(
    author: Person, approver: Person
) -> None:
    """M42, ISO 13485 4.2.4: identified, and looked at again in its period for a newer edition."""
    standard = document(author, type="external", title="Risk management", review_months=6)
    with pytest.raises(Refused, match="issuer, edition"):
        step(standard, "register", author)
    edit(standard, author, issuer="ISO", edition="2019", source="Bought from the national body")
    registered = step(standard, "register", author)
    assert (registered.state, registered.next_review is not None) == ("in_force", True)
    review = do(
        standard, "look_over", author, outcome="revise", considered="Catalogue of the issuer", newer_edition="2027"
    )
    assert step(review, "confirm", author).newer_edition == "2027"


def test_a_procedure_is_not_registered_without_an_approved_text(author: Person) -> None:
    """M42: the short way is for paper and for documents of others only."""
    with pytest.raises(Refused, match="approved revision"):
        step(document(author, type="procedure"), "register", author)


RULES = (
    ({"retention": "obsolete", "retention_years": 5}, dt.date(2031, 3, 1)),
    ({"retention": "law", "retention_years": 10, "retention_basis": "MDR Art. 10(8)"}, dt.date(2036, 3, 1)),
    ({"retention": "record", "retention_years": 3, "event_date": dt.date(2020, 2, 29)}, dt.date(2023, 2, 28)),
    ({"retention": "device", "retention_years": 15, "retention_from": dt.date(2030, 6, 1)}, dt.date(2045, 6, 1)),
    ({"retention": "device", "retention_years": 15}, None),
)


@pytest.mark.parametrize(("values", "until"), RULES, ids=[f"{v['retention']}-{u}" for v, u in RULES])
def test_the_day_before_which_nothing_is_destroyed_is_computed(
    author: Person, approver: Person, values: dict[str, Any], until: dt.date | None
) -> None:
    """M52: by the rule of the document; not settled means never."""
    with clock.shifted(dt.datetime(2026, 3, 1, 9, tzinfo=dt.UTC)):
        made = released(author, approver, document(author, **values))
        step(made.document, "retire", approver, reason="Not needed")
        family = again(made.document)
    assert destroy_not_before(family) == until
    assert str(values["retention_years"]) in rule_in_words(family)


def test_destruction_is_noted_from_its_day_on_and_once(author: Person, approver: Person) -> None:
    """M52: who, when, how; the number and the text stay."""
    start = dt.datetime(2026, 3, 1, 9, tzinfo=dt.UTC)
    with clock.shifted(start):
        made = released(author, approver)
        step(made.document, "retire", approver, reason="Not needed")
    with clock.shifted(dt.datetime(2031, 2, 28, 9, tzinfo=dt.UTC)), pytest.raises(Refused, match="1 Mar 2031"):
        do(made.document, "note_destruction", approver, how="Shredded")
    with clock.shifted(dt.datetime(2031, 3, 1, 9, tzinfo=dt.UTC)):
        noted = do(made.document, "note_destruction", approver, how="Shredded, certificate 17")
        assert (noted.destroyed_on, noted.destroyed_how) == (dt.date(2031, 3, 1), "Shredded, certificate 17")
        with pytest.raises(Refused, match="already"):
            do(made.document, "note_destruction", approver, how="Again")
    assert [signature.valid for signature in again(made.document).signatures.all()] == [True]
    assert again(made).body == made.body


def test_beside_a_record_stands_the_text_that_was_in_effect_on_its_day(author: Person, approver: Person) -> None:
    """M46, M112: not the one of today; before there was any, that is said."""
    start = dt.datetime(2026, 3, 1, 9, tzinfo=dt.UTC)
    governs = [{"kind": "objective"}]
    with clock.shifted(start):
        first = released(author, approver, document(author, governs=governs))
    with clock.shifted(start + dt.timedelta(days=60)):
        second = revised(again(first.document), author, approver)
    expected = {
        dt.date(2026, 2, 28): None, dt.date(2026, 3, 1): first, dt.date(2026, 4, 29): first,
        dt.date(2026, 4, 30): second, dt.date(2027, 1, 1): second,
    }  # fmt: skip
    for day, text in expected.items():
        record: Objective = raised(approver, event_date=day)
        shown = procedure(record, access(approver))
        assert shown is not None
        [beside] = shown["found"]
        assert (beside.then, beside.now) == (text, second), day
    assert procedure(again(first.document), access(approver)) is None


def test_a_document_governs_kinds_of_record_that_exist(author: Person) -> None:
    """M47: a kind that there is not is refused."""
    with pytest.raises(Invalid):
        document(author, governs=[{"kind": "dragon"}])


def test_retention_is_filled_in_as_a_whole(author: Person) -> None:
    """M52: a rule without years, a law without a name are refused where they are typed."""
    for values, field in (
        ({"retention": "obsolete", "retention_years": None}, "retention_years"),
        ({"retention": "law", "retention_years": 10}, "retention_basis"),
    ):
        with pytest.raises(Invalid) as refusal:
            document(author, **values)
        assert field in refusal.value.fields


def test_areas_and_types_are_those_of_a_device_company() -> None:
    """M33: design, production, validation and maintenance are among the areas, and the list shows them."""
    assert {"design", "production", "validation", "maintenance"} <= set(Document.Area.values)
    assert {"type", "area"} <= set(registry.named("document").columns)
    assert today() is not None
