"""The state of one duty: paper and practice side by side, never one merged number. Pure functions of what is known."""

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gemba.evidence.catalogue.model import Duty
from gemba.evidence.practice.windows import first_due, window_start


class State(StrEnum):
    """What is known of a duty that applies, or that it does not, or that nobody has decided."""

    WORKING = "working"
    LAPSED = "lapsed"
    REHEARSED = "rehearsed"
    PAPER_ONLY = "paper_only"
    NOT_YET_DUE = "not_yet_due"
    UNWRITTEN_PRACTICE = "unwritten_practice"
    REHEARSED_UNWRITTEN = "rehearsed_unwritten"
    MISSING = "missing"
    WRITTEN = "written"
    NOT_APPLICABLE = "not_applicable"
    UNDECIDED = "undecided"

    @property
    def word(self) -> str:
        """The state as people read it."""
        return str(LABELS[self])

    @property
    def tone(self) -> str:
        """How the word is coloured."""
        return TONES[self]


LABELS = {
    State.WORKING: gettext_lazy("Working"),
    State.LAPSED: gettext_lazy("Lapsed"),
    State.REHEARSED: gettext_lazy("Rehearsed"),
    State.PAPER_ONLY: gettext_lazy("Paper only"),
    State.NOT_YET_DUE: gettext_lazy("Not yet due"),
    State.UNWRITTEN_PRACTICE: gettext_lazy("Unwritten practice"),
    State.REHEARSED_UNWRITTEN: gettext_lazy("Rehearsed, unwritten"),
    State.MISSING: gettext_lazy("Missing"),
    State.WRITTEN: gettext_lazy("Written"),
    State.NOT_APPLICABLE: gettext_lazy("Not applicable"),
    State.UNDECIDED: gettext_lazy("Undecided"),
}
TONES = {
    State.WORKING: "good", State.WRITTEN: "good", State.LAPSED: "bad", State.MISSING: "bad", State.PAPER_ONLY: "warn",
    State.REHEARSED: "warn", State.UNWRITTEN_PRACTICE: "warn", State.REHEARSED_UNWRITTEN: "warn",
    State.NOT_YET_DUE: "calm", State.NOT_APPLICABLE: "calm", State.UNDECIDED: "busy",
}  # fmt: skip
CLAIMED = frozenset({State.WORKING, State.LAPSED, State.REHEARSED, State.PAPER_ONLY, State.NOT_YET_DUE, State.WRITTEN})
OUTSIDE = frozenset({State.NOT_APPLICABLE, State.UNDECIDED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """All that decides the state of a duty on a day."""

    duty: Duty
    applies: bool | None = True
    """None while nobody has decided."""
    claimed_since: dt.date | None = None
    """The day from which a claim that counts has stood; None without one."""
    drafted: bool = False
    """Only a document that is not in force yet claims it: looked at as if it were."""
    newest_valid: dt.date | None = None
    newest_exercise: dt.date | None = None
    ever_invalid: int = 0
    """Evidence that does not hold: shown, never counted."""


def state_of(ground: Ground, day: dt.date) -> State:
    """The state of the duty on `day`, by the table of paper and practice."""
    if ground.applies is None:
        return State.UNDECIDED
    if not ground.applies:
        return State.NOT_APPLICABLE
    claimed = ground.claimed_since is not None
    if not ground.duty.needs_practice:
        return State.WRITTEN if claimed else State.MISSING
    if ground.newest_valid is not None:
        return _practised(ground, claimed, day)
    if ground.newest_exercise is not None and ground.newest_exercise >= window_start(ground.duty, day):
        return State.REHEARSED if claimed else State.REHEARSED_UNWRITTEN
    return _unpractised(ground, day)


def _practised(ground: Ground, claimed: bool, day: dt.date) -> State:
    if (ground.newest_valid or dt.date.min) >= window_start(ground.duty, day):
        return State.WORKING if claimed else State.UNWRITTEN_PRACTICE
    return State.LAPSED if claimed else State.MISSING


def _unpractised(ground: Ground, day: dt.date) -> State:
    if ground.claimed_since is None:
        return State.MISSING
    due = first_due(ground.duty, ground.claimed_since)
    return State.NOT_YET_DUE if due is not None and due > day else State.PAPER_ONLY


def explained(ground: Ground, state: State, day: dt.date) -> str:
    """One sentence for the reader: why the duty is in this state, and what would change it."""
    if not ground.duty.asked_of_company:
        return _("It is asked of somebody else, or of nobody: there is nothing here for the company to show.")
    start = window_start(ground.duty, day)
    sentences = {
        State.WORKING: _("An effective document claims it, and valid evidence of %(newest)s lies within its window."),
        State.LAPSED: _(
            "An effective document claims it, but the newest valid evidence, of %(newest)s, is older than %(start)s."
        ),
        State.REHEARSED: _(
            "An effective document claims it, and it was rehearsed on %(exercise)s. A rehearsal shows that it can be"
            " done, not that it is."
        ),
        State.PAPER_ONLY: _("An effective document claims it, and no valid record shows that it is done."),
        State.NOT_YET_DUE: _(
            "An effective document claims it since %(since)s, and the first evidence is not due before %(due)s."
        ),
        State.UNWRITTEN_PRACTICE: _(
            "Valid evidence of %(newest)s shows that it is done, and no claim on it counts."
        ),
        State.REHEARSED_UNWRITTEN: _("It was rehearsed on %(exercise)s, and no claim on it counts."),
        State.MISSING: _(
            "No claim on it counts, and no valid record within its window shows that it is done."
        ),
        State.WRITTEN: _("An effective document claims it. The duty asks for the document itself, not for records."),
        State.NOT_APPLICABLE: _("It does not apply, with a reason that was approved."),
        State.UNDECIDED: _("Nobody has decided yet whether it applies."),
    }  # fmt: skip
    due = first_due(ground.duty, ground.claimed_since) if ground.claimed_since else None
    said = sentences[state] % {
        "newest": _said(ground.newest_valid), "exercise": _said(ground.newest_exercise), "start": _said(start),
        "since": _said(ground.claimed_since), "due": _said(due),
    }  # fmt: skip
    if not ground.drafted:
        return said
    return _("As if the drafts that claim it were in force, which they are not: %s") % said


def _said(day: dt.date | None) -> str:
    """With the month as a word, as on every page."""
    return date_format(day, "j M Y") if day else ""
