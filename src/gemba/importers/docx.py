"""Word files as clean text: headings, nested lists, tables, emphasis, links and notes; read in a process of its own."""

import re
from collections.abc import Callable
from html import escape, unescape
from io import BytesIO
from typing import Any

import mammoth

from gemba.importers.docx_numbers import MARK, numbered
from gemba.importers.docx_package import checked
from gemba.importers.result import Imported
from gemba.importers.source import Source, guarded, imported
from gemba.kernel.richtext.cleaning import clean

_MAMMOTH: Any = mammoth
"""States no types for its functions."""
MAX_SECONDS = 30.0
"""For one file; a document of 60 pages takes about one second."""
_STYLES = """
p[style-name='Title'] => h1:fresh
p[style-name='Subtitle'] => p:fresh
p[style-name='Quote'] => blockquote > p:fresh
p[style-name='Intense Quote'] => blockquote > p:fresh
p[style-name='Code'] => pre:separator('\\n')
p[style-name='HTML Preformatted'] => pre:separator('\\n')
p[style-name='macro'] => pre:separator('\\n')
p[style-name='Rule'] => hr:fresh
p[style-name='List Bullet 2']:unordered-list(1) => ul|ol > li > ul > li:fresh
p[style-name='List Bullet 3']:unordered-list(1) => ul|ol > li > ul|ol > li > ul > li:fresh
p[style-name='List Number 2']:ordered-list(1) => ul|ol > li > ol > li:fresh
p[style-name='List Number 3']:ordered-list(1) => ul|ol > li > ul|ol > li > ol > li:fresh
p[style-name='List Continue'] => ul|ol > li > p:fresh
p[style-name='List Continue 2'] => ul|ol > li > ul|ol > li > p:fresh
p[style-name='List Continue 3'] => ul|ol > li > ul|ol > li > ul|ol > li > p:fresh
r[style-name='Gap'] => mark
r[style-name='Code Char'] => code
r[style-name='HTML Code'] => code
u => u
strike => s
"""
PICTURE = "picture from the Word file"
_GAP = re.compile(r"<mark>(.*?)</mark>", re.DOTALL)
_TAG = re.compile(r"<[^>]*>")
_ITEM = re.compile(rf"<ol>(\s*<li>(?:<p>)?){MARK[0]}(\d+){MARK[1]}")
_LEFT = re.compile(rf"{MARK[0]}\d+{MARK[1]}")


def read_docx(data: bytes, *, max_seconds: float = MAX_SECONDS, risky: bool = True) -> Imported:
    """The document's text and what was left out of it. Nobody's file is read in the process that serves people.

    A file that we ship ourselves is not `risky`.

    Raises `ImportRefusedError` with a sentence for a file that is damaged, hostile, too large or too slow to read.
    """
    return imported(_read, Source(data, risky=risky), max_seconds)


def _read(source: Source) -> Imported | str:
    return guarded(_converted, source)


def _converted(data: bytes) -> Imported:
    parts = checked(data)
    pictures: list[str] = []
    result = _MAMMOTH.convert_to_html(
        BytesIO(numbered(parts.data)),
        style_map=_STYLES,
        convert_image=_placeholder(pictures),
        include_embedded_style_map=False,
        external_file_access=False,
        ignore_empty_paragraphs=False,
    )
    html = clean(_with_gaps(_with_starts(result.value)))
    warnings = list(parts.warnings)
    if pictures:
        number = "One picture was" if len(pictures) == 1 else f"{len(pictures)} pictures were"
        warnings.append(f"{number} not taken over; a gap marks each place. Attach pictures as files.")
    if not _TAG.sub("", html).strip():
        warnings.append("The file holds no text that could be taken over.")
    return Imported(html, tuple(dict.fromkeys(warnings)))


def _placeholder(pictures: list[str]) -> Callable[[Any], list[Any]]:
    """A gap in place of each picture; the picture's bytes are not touched."""

    def convert(image: Any) -> list[Any]:
        words = " ".join((image.alt_text or "").split())[:100]
        pictures.append(words)
        said = f"{PICTURE}: {words}" if words else PICTURE
        return [_MAMMOTH.html.element("mark", {"data-gap": said}, [_MAMMOTH.html.text(f"[{said}]")])]

    return convert


def _with_gaps(html: str) -> str:
    def gap(found: re.Match[str]) -> str:
        wanted = escape(unescape(" ".join(_TAG.sub("", found[1]).split())).strip("[]<> "))
        return f'<mark data-gap="{wanted}">{found[1]}</mark>'

    return _GAP.sub(gap, html)


def _with_starts(html: str) -> str:
    """Lists that go on counting after something between them."""

    def start(found: re.Match[str]) -> str:
        return f'<ol start="{found[2]}">{found[1]}'

    return _LEFT.sub("", _ITEM.sub(start, html))
