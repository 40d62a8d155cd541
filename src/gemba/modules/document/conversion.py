"""Files that people bring become clean text, and revisions become Word files: both ways with what was lost said."""

from pathlib import PurePath

from django.utils.translation import gettext as _

from gemba.importers.docx import read_docx
from gemba.importers.markdown import read_markdown
from gemba.importers.result import Imported, ImportRefusedError

LARGEST = 20 * 1024 * 1024
"""Bytes of a file that is read; a Word file of 600 pages has less."""
_WORD = (".docx",)
_MARKDOWN = (".md", ".markdown", ".txt")
_OLD = (".doc", ".dot", ".rtf", ".odt")
_MACROS = (".docm", ".dotm")
_ZIP = b"PK"
ACCEPT = ".docx,.md,.markdown,.txt"


def read_text(name: str, data: bytes) -> Imported:
    """The text of an uploaded Word or Markdown file.

    Raises `ImportRefusedError` with a sentence for every other file, and for one that is damaged, hostile or too large.
    """
    if len(data) > LARGEST:
        raise ImportRefusedError(_("The file is larger than %d MB. Split it.") % (LARGEST // 1024 // 1024))
    if not data.strip():
        raise ImportRefusedError(_("The file is empty."))
    ending = PurePath(name.replace("\\", "/").lower()).suffix
    if ending in _MACROS:
        raise ImportRefusedError(_("The file can hold macros. Save it as .docx and choose that."))
    if ending in _OLD:
        raise ImportRefusedError(_("Only .docx and Markdown can be read. Open the file and save it as .docx."))
    if ending in _WORD or data.startswith(_ZIP):
        return read_docx(data)
    if ending in _MARKDOWN:
        return read_markdown(data)
    raise ImportRefusedError(_("Only Word (.docx) and Markdown (.md) files are read as text. Attach others as files."))
