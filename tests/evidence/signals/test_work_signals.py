"""Sequence, bypass, truth test and copied texts: they fire on what they are for and are silent on clean histories."""

import datetime as dt
import random
from dataclasses import replace

import pytest

from gemba.evidence.signals import bypass, copied, response, sequence
from gemba.evidence.signals.bypass import Use, Weight
from gemba.evidence.signals.copied import Looked
from gemba.evidence.signals.response import answered
from gemba.evidence.signals.sequence import Happened, Step, fit_of
from gemba.kernel.facts import Response, Written, WrittenStep
from gemba.kernel.records.models import Record

TODAY = dt.date(2026, 11, 22)
ROLES = ("Tester", "Quality manager", "Purchaser")
STEPS = (Step("Tester", "nonconformity"), Step("Quality manager", "nonconformity"), Step("Quality manager", "capa"))
TEXT = Written(
    document=1, revision=2, number="SOP-013", title="Nonconforming Product", since=dt.date(2025, 1, 1),
    kinds=("nonconformity",), words=400, steps=tuple(WrittenStep(step.role, "Does it", step.kind) for step in STEPS),
)  # fmt: skip
RESPONSE = Response(
    record=1, number="CAPA-2026-0001", title="Labels", finished=dt.date(2026, 1, 1), cause_found=True, corrected=True,
    acted=True, beyond_documents=True, recurred=False, revised=frozenset({1}), revision_reasoned=False,
    understood=True, taking_part=frozenset({1}),
)  # fmt: skip


def happened(*what: tuple[int, str, str]) -> list[Happened]:
    """By day, kind and role."""
    start = dt.datetime(2026, 3, 1, 9, tzinfo=dt.UTC)
    return [Happened(kind, start + dt.timedelta(days=day), frozenset({role})) for day, kind, role in what]


def as_it_should(*, gap: int = 2) -> list[Happened]:
    return happened(*((gap * n, step.kind, step.role) for n, step in enumerate(STEPS)))


def cases(some: list[list[Happened]]) -> list[tuple[Record, sequence.Fit]]:
    return [(Record(pk=n, number=f"NC-{n}", title=""), fit_of(STEPS, each, ROLES)) for n, each in enumerate(some, 1)]


def test_a_case_that_goes_as_written_fits_wholly() -> None:
    """M110: each step by its role, in its order."""
    found = fit_of(STEPS, as_it_should(), ROLES)
    assert (found.fitness, found.way) == (1.0, sequence.as_written(STEPS))


def test_missing_steps_wrong_order_and_other_roles_take_from_the_fitness() -> None:
    """M110: 1 - (missing + out of order + wrong role) / steps due."""
    assert fit_of(STEPS, as_it_should()[:2], ROLES).missing == 1
    turned = happened((5, "nonconformity", "Tester"), (9, "nonconformity", "Quality manager"),
                      (1, "capa", "Quality manager"))  # fmt: skip
    assert fit_of(STEPS, turned, ROLES).disordered == 1
    other = happened((0, "nonconformity", "Purchaser"), (2, "nonconformity", "Quality manager"),
                     (4, "capa", "Quality manager"))  # fmt: skip
    found = fit_of(STEPS, other, ROLES)
    assert (found.wrong, round(found.fitness, 2)) == (1, 0.67)
    assert found.way[0] == "nonconformity by Purchaser"
    assert fit_of(STEPS, [], ROLES).fitness == 0


def test_a_role_that_nobody_here_has_cannot_be_wrong() -> None:
    """M57: what the text calls people is another signal's matter."""
    steps = (Step("Process owner", "nonconformity"), Step("Quality manager", "capa"))
    done = happened((0, "nonconformity", "Tester"), (1, "capa", "Quality manager"))
    assert fit_of(steps, done, ROLES).fitness == 1


def test_one_other_way_that_most_cases_go_is_a_proposal_to_change_the_procedure() -> None:
    """M110: the text may be wrong, not the people."""
    other = happened((0, "nonconformity", "Purchaser"), (2, "capa", "Purchaser"))
    found = sequence.finding(TEXT, cases([other] * 6 + [as_it_should()]))
    assert found.fired
    assert "Proposal: change the procedure" in found.sentence
    assert sum(row.fires for row in found.rows) == 6
    few = sequence.finding(TEXT, cases([other] * 2))
    assert (few.value, few.fired) == (None, False)


def test_two_hundred_clean_sequences_raise_no_alarm() -> None:
    """M110: cases as written, one in twenty with something left out, each at its own pace."""
    for seed in range(200):
        chance = random.Random(seed)  # noqa: S311  seeded, so that every run is the same
        some = [
            as_it_should(gap=chance.randrange(1, 30))[: 2 if chance.random() < 0.05 else 3]
            for _ in range(chance.randrange(5, 40))
        ]
        assert not sequence.finding(TEXT, cases(some)).fired, seed


USUAL = Weight(words=400, steps=4, hand_offs=2, days=10)


def uses(number: int, around: int, days: float = 30) -> list[Use]:
    return [Use(n, f"CMP-{n}", days, extensions=int(n < around)) for n in range(number)]


def test_what_is_gone_around_and_heavy_is_to_be_made_simpler_first() -> None:
    """M59, M61: both, never one of them alone."""
    heavy = Weight(words=900, steps=9, hand_offs=5, days=30)
    assert bypass.finding(TEXT, uses(20, 5), heavy, USUAL).fired
    assert not bypass.finding(TEXT, uses(20, 1), heavy, USUAL).fired
    assert not bypass.finding(TEXT, uses(20, 5), USUAL, USUAL).fired
    assert bypass.finding(TEXT, uses(5, 5), heavy, USUAL).value is None
    assert bypass.finding(TEXT, uses(20, 5), heavy, None).value is None
    assert heavy.beside(Weight(0, 0, 0, 0)) == 1


def test_two_hundred_clean_uses_raise_no_alarm() -> None:
    """M59, M61: procedures of many weights, gone around now and then."""
    for seed in range(200):
        chance = random.Random(seed)  # noqa: S311  seeded, so that every run is the same
        weight = Weight(chance.randrange(1, 800), chance.randrange(1, 8), chance.randrange(1, 4), chance.uniform(1, 20))
        number = chance.randrange(10, 200)
        assert not bypass.finding(TEXT, uses(number, number // 12, days=10), weight, USUAL).fired, seed


def test_seven_yeses_are_an_answer_in_truth() -> None:
    """M108: records since then are one of them; without, it awaits practice evidence, whatever anybody signs."""
    whole = answered(RESPONSE, records=3, outside=True)
    assert len(whole.yes) == len(response.QUESTIONS) == 7
    assert (whole.words, whole.lacking) == ("shown in practice", [])
    waits = answered(RESPONSE, records=2, outside=True)
    assert (waits.waiting, waits.words) == (True, "awaiting practice evidence")
    assert len(waits.lacking) == 1


@pytest.mark.parametrize(
    ("changed", "missing"),
    [
        ({"cause_found": False}, "cause"), ({"corrected": False}, "apart"), ({"acted": False}, "apart"),
        ({"beyond_documents": False}, "apart"), ({"recurred": True}, "gone"), ({"revised": frozenset()}, "procedure"),
        ({"understood": False}, "people"),
    ],
)  # fmt: skip
def test_each_question_has_its_own_answer(changed: dict[str, object], missing: str) -> None:
    """M108: one fact, one answer."""
    found = answered(replace(RESPONSE, **changed), records=5, outside=True)  # type: ignore[arg-type]
    assert set(response.QUESTIONS) - found.yes == {missing}
    assert found.documentation_fix == ("beyond_documents" in changed)


def test_documents_alone_and_long_waits_fire() -> None:
    """M108: a documentation fix at once, a wait after 90 days."""
    fix = answered(replace(RESPONSE, beyond_documents=False), records=5, outside=True)
    assert response.finding([fix], TODAY).fired
    waits = answered(RESPONSE, records=0, outside=True)
    assert response.finding([waits], TODAY).fired
    assert not response.finding([waits], RESPONSE.finished + dt.timedelta(days=30)).fired
    assert response.finding([], TODAY).value is None


def test_two_hundred_clean_answers_raise_no_alarm() -> None:
    """M108: answers shown in practice, or put in place lately."""
    for seed in range(200):
        chance = random.Random(seed)  # noqa: S311  seeded, so that every run is the same
        some = []
        for _ in range(chance.randrange(1, 12)):
            days = chance.randrange(1, 700)
            made = replace(RESPONSE, finished=TODAY - dt.timedelta(days=days))
            some.append(answered(made, records=chance.randrange(3, 30) if days > 60 else 0, outside=True))
        assert not response.finding(some, TODAY).fired, seed


def test_a_text_long_in_force_that_is_its_template_and_proved_by_nothing_is_copied_not_lived() -> None:
    """M55, M56: all three, never one of them alone."""
    text = replace(TEXT, own=0.02, gaps=3, asked=False)
    dead = Looked(text, days=200, proved=False, strangers=("Process owner",))
    assert copied.finding([dead]).fired
    assert len(dead.remarks) == 5
    assert not copied.finding([replace(dead, proved=True)]).fired
    assert not copied.finding([replace(dead, days=60)]).fired
    assert not copied.finding([replace(dead, text=replace(text, own=0.4))]).fired
    assert not copied.finding([replace(dead, text=replace(text, own=None))]).fired
    assert copied.finding([]).value is None


def test_two_hundred_clean_sets_of_texts_raise_no_alarm() -> None:
    """M55: own texts, and copied ones that are new or lived."""
    for seed in range(200):
        chance = random.Random(seed)  # noqa: S311  seeded, so that every run is the same
        looked = [
            Looked(replace(TEXT, own=own), days=chance.randrange(1, 900 if lived or own > 0.15 else 90), proved=lived)
            for own, lived in ((chance.random(), chance.random() < 0.9) for _ in range(30))
        ]
        assert not copied.finding(looked).fired, seed
