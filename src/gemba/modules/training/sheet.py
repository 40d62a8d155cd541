"""The competence matrix as rows of words: for the page, for spreadsheets and for paper."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from importlib.resources import files

import typst
from django.conf import settings
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gemba.kernel.people.models import Person
from gemba.modules.training import board as on
from gemba.modules.training.board import Board, Standing
from gemba.modules.training.models import Competence

WORDS = {
    on.NOT_ASKED: gettext_lazy("not asked"), on.HELD: gettext_lazy("yes"), on.PENDING: gettext_lazy("look pending"),
    on.ENDING: gettext_lazy("until"), on.UNDER_WAY: gettext_lazy("under way"), on.LATE: gettext_lazy("late"),
    on.MISSING: gettext_lazy("missing"),
}  # fmt: skip
TONES = {
    on.NOT_ASKED: "", on.HELD: "good", on.PENDING: "calm", on.ENDING: "warn", on.UNDER_WAY: "warn", on.LATE: "bad",
    on.MISSING: "bad",
}  # fmt: skip
NOTHING = "\N{EN DASH}"


@dataclass(frozen=True, slots=True)
class Sheet:
    """The board with those people and competences that were chosen."""

    board: Board
    people: Sequence[Person]
    competences: Sequence[Competence]

    def headings(self) -> list[str]:
        return [_("Person"), _("Department"), *(heading(competence) for competence in self.competences)]

    def rows(self) -> Iterator[list[str]]:
        for person in self.people:
            department = person.department.name if person.department else ""
            yield [person.name, department, *(word_of(s) for s in self.standings(person))]

    def standings(self, person: Person) -> list[Standing]:
        return [self.board.standing(person, competence) for competence in self.competences]

    def body(self) -> SafeString:
        """Rows of the page's table; a cell leads to the training that shows it."""
        return mark_safe("".join(self._row(person) for person in self.people))  # noqa: S308  every word is escaped

    def _row(self, person: Person) -> str:
        department = f"<br><small>{escape(person.department.name)}</small>" if person.department else ""
        cells = "".join(f"<td>{_cell(standing)}</td>" for standing in self.standings(person))
        return f'<tr><th scope="row">{escape(person.name)}{department}</th>{cells}</tr>'


def heading(competence: Competence) -> str:
    role = competence.job_role.name if competence.job_role else _("everybody")
    return f"{competence.title} ({role})"


def word_of(standing: Standing) -> str:
    """How it stands, in words; where it runs out, until when."""
    if not standing.asked:
        return NOTHING
    text = str(WORDS[standing.status])
    if standing.status == on.ENDING and standing.training and standing.training.valid_to:
        return f"{text} {date_format(standing.training.valid_to, 'j M Y')}"
    return text


def _cell(standing: Standing) -> str:
    text, tone = escape(word_of(standing)), TONES[standing.status]
    marked = f' data-tone="{tone}"' if tone else ""
    if standing.training is None:
        return f"<span{marked}>{text}</span>"
    url = reverse("record", args=["training", standing.training.number])
    return f'<a href="{url}"{marked}>{text}</a>'


@lru_cache(maxsize=1)
def _template() -> bytes:
    return files("gemba.modules.training").joinpath("matrix.typ").read_bytes()


def as_pdf(sheet: Sheet, *, by: str, company: str) -> bytes:
    """The matrix on paper, as of its day; the words travel as data, never as source."""
    day = sheet.board.day
    data = {
        "title": _("Competence matrix"), "company": company, "day": date_format(day, "j M Y"), "by": by,
        "headings": sheet.headings(), "rows": list(sheet.rows()),
        "mark": _("DEMONSTRATION") if settings.GEMBA_MODE == "demo" else "",
        "legend": "; ".join(f"{word}: {text}" for _tone, word, text in legend()),
        "page": _("Page"), "of": _("of"), "year": day.year, "month": day.month, "date": day.day,
    }  # fmt: skip
    return typst.compile(
        _template(), format="pdf", sys_inputs={"matrix": json.dumps(data)}, ignore_system_fonts=True
    )  # fmt: skip


def legend() -> list[tuple[str, str, str]]:
    """Tone, word and meaning of each entry."""
    meant = (
        (on.HELD, _("held today")),
        (on.PENDING, _("held; whether it helped on the job is still to be judged")),
        (on.ENDING, _("held, and runs out soon")),
        (on.UNDER_WAY, _("assigned, not completed")),
        (on.LATE, _("assigned, and past its day")),
        (on.MISSING, _("asked for, and not even assigned")),
    )
    return [(TONES[status], str(WORDS[status]), text) for status, text in meant]
