"""A controlled document as PDF/A-3b: a fixed template sets it; what people wrote travels as data, never as its source.

The same value always gives the same bytes. The text it was made from is attached as HTML.
"""

import datetime as dt
import json
import re
from collections.abc import Callable
from functools import lru_cache
from importlib.resources import files
from typing import Any, Final

import typst
from django.utils.translation import gettext as _

from gemba.assess.report.glyphs import LACKING, latin, showable
from gemba.export.controlled_body import body
from gemba.export.controlled_document import ControlledDocument, Signed, day

STANDARD: Final = "a-3b"
_LANGUAGE = re.compile(r"[a-z]{2,3}")
Json = dict[str, Any]


class PdfError(Exception):
    """The PDF could not be typeset; the message is a sentence for a person."""


@lru_cache(maxsize=1)
def template() -> bytes:
    """The source of the page: how formatted text is set, and the page around it."""
    return b"".join(files("gemba.export").joinpath(name).read_bytes() for name in ("body.typ", "controlled.typ"))


def controlled_pdf(document: ControlledDocument) -> bytes:
    """The PDF. A character the fonts lack becomes a square; the attached source has it.

    Raises `PdfError` where it cannot be typeset and `RichTextError` where the text is beyond a document's limits.
    """
    try:
        return _typeset(content(document, showable), document)
    except typst.TypstError:
        # What one character does beside another cannot be known beforehand; plain letters always can be set.
        plain = content(document, latin)
    try:
        return _typeset(plain, document)
    except typst.TypstError as error:
        reason = str(error).splitlines()[0][:120]
        raise PdfError(_("The PDF could not be typeset (%(reason)s).") % {"reason": reason}) from error


def _typeset(data: Json, document: ControlledDocument) -> bytes:
    made: bytes = typst.compile(
        template(),
        format="pdf",
        pdf_standards=STANDARD,
        sys_inputs={"document": json.dumps(data, ensure_ascii=False), "source": document.html},
        ignore_system_fonts=True,
        timestamp=document.made_at.astimezone(dt.UTC),
    )
    return made


def content(document: ControlledDocument, shown: Callable[[str], str]) -> Json:
    """What the template receives. `shown` turns a text into one the fonts can set."""
    at = document.made_at.astimezone(dt.UTC)
    texts = {
        "company": document.company,
        "number": document.number,
        "title": document.title,
        "kind": document.kind,
        "revision": document.revision,
        "owner": document.owner,
        "mark": document.mark.words,
        "standing": _standing(document),
        "statement": document.statement,
        "fingerprint": document.fingerprint,
        "seal": document.seal,
    }
    data: Json = {name: shown(text) for name, text in texts.items()}
    data["body"] = body(document.html, document.title, shown)
    data["lacking"] = shown is latin or LACKING in json.dumps(data, ensure_ascii=False)
    return data | {
        "language": document.language if _LANGUAGE.fullmatch(document.language) else "en",
        "date": [at.year, at.month, at.day],
        "facts": [[shown(name), shown(value)] for name, value in document.facts],
        "steps": _steps(document, shown),
        "history": [
            {
                "revision": shown(each.revision),
                "date": day(each.date),
                "change": shown(each.change),
                "approved": shown(each.approved_by),
            }
            for each in document.history
        ],
        "signatures": [_signature(each, shown) for each in document.signatures],
        "words": {name: shown(text) for name, text in _words().items()},
    }


def _standing(document: ControlledDocument) -> str:
    if document.mark.words:
        return document.mark.words
    return _("Effective %(date)s") % {"date": day(document.effective)} if document.effective else document.state


def _steps(document: ControlledDocument, shown: Callable[[str], str]) -> list[Json]:
    return [
        {
            "number": number,
            "role": shown(step.role),
            "action": shown(step.action),
            "produces": shown(step.produces),
            "tool": shown(step.tool),
            "time": "" if step.minutes is None else shown(_("%(number)d min") % {"number": step.minutes}),
        }
        for number, step in enumerate(document.steps, start=1)
    ]


def _signature(signed: Signed, shown: Callable[[str], str]) -> Json:
    return {
        "name": shown(signed.name),
        "meaning": shown(signed.meaning),
        "at": f"{signed.at.astimezone(dt.UTC):%Y-%m-%d %H:%M:%S} UTC",
        "method": shown(signed.method),
        "verdict": shown(signed.verdict),
    }


def _words() -> dict[str, str]:
    return {
        "revision": _("Revision"),
        "page": _("Page"),
        "of": _("of"),
        "steps": _("Steps"),
        "role": _("Who"),
        "action": _("Does what"),
        "record": _("Leaves as record"),
        "tool": _("With"),
        "time": _("Time"),
        "history": _("Revision history"),
        "date": _("Date"),
        "change": _("Change"),
        "approved": _("Approved by"),
        "signatures": _("Signatures"),
        "unsigned": _("Nobody has signed this revision."),
        "bound": _(
            "Each signature was given with a fresh proof of identity and is bound to the content with this SHA-256:"
        ),
        "name": _("Name"),
        "meaning": _("Meaning"),
        "when": _("When"),
        "method": _("How"),
        "verdict": _("Still what was signed?"),
        "source": _("The text this copy was made from"),
        "lacking": _(
            "Letters the fonts of this copy lack are shown as a square or a question mark; the attached text has them."
        ),
    }
