"""Two years of troubles at the invented company: what the measures of paper and practice will find in them."""

import datetime as dt
from collections import Counter
from collections.abc import Iterator

import pytest

from gemba.demo.company import founding
from gemba.demo.company.cures import CURES, LABELS
from gemba.demo.company.days import Calendar
from gemba.demo.company.nonconformities import improvement_lives
from gemba.demo.company.stage import Stage, play
from gemba.demo.company.troubles import REPORTS, TROUBLES
from gemba.kernel import clock
from gemba.kernel.access.scope import Access
from gemba.kernel.access.viewer import seeing
from gemba.kernel.people.models import Person
from gemba.kernel.records.models import Record
from gemba.kernel.signing.models import Signature, verdict
from gemba.kernel.trail.chain import verify_chain
from gemba.kernel.trail.models import Event
from gemba.modules.capa.doubt import Doubt
from gemba.modules.capa.flags import check_late, documents_only, doubtful, recurred
from gemba.modules.capa.models import Capa
from gemba.modules.nonconformity.models import Nonconformity
from gemba.modules.nonconformity.record import audit_without_capa, unevaluated

NOW = dt.datetime(2026, 11, 22, 10, tzinfo=dt.UTC)


@pytest.fixture
def told(db: None, settings: object, tmp_path: object) -> Iterator[None]:
    settings.GEMBA_FILES = str(tmp_path)  # type: ignore[attr-defined]
    stage, days = Stage(), Calendar(NOW)
    play([founding.founding(stage, days), founding.leeds(stage, days), *improvement_lives(stage, days)], until=NOW)
    someone = Person.objects.get(name="Mikael Sundberg")
    with clock.shifted(NOW), seeing(Access(someone, everything=True)):
        yield


def test_every_trouble_every_capa_and_every_report_is_told_to_its_end(told: None) -> None:
    """M39, M149: states as the story says; every chain of events is whole; every signature stands."""
    assert Nonconformity.objects.count() == len(TROUBLES)
    states = Counter(Nonconformity.objects.values_list("state", flat=True))
    assert states == Counter(each.stops for each in TROUBLES)
    reached = {"again": "investigation"}
    assert Counter(Capa.objects.values_list("state", flat=True)) == Counter(
        reached.get(each.stops, each.stops) for each in CURES
    )
    kinds = Counter(Record.objects.values_list("kind", flat=True))
    assert kinds["improvement"] == sum(each.became == "improvement" for each in REPORTS)
    assert all(verify_chain(record.subject) == [] for record in Record.objects.all())
    words = Counter(verdict(signature).split(" ")[0] for signature in Signature.objects.all())
    assert words["not"] <= 1


def test_good_and_bad_examples_are_there_to_be_found(told: None) -> None:
    """Evidence 2, 3, 7: late entries, a documentation fix that came back, a slip as cause, work before the audit."""
    today = clock.today()
    assert Capa.objects.filter(documents_only(today)).get().title == LABELS
    assert Capa.objects.filter(recurred(today)).get().title == LABELS
    assert set(Capa.objects.filter(doubtful(today)).values_list("doubt", flat=True)) == {Doubt.PERSON}
    assert Capa.objects.filter(check_late(today)).exists()
    assert Capa.objects.filter(extensions__gte=3).count() == 1
    assert Capa.objects.filter(rounds=1).count() == 1
    assert Nonconformity.objects.filter(audit_without_capa(today)).count() <= 1
    assert Nonconformity.objects.filter(unevaluated(today)).exists()
    late = [each for each in Nonconformity.objects.all() if (each.entered_at.date() - each.event_date).days > 20]
    assert len(late) == 2
    burst = Event.objects.filter(act="nonconformity.close", at__date__gte=today - dt.timedelta(days=9))
    assert burst.count() >= 4


def test_nothing_happens_on_a_weekend_or_in_the_future(told: None) -> None:
    """Evidence 3: the calendar of the story is a working one."""
    assert not Record.objects.filter(event_date__gt=clock.today()).exists()
    assert not Event.objects.filter(at__gt=NOW).exists()
