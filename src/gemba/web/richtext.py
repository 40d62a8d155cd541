"""The control for formatted text: a plain field of HTML, which the page turns into an editor where it can."""

import json
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from gemba.kernel.richtext.allowed import HEADINGS, MAX_GAP, MAX_HTML, SCHEMES

ROWS = 14
WORDS = {
    "text": _("Text"), "tools": _("Form of the text"), "style": _("Style of the paragraph"), "plain": _("Text"),
    "heading": _("Heading"), "bold": _("Bold"), "italic": _("Italic"), "underline": _("Underlined"),
    "bullets": _("List with dots"), "numbers": _("List with numbers"), "quote": _("Quotation"), "link": _("Link"),
    "gap": _("Gap to be filled in"), "table": _("Insert a table"), "row": _("Add a row below"),
    "column": _("Add a column to the right"), "lessRow": _("Take the row out"), "lessColumn": _("Take the column out"),
    "headRow": _("First row is a heading"), "noTable": _("Take the table out"), "undo": _("Undo"), "redo": _("Redo"),
    "shortGap": _("Gap"), "shortTable": _("Table"), "shortRow": _("+ Row"), "shortColumn": _("+ Column"),
    "shortLessRow": _("\N{MINUS SIGN} Row"), "shortLessColumn": _("\N{MINUS SIGN} Column"),
    "shortHeadRow": _("Heading row"), "shortNoTable": _("No table"),
    "address": _("Address: https://…, mailto:…"), "wanted": _("What belongs there"), "set": _("Set"),
    "clear": _("Take away"), "gapText": _("to be filled in"),
    "badAddress": _("A link leads to https://…, http://… or mailto:…."),
    "tooLong": _("This is too long: a text may hold two million characters with its formatting. Nothing is lost."),
    "noFiles": _("Pictures and files cannot stand in a text. Attach them to the record instead."),
}  # fmt: skip
LARGEST_FORM = 2_400_000
"""Bytes that a form may hold in all; a little less than what the server reads."""


class RichTextWidget(forms.Textarea):
    """Without JavaScript the HTML itself is typed; whatever is sent is cleaned before it is stored."""

    wide = True

    def __init__(self, attrs: Any = None) -> None:
        given = {
            "rows": ROWS, "spellcheck": "true", "data-richtext": "", "data-most": str(MAX_HTML),
            "data-form-most": str(LARGEST_FORM), "data-levels": ",".join(name[1:] for name in HEADINGS),
            "data-schemes": ",".join(sorted(SCHEMES)), "data-gap": str(MAX_GAP),
        }  # fmt: skip
        super().__init__({**given, **(attrs or {})})

    def build_attrs(self, base_attrs: Any, extra_attrs: Any = None) -> dict[str, Any]:
        """The words of the tools, in the reader's language."""
        found: dict[str, Any] = super().build_attrs(base_attrs, extra_attrs)
        return {**found, "data-words": json.dumps({name: str(word) for name, word in WORDS.items()})}
