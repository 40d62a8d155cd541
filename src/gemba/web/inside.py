"""Columns with more inside than a word, as markup: a small table, formatted text, and what changed within either."""

import datetime as dt
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from html import escape
from typing import Any

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from gemba.kernel.lines import Lines, as_lines, line_said, names_of, people_in, words_of
from gemba.kernel.records.fields import LineColumn
from gemba.kernel.richtext.cleaning import shown
from gemba.kernel.richtext.parsing import RichTextError
from gemba.kernel.richtext.redline import Words, changed, html_of, redline

Columns = Sequence[LineColumn]
Names = Mapping[str, str]
Day = Callable[[dt.date | None], str]
FEW_COLUMNS = 5
"""That stand side by side on a record's page."""
NUMBERED = re.compile(r'<ol([^>]*?) type="([aAiI])"')
TABLE = re.compile(r"<table[^>]*>|</table>")
LONGEST_REDLINE = 200_000
"""Characters on both sides together within which a page works out what changed."""


def rich(html: str) -> SafeString:
    """Stored text as part of a page."""
    return mark_safe(f'<div class="rich">{_laid_out(shown(html))}</div>')  # noqa: S308  past the sanitiser once more


def _laid_out(html: str) -> str:
    """What the page needs of cleaned text: a table scrolls by itself, by keyboard too, where it is too wide.

    Lists say by a class how they number, since a style sheet cannot tell `a` from `A` in `type`.
    """
    numbered = NUMBERED.sub(r'<ol\1 type="\2" class="marks-\2"', html)
    start = f'<div class="scrolls" tabindex="0" role="group" aria-label="{escape(_("Table"))}">'
    return TABLE.sub(lambda found: f"{start}{found[0]}" if found[0] != "</table>" else "</table></div>", numbered)


def lines_markup(columns: Columns, value: Any, day: Day, names: Names | None = None) -> SafeString:
    """The lines as a table that becomes cards where it is narrow. One statement where people are named."""
    lines = as_lines(value)
    known = names_of(people_in(columns, lines)) if names is None else names
    heads = "".join(
        f'<th role="columnheader" scope="col" class="{column.kind}">{_capital(column.label)}</th>' for column in columns
    )
    kind, inner = ("own-lines", "") if len(columns) <= FEW_COLUMNS else ("table", "stacks")
    rows = "".join(f'<tr role="row">{_cells(columns, line, known, day)}</tr>' for line in lines)
    return mark_safe(  # noqa: S308  every part was escaped
        f'<div class="{kind}"><table class="{inner}" role="table"><thead role="rowgroup"><tr role="row">'
        f'{heads}</tr></thead><tbody role="rowgroup">{rows}</tbody></table></div>'
    )


def _cells(columns: Columns, line: Mapping[str, Any], names: Names, day: Day) -> str:
    return "".join(
        f'<td role="cell" class="{column.kind}" data-label="{_capital(column.label)}">'
        f"{_cell(column, line.get(column.name), names, day)}</td>"
        for column in columns
    )


def _cell(column: LineColumn, value: Any, names: Names, day: Day) -> str:
    if column.kind == "day" and value:
        try:
            return day(dt.date.fromisoformat(str(value)))
        except ValueError:
            return escape(str(value))
    text = escape(words_of(column, value, names)).replace("\n", "<br>")
    return text or '<span class="none">\N{EN DASH}</span>'


def _capital(text: object) -> str:
    said = str(text)
    return escape(said[:1].upper() + said[1:])


def lines_changed(columns: Columns, old: Any, new: Any, names: Names) -> SafeString:
    """Line by line: what went, what came, and how many stayed as they were."""
    before, after = as_lines(old), as_lines(new)
    rows = "".join(f"<li>{part}</li>" for part in _differences(columns, before, after, names))
    return mark_safe(f'<ul class="line-changes">{rows}</ul>')  # noqa: S308  every part was escaped


def _differences(columns: Columns, before: Lines, after: Lines, names: Names) -> Iterator[str]:
    old, new = ([line_said(columns, line, names) for line in lines] for lines in (before, after))
    for what, old_from, old_to, new_from, new_to in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if what == "equal":
            same = old_to - old_from
            said = ngettext("%d line as before", "%d lines as before", same) % same
            yield f'<span class="muted">{escape(said)}</span>'
            continue
        yield from (f"<del>{escape(text)}</del>" for text in old[old_from:old_to])
        yield from (f"<ins>{escape(text)}</ins>" for text in new[new_from:new_to])


def _spoken() -> Words:
    return Words(
        added=_("added: "), added_end=_(" end of addition"), removed=_("removed: "), removed_end=_(" end of removal"),
        moved_here=_("moved here: "), moved_away=_("moved away: "),
    )  # fmt: skip


def text_changed(old: str, new: str) -> SafeString:
    """The redline of what changed between two texts. Where they are too long to wait for that, a sentence says so."""
    if len(old) + len(new) > LONGEST_REDLINE:
        return mark_safe(f'<span class="muted">{escape(_("The text changed; it is too long to compare here."))}</span>')  # noqa: S308
    try:
        compared = html_of(changed(redline(old, new, _spoken())))
    except RichTextError as error:
        return mark_safe(f'<span class="muted">{escape(str(error))}</span>')  # noqa: S308  escaped
    return mark_safe(f'<div class="rich redline">{_laid_out(compared)}</div>')  # noqa: S308  made of cleaned parts
