"""The company of the demonstration: two years of records, made by people through actions, on any day it is made."""

import datetime as dt
import html
import json
from collections import Counter
from typing import Any

import pytest

from gemba.demo.company.colleagues import COMPANY
from gemba.demo.company.days import quarter_ends, working_day
from gemba.demo.visitors import PASSWORD, VISITORS
from gemba.evidence.catalogue.load import framework
from gemba.evidence.expectations.models import Expectation
from gemba.evidence.practice.assessment import assess
from gemba.evidence.practice.models import Doubt
from gemba.evidence.practice.refresh import catch_up
from gemba.evidence.practice.states import State
from gemba.evidence.scope.models import Applied
from gemba.evidence.scope.standing import decisions_on as applicable_on
from gemba.evidence.signals.all import SIGNALS, signals
from gemba.kernel import clock
from gemba.kernel.access.scope import Access, access_of
from gemba.kernel.access.viewer import seeing, seeing_everything
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
from gemba.modules.devicefile.finding import index_of
from gemba.modules.devicefile.models import DesignFile, DeviceFile
from gemba.modules.objective.models import Objective
from gemba.modules.objective.record import not_measured
from gemba.modules.supplier.buying import from_nobody_approved
from gemba.modules.supplier.gathered import gathered
from gemba.modules.supplier.models import Incoming, Purchase, Supplier, SupplierDecision
from gemba.modules.supplier.standing import decisions_on
from gemba.web.work import my_work
from tests.demo.conftest import NOW
from tests.modules.document.seen import page

pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("company")]


ALONE = ("quiz",)
"""Kinds whose author may approve them: only quality reads a test, and in a company of this size that is one person."""


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
def test_nobody_is_asked_for_a_step_that_nobody_can_take() -> None:
    """M204: an open task names a step that its record can take as it stands."""
    waiting = Task.objects.filter(done_at=None, withdrawn=False).select_related("record")
    steps = [(task, registry.of(task.record).lifecycle.by_name.get(task.transition)) for task in waiting]
    assert sum(step is not None for _task, step in steps) > 10
    assert [str(task) for task, step in steps if step and not step.leaves(task.record.state)] == []
    named = [(step, specific(task.record), task.person) for task, step in steps if step and task.person]
    assert [str(who) for step, record, who in named if any(guard(record, who) for guard in step.personal)] == []


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
        elsewhere = Record.objects.exclude(site__name="Tampere")
        assert not elsewhere.exclude(site=None).exists()
        assert set(elsewhere.values_list("kind", flat=True)) <= registry.readers().company_wide
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


@pytest.mark.usefixtures("company")
def test_every_signal_fires_in_the_story() -> None:
    """M60, M62, M63, M68, M70: nine habits that rows tell of, each with rows to open and a sentence that says more."""
    found = {signal.name: signal for signal in signals(NOW.date())}
    assert found.keys() == SIGNALS.keys()
    quiet = [name for name, signal in found.items() if not signal.fired]
    assert quiet == []
    assert all(any(finding.rows for finding in signal.findings if finding.fired) for signal in found.values())
    said = {name: " ".join(f.sentence for f in signal.findings if f.fired) for name, signal in found.items()}
    assert "Fitness" in said["sequence"]
    assert "changed documents only" in said["response"]


@pytest.mark.usefixtures("company")
def test_what_was_signed_is_proof_under_its_signature() -> None:
    """M71, SIG-04: what follows a signature by itself is no change of what was signed; work that goes on is one."""
    catch_up()
    doubted = Doubt.objects.filter(why="signature").values_list("record__kind", "record__state")
    assert set(doubted) == {("fieldaction", "running")}


def states_on(day: dt.date) -> dict[State, str]:
    """Each state that the company shows on that day, with a duty that is in it."""
    found = assess(framework("iso13485"), applicable_on(day, "iso13485"), on=day)
    return {row.state: row.duty.id for row in found.rows}


@pytest.mark.usefixtures("company")
def test_every_state_is_there_and_its_duty_page_explains_it() -> None:
    """M65, M71: ten states today; undecided are duties on the day before the first scope was approved."""
    before = min(Applied.objects.values_list("valid_from", flat=True)) - dt.timedelta(days=1)
    shown = {state: (duty, "") for state, duty in states_on(NOW.date()).items()}
    shown[State.UNDECIDED] = (states_on(before)[State.UNDECIDED], f"?on={before}")
    assert shown.keys() == set(State)
    sentences = set()
    for state, (duty, asked) in shown.items():
        text = html.unescape(page(Person.objects.get(name="Aino Lehtovaara"), f"/practice/iso13485/duty/{duty}{asked}"))
        assert state.word in text
        said = text.partition("Why it stands like this")[2].partition("<p>")[2].partition("</p>")[0]
        sentences.add(said.partition("20")[0])
    assert len(sentences) == len(State)


@pytest.mark.usefixtures("company")
def test_expectations_ended_in_every_way_that_needs_nobody_to_say_so() -> None:
    """M62: met, late, missed and still open in the ledger of two years; none is waived that nobody waived."""
    assert set(Expectation.objects.values_list("end", flat=True)) >= {"met", "late", "missed", "open"}
    assert not Expectation.objects.filter(end="waived").exists()


def suppliers_flagged(name: str) -> set[str]:
    [flag] = [each for each in registry.named("supplier").flags if each.name == name]
    return set(Supplier._base_manager.filter(flag.rows(NOW.date())).values_list("title", flat=True))


@pytest.mark.usefixtures("company")
def test_suppliers_stand_in_every_status() -> None:
    """M40, M157: approved, proposed and disqualified; on an earlier day it was another list."""
    states = dict(Supplier._base_manager.values_list("title", "state"))
    assert set(states.values()) >= {"approved", "proposed", "disqualified"}
    assert SupplierDecision._base_manager.filter(state="asked").count() == 1
    with seeing_everything():
        then = {each.supplier.title: each.ruling for each in decisions_on(NOW.date().replace(year=NOW.year - 1))}
    assert then["Liima-Esimerkki AB"] == "disqualify"
    assert "Pilvi-Esimerkki Oy" not in then


@pytest.mark.usefixtures("company")
def test_what_is_late_or_missing_stands_out() -> None:
    """M161, M163: an overdue re-evaluation, an expiring certificate, deliveries nobody counted."""
    assert suppliers_flagged("overdue") >= {"Akku-Esimerkki GmbH"}
    assert suppliers_flagged("expiring") == {"Piirilevy Oy"}
    assert "Akku-Esimerkki GmbH" in suppliers_flagged("control-missing")
    assert "Mittari-Esimerkki Oy" not in suppliers_flagged("control-missing")


@pytest.mark.usefixtures("company")
def test_the_file_of_the_moulder_has_something_in_every_part() -> None:
    """M40: gathered from evaluations, audit, certificates, quarters, agreement and the nonconformity."""
    with seeing_everything():
        found = gathered(Supplier._base_manager.get(title="Muovi-Salo Oy"), NOW.date())
    assert [part for part, entries in found.parts() if not entries] == []


@pytest.mark.usefixtures("company")
def test_an_order_to_somebody_not_approved_was_an_exception() -> None:
    """M157: one order bypassed the list, and stays visible."""
    [order] = Purchase._base_manager.filter(from_nobody_approved(NOW.date()))
    assert order.exception
    assert set(Incoming._base_manager.values_list("outcome", flat=True)) == {"stock", "blocked"}


@pytest.mark.usefixtures("company")
def test_device_files_say_what_they_lack() -> None:
    """M37, M38: the specifications are missing, and the index says so."""
    with seeing_everything():
        device = index_of(DeviceFile._base_manager.get(), NOW.date())
        design = index_of(DesignFile._base_manager.get(), NOW.date())
    assert {part.name for part in device.missing} >= {"specifications", "drawings"}
    assert {item.part.name for item in device.items} >= {"making", "inspection"}
    assert {part.name for part in design.missing} >= {"verification"}


@pytest.mark.usefixtures("company")
def test_reviews_came_twice_a_year_one_late_and_one_without_the_buyers() -> None:
    """M103, M141: four closed, the next one planned, and decisions that wait beyond their day."""
    reviews: Any = registry.named("managementreview").model._base_manager.order_by("pk")
    assert [each.state for each in reviews] == ["closed"] * 4 + ["planned"]
    assert [(each.held_on - each.due).days > 0 for each in reviews[:4]] == [False, True, False, False]
    missing = [[line["department"] for line in each.missing] for each in reviews[:4]]
    assert missing == [[], [], ["Purchasing and logistics"], ["Customer care"]]
    late = Record._base_manager.filter(kind="managementaction", open=True, due__lt=NOW.date())
    assert late.count() == 2


@pytest.mark.usefixtures("company")
def test_a_certificate_hangs_on_the_wall_and_practice_lags_behind_paper() -> None:
    """M92, M104: two milestones are late after the certificate, and the next surveillance is expected."""
    kinds = Counter(Record._base_manager.filter(kind__startswith="certificat").values_list("kind", "state"))
    assert kinds == {
        ("certificationplan", "under_way"): 1, ("certificate", "valid"): 1, ("certificationvisit", "held"): 3,
        ("certificationvisit", "expected"): 2,
    }  # fmt: skip
    plan: Any = registry.named("certificationplan").model._base_manager.get()
    said = page(Person.objects.get(name="Aino Lehtovaara"), f"/records/certificationplan/{plan.number}")
    assert "2 milestones are late" in said
    assert "The certificate changes nothing about what is due." in said
