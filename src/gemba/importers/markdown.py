"""Markdown as clean text: CommonMark with tables and strikethrough. What only looks like a tag stays, as a gap."""

import re
from collections import Counter
from html import escape
from typing import Final

from markdown_it import MarkdownIt
from markdown_it.token import Token

from gemba.assess.readers import front_matter
from gemba.assess.readers.decoding import decode
from gemba.assess.readers.markup import is_markup, placeholders_escaped
from gemba.importers.result import Imported, ImportRefusedError
from gemba.importers.source import Source, guarded, imported
from gemba.kernel.richtext.allowed import MAX_HTML
from gemba.kernel.richtext.cleaning import clean
from gemba.kernel.richtext.parsing import safe_address

MAX_SECONDS: Final = 20.0
_SMALL = 200_000
"""Bytes that are read in this process: too few for a slow input to matter."""
_GAP = re.compile(r"<([^<>\n]{2,120})>")
_PARSER = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])


def read_markdown(data: bytes, *, max_seconds: float = MAX_SECONDS) -> Imported:
    """The document's text and what was left out of it; front matter is not text.

    Raises `ImportRefusedError` with a sentence for a file too large or too slow to read.
    """
    return imported(_read, Source(data, risky=len(data) > _SMALL), max_seconds)


def _read(source: Source) -> Imported | str:
    return guarded(_converted, source)


def _converted(data: bytes) -> Imported:
    if len(data) > MAX_HTML:
        raise ImportRefusedError(f"The file is larger than {MAX_HTML // 1_000_000} MB and was not read.")
    text, problem = decode(data)
    _, taken, _ = front_matter.split(text)
    lost: Counter[str] = Counter()
    lines = text.split("\n")
    tokens = _PARSER.parse("\n".join(lines[taken:]))
    for token in tokens:
        if token.type == "html_block":
            token.content = placeholders_escaped(token.content)
        if token.children:
            token.children = [made for child in token.children for made in _inline(child, lost)]
    html = clean(_PARSER.renderer.render(tokens, _PARSER.options, {}))
    return Imported(html, tuple(_warnings(lost, problem)))


def _inline(token: Token, lost: Counter[str]) -> list[Token]:
    """The token, or what stands in its place."""
    if token.type == "image":
        lost["pictures"] += 1
        said = " ".join(f"picture: {token.content}".split()).removesuffix(":")
        return [_gap(said, f"[{said}]")]
    if token.type == "link_open" and not safe_address(str(token.attrs.get("href", ""))):
        lost["links"] += 1
    if token.type == "html_inline" and not is_markup(token.content):
        return [_gap(token.content.strip("</>"), token.content)]
    if token.type == "text" and _GAP.search(token.content):
        return _split(token)
    return [token]


def _split(token: Token) -> list[Token]:
    found: list[Token] = []
    end = 0
    for match in _GAP.finditer(token.content):
        found += [_text(token.content[end : match.start()]), _gap(match[1].strip(), match[0])]
        end = match.end()
    return [*found, _text(token.content[end:])]


def _text(content: str) -> Token:
    return Token("text", "", 0, content=content)


def _gap(wanted: str, shown: str) -> Token:
    return Token("html_inline", "", 0, content=f'<mark data-gap="{escape(wanted)}">{escape(shown)}</mark>')


def _warnings(lost: Counter[str], problem: str | None) -> list[str]:
    found = [problem] if problem else []
    if number := lost["pictures"]:
        pictures = "One picture was" if number == 1 else f"{number} pictures were"
        found.append(f"{pictures} not taken over; a gap marks each place. Attach pictures as files.")
    if number := lost["links"]:
        links = "One link leads" if number == 1 else f"{number} links lead"
        found.append(f"{links} to a file or an address that cannot be followed from here; the words were kept.")
    return found
