"""The company of the demonstration: two years of records, made by people through actions, on any day it is made."""

import datetime as dt
import json
from collections import Counter

import pytest

from gemba.demo.company.colleagues import COMPANY
from gemba.demo.company.days import quarter_ends, working_day
from gemba.demo.visitors import PASSWORD, VISITORS
from gemba.kernel import clock
from gemba.kernel.access.scope import Access, access_of
from gemba.kernel.access.viewer import seeing
from gemba.kernel.links.models import Link
from gemba.kernel.notices.models import Comment, Notice, OutgoingMail
from gemba.kernel.people.models import Absence, Account, Person, RoleGrant, Site
from gemba.kernel.people.organisation import organisation
from gemba.kernel.records.models import Record, content_digest, state_digest
from gemba.kernel.roles import Role
from gemba.kernel.signing.models import Signature
from gemba.kernel.tasks.mine import my_tasks
from gemba.kernel.tasks.models import Task
from gemba.kernel.trail.chain import verify_chain
from gemba.kernel.trail.models import Event
from gemba.kernel.types import registry, specific
from gemba.modules.objective.models import Objective
from gemba.modules.objective.record import not_measured
from gemba.web.work import my_work
from tests.demo.conftest import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("company")]


ALONE = ("competence", "course", "quiz")
"""Kinds whose author may approve them: what is learned is planned by one person in a company of this size."""


def approvals(who: Access) -> list[str]:
    """Titles of the records that wait for this person's signature, as the work list shows them."""
    groups = my_work(who, clock.today()).groups
    return [item.record.title for group in groups for item in group.items if item.source == "approval"]


def records() -> list[Record]:
    return list(Record._base_manager.order_by("pk"))


def access(name: str) -> Access:
    return access_of(Person.objects.get(name=name), registry.readers())


@pytest.mark.usefixtures("company")
def test_the_company_is_the_one_of_the_documents() -> None:
    """M22: one fiction for the report and for the records, said to be invented."""
    assert organisation().name == COMPANY == "Kuvitelma Medical Oy"
    people = Person.objects.exclude(kind=Person.Kind.SYSTEM)
    assert 25 <= people.count() <= 30
    kinds = Counter(people.values_list("kind", flat=True))
    assert kinds == {"employee": 24, "consultant": 2, "external": 1}
    assert all(person.email.endswith("@kuvitelma.example") for person in people)
    assert set(Site.objects.values_list("time_zone", flat=True)) == {"Europe/Helsinki", "Europe/London"}
    assert {grant.role for grant in RoleGrant.objects.in_force(NOW.date())} == set(Role)


@pytest.mark.usefixtures("company")
def test_everything_was_done_through_actions() -> None:
    """AUD-01: every record equals what its last event committed to, and every chain is whole."""
    subjects = set(Event.objects.values_list("subject", flat=True))
    assert len(subjects) > 150
    for subject in sorted(subjects):
        assert verify_chain(subject) == [], subject
    for record in records():
        full = specific(record)
        last = Event.objects.filter(subject=record.subject).latest("seq")
        assert json.loads(last.body)["state"] == state_digest(full.snapshot()), record


@pytest.mark.usefixtures("company")
def test_no_event_is_older_than_the_one_before_it() -> None:
    """AUD-03: the shifted clock only moves forward, and never beyond the day of the demonstration."""
    times = list(Event.objects.order_by("pk").values_list("at", flat=True))
    assert times == sorted(times)
    assert times[0] < NOW - dt.timedelta(days=700)
    assert times[-1] < NOW
    entered = [record.entered_at for record in records()]
    assert entered == sorted(entered)


@pytest.mark.usefixtures("company")
def test_lives_are_as_varied_as_real_ones() -> None:
    """M24: measured objectives; and one of everything that a screen must be able to show."""
    objectives = Objective._base_manager
    acts = set(Event.objects.values_list("act", flat=True))
    assert acts >= {
        f"objective.{act}"
        for act in (
            "raise",
            "submit",
            "reject",
            "edit",
            "approve",
            "extend",
            "assign",
            "end",
            "void",
            "comment",
            "task",
        )
    } | {f"measurement.{act}" for act in ("raise", "link", "look", "attach", "confirm")}
    assert {o.state for o in objectives.all()} == {"draft", "review", "pursued", "ended", "void"}
    assert objectives.filter(open=True, due__lt=NOW.date()).count() >= 2
    assert objectives.filter(extensions=2).exists()
    assert objectives.filter(confidential=True).count() == 1
    assert objectives.filter(exercise=True, number__startswith="EX-OBJ-").count() == 1
    assert [o.title for o in objectives.filter(not_measured(NOW.date()))] == ["Close what we open"]
    assert Link.objects.suspect().filter(role="measures").count() == 1
    assert Comment.objects.filter(text__contains="@").count() >= 4
    assert Notice.objects.filter(reason=Notice.Reason.MENTION).exists()
    assert Task.objects.filter(done_at=None).count() >= 3
    assert Task.objects.exclude(done_at=None).exists()
    assert len(records()) > 350


@pytest.mark.usefixtures("company")
def test_signatures_are_valid_and_given_by_those_who_may() -> None:
    """SIG-04, GXP-16: of another person than the author, over the content that stands, one of them as a deputy."""
    signed = Signature.objects.select_related("record", "person", "on_behalf_of")
    assert {s.meaning for s in signed} >= {"Approval", "Rejection", "Confirmation", "End of the objective"}
    second = [s for s in signed if s.meaning in ("Approval", "Rejection", "Confirmation", "Review")
              and s.record.kind not in ALONE]  # fmt: skip
    assert all(s.person_id != s.record.raised_by_id for s in second)
    for signature in signed.filter(rejection=False):
        record = specific(signature.record)
        assert signature.valid or signature.record.state != "confirmed"
        assert record.digest == content_digest(record, _files(record))
    assert [(s.person.name, s.on_behalf_of.name) for s in signed if s.on_behalf_of] == [
        ("Sanna Kettu", "Aino Lehtovaara")
    ]


def _files(record: Record) -> list[tuple[str, str, int]]:
    return [(a.name, a.blob_id, a.blob.size) for a in record.attachments.filter(removed=None).select_related("blob")]


@pytest.mark.usefixtures("company")
def test_each_visitor_finds_what_was_promised() -> None:
    """M60: the four people one is told to sign in as can sign in, and have something to do or to see."""
    for visitor in VISITORS:
        account = Account.objects.get(email=visitor.address)
        assert account.check_password(PASSWORD)
        assert account.may_enter
        with seeing(access(account.person.name)):
            assert Record.objects.count() > 50
    with seeing(access("Mikael Sundberg")) as manager:
        assert len(approvals(manager)) >= 5
    with seeing(access("Priya Raman")) as engineer:
        assert [p.name for p in engineer.principals] == ["Oskari Niemi"]
        assert approvals(engineer)
    with seeing(access("Aino Lehtovaara")):
        assert "approve" in [t.transition for t in my_tasks()]
    with seeing(access("Beatrix Maas")) as auditor:
        assert auditor.roles == {Role.AUDITOR}
        assert not Record.objects.exclude(site__name="Tampere").exists()
        assert not Record.objects.filter(confidential=True).exists()


@pytest.mark.usefixtures("company")
def test_somebody_is_away_today_and_somebody_has_left() -> None:
    """GXP-16."""
    away = Absence.objects.filter(valid_from__lte=NOW.date(), valid_to__gte=NOW.date()).get()
    assert (away.person.name, away.deputy.name) == ("Oskari Niemi", "Priya Raman")
    gone = Person.objects.exclude(ended=None).get()
    assert not Record._base_manager.filter(owner=gone, open=True).exclude(kind="training", state="completed").exists()


@pytest.mark.usefixtures("company")
def test_a_demonstration_sends_no_mail() -> None:
    assert not OutgoingMail.objects.exists()
    assert not Notice.objects.filter(mailed_at=None).exists()


@pytest.mark.parametrize(
    ("before", "last"),
    [((2026, 11, 22), (2026, 9, 30)), ((2027, 1, 1), (2026, 12, 31)), ((2027, 3, 31), (2026, 12, 31))],
)
def test_quarters_end_before_the_day(before: tuple[int, int, int], last: tuple[int, int, int]) -> None:
    ends = quarter_ends(dt.date(*before))
    assert (len(ends), ends[-1]) == (8, dt.date(*last))
    assert list(ends) == sorted(ends)


def test_nobody_works_at_the_weekend() -> None:
    assert working_day(dt.date(2026, 11, 22)) == dt.date(2026, 11, 20)
    assert working_day(dt.date(2026, 11, 23)) == dt.date(2026, 11, 23)
