"""Turns the light Markdown of starter documents into a small, safe part of HTML.

Allowed are h2 to h4, p, ul, ol, li, tables, strong, em, and two marks: `[[gap]]` becomes
`<mark data-gap="...">`, and `{{live:name}}` stays as it is written, for the screens that draw live data there. It is
data: nothing evaluates it. Everything else, HTML included, is literal text.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from html import escape

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict

from gemba.evidence.catalogue.errors import shown
from gemba.evidence.starter.model import Gap

LIVE: Mapping[str, str] = {
    "applicability": "clauses that are excluded or do not apply, each with its reason and approval",
    "document_list": "documents in force, with number, revision, date and owner",
    "objectives": "quality objectives with target and last value",
    "organisation": "people in charge, by role",
    "process_map": "processes, their owners, and what each passes on",
    "products": "device types and families in the scope",
    "regulatory_roles": "regulatory role held in each market",
    "scope": "scope of the quality system and its sites",
}
"""What `{{live:name}}` may name, and what is drawn there."""
HIGHEST, LOWEST = 2, 4
"""Heading levels; level 1 is the document's title."""
_MARK = re.compile(r"\[\[(?P<gap>[^\[\]\n]{1,80})\]\]|\{\{(?P<live>[^{}\n]{1,80})\}\}")
_LINK = re.compile(r"\]\(|<https?:|\bhttps?://")
Report = Callable[[int, str], None]
"""Takes a line number and a sentence."""


def visible(gap: Gap) -> str:
    """What stands in the text where a gap is: brackets and the word 'enter', which every placeholder search finds."""
    return f"[enter: {gap.label}]"


class _Renderer(RendererHTML):
    def __init__(self, written: Callable[[str], str]) -> None:
        super().__init__()
        self._written = written

    def text(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        return self._written(tokens[idx].content)


class Converter:
    """Converts the texts of one document and remembers which gaps and live marks they used."""

    def __init__(self, gaps: Sequence[Gap], report: Report) -> None:
        self._gaps = {gap.id: gap for gap in gaps}
        self._report = report
        self.used: set[str] = set()
        self.live: set[str] = set()
        self._markdown = MarkdownIt("zero").enable(["heading", "list", "table", "emphasis"])
        self._renderer = _Renderer(self._marked)

    def block(self, text: str, first_line: int) -> str:
        """A text of several paragraphs. `first_line` is the line of its file that its first line stands on."""
        tokens = self._markdown.parse(text)
        self._check_links(text, first_line)
        line = first_line
        for token in tokens:
            line = first_line + token.map[0] if token.map else line
            self._check_token(token, line)
        return self._rendered(tokens)

    def line(self, text: str, line: int) -> str:
        """A text of one paragraph, without its `<p>`."""
        self._check_links(text, line)
        self._check_marks(text, line)
        return self._rendered(self._markdown.parseInline(text))

    def _rendered(self, tokens: Sequence[Token]) -> str:
        return str(self._renderer.render(tokens, self._markdown.options, {})).strip()

    def _check_links(self, text: str, first_line: int) -> None:
        for offset, line in enumerate(text.split("\n")):
            if _LINK.search(line):
                self._report(first_line + offset, "a starter text holds no links; name the number of the document.")

    def _check_token(self, token: Token, line: int) -> None:
        if token.type == "heading_open" and not HIGHEST <= int(token.tag[1]) <= LOWEST:
            self._report(line, f"a heading of a starter text has {HIGHEST} to {LOWEST} '#' signs.")
        if token.type == "inline":
            for offset, part in enumerate(token.content.split("\n")):
                self._check_marks(part, line + offset)

    def _check_marks(self, text: str, line: int) -> None:
        for match in _MARK.finditer(text):
            if match["gap"] is not None:
                self._note_gap(match["gap"], line)
            else:
                self._note_live(match["live"], line)

    def _note_gap(self, identity: str, line: int) -> None:
        if identity not in self._gaps:
            self._report(line, f"the text names the gap '{shown(identity)}', which the document does not define.")
        self.used.add(identity)

    def _note_live(self, text: str, line: int) -> None:
        name = text.removeprefix("live:")
        if name == text or name not in LIVE:
            known = ", ".join(f"live:{each}" for each in LIVE)
            self._report(line, f"'{shown(text)}' in braces names no live data; there are: {known}.")
        self.live.add(name)

    def _marked(self, text: str) -> str:
        parts: list[str] = []
        end = 0
        for match in _MARK.finditer(text):
            parts.extend((escape(text[end : match.start()], quote=False), self._mark(match)))
            end = match.end()
        parts.append(escape(text[end:], quote=False))
        return "".join(parts)

    def _mark(self, match: re.Match[str]) -> str:
        gap = self._gaps.get(match["gap"] or "")
        if gap is None:
            return escape(match.group(), quote=False)
        return f'<mark data-gap="{escape(gap.label)}">{escape(visible(gap), quote=False)}</mark>'
