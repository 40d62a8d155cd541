"""What is computed about CAPAs: flags, likeness, age and closure, the log."""

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from gemba.kernel import clock
from gemba.kernel.access.viewer import seeing
from gemba.kernel.actions.advance import Void
from gemba.kernel.actions.write import Raise
from gemba.kernel.numbering.models import take
from gemba.kernel.people.models import Product
from gemba.kernel.roles import Role
from gemba.modules.capa import flags
from gemba.modules.capa.figures import age_and_closure, register
from gemba.modules.capa.likeness import earlier_capas, since
from gemba.modules.capa.models import Capa
from gemba.modules.nonconformity.models import Nonconformity
from tests.kernel.people import access, as_, person
from tests.modules.capa.life import DAY, Team, approved, edit, link, now, opened, planned, seen, step, team, watched

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def files(settings: Settings, tmp_path: Path) -> None:
    settings.GEMBA_FILES = str(tmp_path)


@pytest.fixture
def people() -> Team:
    return team()


def flagged(which: Any, people: Team, day: dt.date | None = None) -> set[str]:
    with seeing(access(people.quality)):
        rows = Capa.objects.filter(which(day or clock.today()))
        return set(rows.values_list("number", flat=True))


def test_a_plan_of_documents_alone_is_computed(people: Team) -> None:
    """M155, evidence 7: only documents change: a documentation fix, whatever the text says."""
    paper, mixed, empty = opened(people), opened(people), opened(people)
    planned(paper, people, type="documentation")
    planned(mixed, people, type="documentation")
    planned(mixed, people, type="equipment")
    assert flagged(flags.documents_only, people) == {paper.number}
    Void(record=planned(empty, people, type="documentation"), **{**as_(people.quality), "reason": "Twice"}).execute()
    assert flagged(flags.documents_only, people) == {paper.number}


def test_correction_apart_from_corrective_action_is_computed(people: Team) -> None:
    """M155: a plan that only puts the case right acts on no cause."""
    capa, _action = approved(people)
    assert not flagged(flags.nothing_corrective, people)
    other = opened(people)
    step(other, "accept", people.quality)
    planned(other, people, purpose="correction")
    assert not flagged(flags.nothing_corrective, people)
    assert capa.number not in flagged(flags.not_begun, people, clock.today() + 400 * DAY)


def test_a_late_verdict_a_slow_start_and_an_old_capa_stand_out(people: Team) -> None:
    """M151: dates alone decide."""
    capa = watched(people)
    assert capa.check_due is not None
    assert not flagged(flags.check_late, people, capa.check_due)
    assert flagged(flags.check_late, people, capa.check_due + DAY) == {capa.number}
    waiting = opened(people)
    assert flagged(flags.not_begun, people, clock.today() + 31 * DAY) == {waiting.number}
    assert flagged(flags.old, people, clock.today() + 181 * DAY) == {waiting.number}


def test_a_recurrence_shows_on_the_first_capa(people: Team) -> None:
    """M152: the same problem again is linked, and both say so."""
    first, again = opened(people), opened(people)
    link(again, "recurrence_of", first, people.owner)
    assert flagged(flags.recurred, people) == {first.number}


def test_an_action_without_a_capa_stands_out(people: Team) -> None:
    """M155: an action is part of something."""
    capa = opened(people)
    tied = planned(capa, people)
    loose = type(tied)
    free = Raise(model=loose, values={"title": "Free", "what": "x", "type": "other"}, **as_(people.owner)).execute()
    with seeing(access(people.quality)):
        assert loose.objects.filter(flags.without_capa(clock.today())).get() == free


def test_earlier_capas_alike_are_suggested_by_words_product_and_cause(people: Team) -> None:
    """M152: the same words in another order are found; the same product alone is no likeness."""
    pump, other = Product.objects.create(name="Pump"), Product.objects.create(name="Clip")
    same = opened(people, title="Leaking seam of pump housings", product=pump)
    opened(people, title="Labels printed in the wrong language", symptom="Three languages were mixed", product=pump)
    opened(people, title="Calibration of gauges overdue", symptom="Five gauges were used after their date")
    capa = opened(people, product=pump)
    with seeing(access(people.owner)):
        [found] = earlier_capas(capa)
        assert (found.record, found.why) == (same, ["words", "product"])
        assert earlier_capas(same) == []
        elsewhere = opened(people, product=other, title="Housings of the pump leak")
        assert {each.record.pk for each in earlier_capas(elsewhere)} == {capa.pk, same.pk}


def test_what_came_back_after_the_implementation_is_computed(people: Team) -> None:
    """M152: recurrence is counted from records, not from an opinion; exercises and void ones do not count."""
    capa = watched(people)
    with seeing(access(people.quality)):
        assert since(capa) == []
    with clock.shifted(clock.now() + 5 * DAY):
        alike = _nonconformity(people, "Seam of pump housings leaks again")
        _nonconformity(people, "Wrong label on a box")
        _nonconformity(people, "Pump housings leak at the seam", exercise=True)
        void = _nonconformity(people, "Pump housings leak at the seam once more")
        Void(record=void, **{**as_(people.quality), "reason": "Twice"}).execute()
    with seeing(access(people.quality)):
        assert [each.record.pk for each in since(now(capa))] == [alike.pk]


def _nonconformity(people: Team, title: str, **more: Any) -> Nonconformity:
    values = {"title": title, "description": "Seen at the test", "unmet": "SP-12", **more}
    return Raise(model=Nonconformity, values=values, **as_(people.quality)).execute()


def test_age_and_closure_count_the_rows_they_open(people: Team) -> None:
    """M151: bands by days since the problem, each with its rows; a median below five cases is not evaluable."""
    today = clock.today()
    for days in (3, 45, 45, 200):
        opened(people, event_date=today - days * DAY, due=today + DAY)
    late = opened(people, event_date=today - 95 * DAY, due=today - DAY)
    Void(record=opened(people), **{**as_(people.quality), "reason": "Twice"}).execute()
    opened(people, exercise=True)
    with seeing(access(people.owner)), CaptureQueriesContext(connection) as asked:
        found = age_and_closure(today, "late")
    assert len(asked) == 1
    assert [len(figure.rows) for figure in found.open[:4]] == [1, 2, 1, 1]
    assert found.chosen is not None
    assert list(found.chosen.rows) == [late]
    days_figure = next(figure for figure in found.closed if figure.name == "days")
    assert days_figure.value == "not evaluable"


def test_days_until_closure_are_a_median_from_five_cases_on(people: Team) -> None:
    """M151: the middle of five, from the day of the problem to the day of the verdict."""
    start = clock.today() - 400 * DAY
    with clock.shifted(clock.now() - 200 * DAY):
        capas = [watched(people, records_needed=0) for _n in range(5)]
    for number, capa in enumerate(capas):
        with clock.shifted(clock.now() - 100 * DAY + number * DAY):
            edit(capa, people.owner, after="0.5", result="Good")
            step(capa, "effective", people.quality)
    assert start < clock.today()
    with seeing(access(people.owner)):
        found = age_and_closure(clock.today())
    closed = {figure.name: figure for figure in found.closed}
    assert closed["days"].value == "102"
    assert len(closed["closed"].rows) == 5


def test_the_log_holds_every_number_that_was_given_out(people: Team) -> None:
    """M48, M39: void ones stand in it, a number without a record is named, a hidden one says no more than that."""
    first = opened(people)
    planned(first, people)
    void = opened(people)
    Void(record=void, **{**as_(people.quality), "reason": "Raised twice"}).execute()
    take("CAPA", clock.today().year)
    opened(people, confidential=True)
    stranger = person("Sami Stranger", Role.OPERATIONS)
    with seeing(access(stranger)), CaptureQueriesContext(connection) as asked:
        log = register(clock.today())
    assert len(asked) <= 5
    assert [row.number[-4:] for row in log.rows] == ["0001", "0002", "0003", "0004"]
    assert [row.capa is None for row in log.rows] == [False, False, True, True]
    assert [row.hidden for row in log.rows] == [False, False, False, True]
    assert (log.gaps, log.voids) == (1, 1)
    assert [action.title for action in log.rows[0].actions] == ["Measure the jaw gap every week"]


def test_the_log_of_a_year_without_capas_is_empty(people: Team) -> None:
    """M48: no year is invented."""
    with seeing(access(people.owner)):
        assert register(clock.today(), 1999).rows == []
    opened(people)
    with seeing(access(people.owner)):
        assert register(clock.today(), 1999).year == clock.today().year


def test_records_seen_count_from_the_first_day_of_observation(people: Team) -> None:
    """M152: what happened before the observation proves nothing."""
    capa = watched(people)
    assert capa.check_from is not None
    with clock.shifted(clock.now() + 60 * DAY):
        seen(capa, people, capa.check_from - DAY, 3)
        seen(capa, people, capa.check_from, 1)
        edit(capa, people.owner, after="0.5", result="Good")
        with pytest.raises(Exception, match="linked are 1"):
            step(capa, "effective", people.quality)
