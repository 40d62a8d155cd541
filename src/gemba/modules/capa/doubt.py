"""Is this a root cause? Looked at by words, not by judgement: it asks the reader to think again (M108).

The word lists are data (`data/root_cause.yaml`). Nothing here stops anybody: the doubt is shown, counted and signed
over, since a person may know better.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final

import yaml
from django.db import models
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from gemba.kernel.richtext.similarity import adaptation, words_of

REASONED: Final = 4
"""Words of weight after "because" that say what made a slip possible."""
LEAST: Final = 4
"""Words of weight below which a text is no cause yet."""
RESTATED: Final = 0.75
"""Share of the words of weight of the root cause that the problem has too, from which on it only says it again."""
TAKEN_OVER: Final = 0.35
"""Below this share of own runs of five words, the text was taken over from the problem."""
LONGEST: Final = 20_000
"""Characters that are looked at."""
BETWEEN: Final = r"[\s\-'\N{RIGHT SINGLE QUOTATION MARK}]+"
"""What stands between the words of a phrase."""
_ENDINGS: Final = ("ings", "ing", "ies", "es", "ed", "en", "s")
_STEM: Final = 4


class Doubt(models.TextChoices):
    """Empty where there is none."""

    PERSON = "person", _("names a person's slip, not what made it possible")
    RESTATED = "restated", _("says the problem again")
    THIN = "thin", _("too short to be a cause")


@dataclass(frozen=True, slots=True)
class Vocabulary:
    blame: re.Pattern[str]
    reason: re.Pattern[str]
    empty: frozenset[str]


@cache
def vocabulary() -> Vocabulary:
    text = files("gemba.modules.capa").joinpath("data/root_cause.yaml").read_text(encoding="utf-8")
    lists = yaml.safe_load(text)
    return Vocabulary(_phrases(lists["blame"]), _phrases(lists["reason"]), frozenset(map(str, lists["empty"])))


def _phrases(found: Sequence[str]) -> re.Pattern[str]:
    """Any of the phrases as whole words, whatever stands between their words."""
    longest_first = sorted({str(phrase) for phrase in found}, key=len, reverse=True)
    each = (BETWEEN.join(re.escape(word) for word in re.split(BETWEEN, phrase)) for phrase in longest_first)
    return re.compile(rf"(?<!\w)(?:{'|'.join(each)})(?!\w)")


def weighty(text: str) -> list[str]:
    """Its words in lower case without endings, without those that say nothing."""
    empty = vocabulary().empty
    return [_stem(word) for word in words_of([text]) if word not in empty]


def _stem(word: str) -> str:
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _STEM:
            return word.removesuffix(ending)
    return word


def doubt_about(root_cause: str, problem: str, title: str = "") -> str:
    """What speaks against a text as a root cause of the problem; empty where nothing does, or nothing is written."""
    cause = root_cause[:LONGEST].casefold()
    if not cause.strip():
        return ""
    if _blames(cause):
        return Doubt.PERSON
    own = set(weighty(cause))
    if len(own) < LEAST:
        return Doubt.THIN
    given = f"{title}\n{problem[:LONGEST]}"
    shared = len(own & set(weighty(given))) / len(own)
    if shared >= RESTATED or adaptation(cause, given) < TAKEN_OVER:
        return Doubt.RESTATED
    return ""


def _blames(cause: str) -> bool:
    """A slip is named, and nothing says what made it possible."""
    known = vocabulary()
    found = known.blame.search(cause)
    if found is None:
        return False
    rest = cause[: found.start()] + " " + cause[found.end() :]
    led_on = known.reason.search(rest)
    return led_on is None or len(weighty(known.blame.sub(" ", rest[led_on.end() :]))) < REASONED


def advice(doubt: str) -> str:
    """The sentence that helps on."""
    return {
        Doubt.PERSON: _now("This names somebody's slip. What made the slip possible, and what let it pass unseen?"),
        Doubt.RESTATED: _now("This says the problem again in other words. Ask once more: why did that happen?"),
        Doubt.THIN: _now("This is short for a cause. Say what it was, where it acted, and how it led to the problem."),
    }.get(Doubt(doubt), "") if doubt else ""  # fmt: skip
