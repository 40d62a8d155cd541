"""What the pages of documents show: a revision as a text to read, with its standing, its contents and its gaps."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from html import escape
from typing import Any

from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from gemba.export.controlled_document import Mark
from gemba.kernel.lines import words_of
from gemba.kernel.records.fields import LineColumn
from gemba.kernel.richtext.reading import Heading, headings, placeholders
from gemba.kernel.richtext.redline import Change, Kind, Words, changed, html_of, redline
from gemba.kernel.types import registry
from gemba.modules.document.copies import standing_of
from gemba.modules.document.family import Document, Revision
from gemba.modules.document.lines import STEPS, TERMS
from gemba.modules.document.live import text_of
from gemba.web.display import day
from gemba.web.inside import lines_markup, rich

DEEPEST = 3
"""Levels of headings in a table of contents."""
WORDS_A_MINUTE = 200


@dataclass(frozen=True)
class Shown:
    """One revision on a page. `current` is the one in force, which may be this one or none."""

    revision: Revision
    document: Document
    current: Revision | None

    @cached_property
    def html(self) -> str:
        return text_of(self.revision)

    @cached_property
    def body(self) -> SafeString:
        return focusable(rich(self.html))

    @property
    def steps(self) -> SafeString | str:
        return lines_markup(STEPS, self.revision.steps, day) if self.revision.steps else ""

    @property
    def terms(self) -> SafeString | str:
        return lines_markup(TERMS, self.revision.terms, day) if self.revision.terms else ""

    @cached_property
    def contents(self) -> Sequence[Heading]:
        """The table of contents; one heading alone is none."""
        found = [heading for heading in headings(self.html) if heading.level <= DEEPEST]
        return found if len(found) > 1 else ()

    @cached_property
    def gaps(self) -> int:
        """Places still to be filled in, those in the steps among them."""
        open_cells = sum("[" in str(value) for line in self.revision.steps for value in line.values())
        return len(placeholders(self.html)) + open_cells

    @property
    def mark(self) -> Mark:
        return standing_of(self.revision)

    @property
    def state(self) -> Any:
        return registry.of(self.revision).lifecycle.state(self.revision.state)

    @property
    def replaced(self) -> bool:
        return self.current is not None and self.current.pk != self.revision.pk

    @property
    def url(self) -> str:
        return reading_url(self.revision)

    @property
    def standing(self) -> str:
        """What a reader must know before the first word, as a sentence; empty where it is in force."""
        if self.mark is Mark.NONE:
            return ""
        if self.mark is Mark.DRAFT:
            return _("This text is not in force. Nobody works to it yet.")
        return _("This text is no longer in force. Do not work to it.")


def reading_url(revision: Revision) -> str:
    return reverse("revision.read", args=[revision.number])


def newest(document: Document) -> Revision | None:
    """The revision in force, else the newest that is not void: what a reader of the document sees."""
    rows = Revision.objects.filter(document_id=document.pk).exclude(state="void")
    found: Revision | None = rows.order_by("-in_force", "-sequence").select_related("owner").first()
    return found


def shown_of(revision: Revision) -> Shown:
    """In one statement where the revision is not the one in force."""
    document = revision.document
    if revision.in_force:
        return Shown(revision, document, revision)
    current = Revision.objects.filter(document_id=document.pk, in_force=True).first()
    return Shown(revision, document, current)


@dataclass(frozen=True, slots=True)
class Compared:
    """What changed between two texts. `html` is the whole new text with `ins` and `del`; `parts` what changed alone."""

    html: SafeString
    parts: Sequence[tuple[str, SafeString]]
    """Heading and changed blocks below it."""
    counts: Mapping[str, int]

    @property
    def same(self) -> bool:
        return not self.counts


def compared(old_html: str, new_html: str) -> Compared:
    """Raises `RichTextError` where a text is beyond the limits of a document."""
    changes = redline(old_html, new_html, spoken())
    touched = changed(changes)
    return Compared(_redlined(changes), _parts(touched), _counts(touched))


def spoken() -> Words:
    """What people hear where others see colour."""
    return Words(
        added=_("added: "), added_end=_(" end of addition"), removed=_("removed: "), removed_end=_(" end of removal"),
        moved_here=_("moved here: "), moved_away=_("moved away: "),
    )  # fmt: skip


def _redlined(changes: Sequence[Change]) -> SafeString:
    # Made of parsed and cleaned blocks by the redline itself; what is stored cannot hold `ins` or `del`.
    return focusable(SafeString(f'<div class="rich redline">{html_of(changes)}</div>'))


def focusable(html: SafeString) -> SafeString:
    """Wide tables scroll on a phone; so that a keyboard can scroll them too, each can be reached."""
    return SafeString(html.replace("<table", '<table tabindex="0"'))


def _parts(touched: Sequence[Change]) -> list[tuple[str, SafeString]]:
    found: list[tuple[str, list[Change]]] = []
    for change in touched:
        if not found or found[-1][0] != change.section:
            found.append((change.section, []))
        found[-1][1].append(change)
    return [(section, _redlined(changes)) for section, changes in found]


def _counts(touched: Sequence[Change]) -> Mapping[str, int]:
    """How many blocks, by what became of them. A moved block is counted where it stands now."""
    labels = {
        Kind.CHANGED: _("changed"), Kind.ADDED: _("added"), Kind.REMOVED: _("removed"), Kind.MOVED_HERE: _("moved"),
    }  # fmt: skip
    counted = Counter(labels[change.kind] for change in touched if change.kind in labels)
    return {label: counted[label] for label in labels.values() if counted[label]}


def whole(revision: Revision) -> str:
    """Text, steps and terms as one HTML, so that a comparison misses none of them."""
    steps = _lines_html(_("Steps"), STEPS, revision.steps)
    return f"{revision.body}{steps}{_lines_html(_('Terms'), TERMS, revision.terms)}"


def _lines_html(title: str, columns: Sequence[LineColumn], lines: Sequence[Mapping[str, Any]]) -> str:
    if not lines:
        return ""
    head = "".join(f'<th scope="col"><p>{escape(str(column.label))}</p></th>' for column in columns)
    rows = "".join(f"<tr>{_line_cells(columns, line)}</tr>" for line in lines)
    return f"<h2>{escape(title)}</h2><table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"


def _line_cells(columns: Sequence[LineColumn], line: Mapping[str, Any]) -> str:
    said = (escape(words_of(column, line.get(column.name), {})) for column in columns)
    return "".join(f"<td><p>{words}</p></td>" for words in said)
