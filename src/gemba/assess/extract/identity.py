"""Who a document is: number, title, revision, dates, owner and approver, from fields, heading and file name."""

import re
from collections.abc import Sequence
from pathlib import PurePosixPath
from typing import NamedTuple

from gemba.assess.extract.dates import find_date
from gemba.assess.extract.fields import PROPERTIES, Field, HistoryRow
from gemba.assess.extract.outline import Located
from gemba.assess.extract.placeholders import has_placeholder, is_unfilled
from gemba.assess.extract.vocabulary import DATE_FIELDS, words
from gemba.assess.model import DateFact, Fact
from gemba.assess.readers.blocks import BlockKind, Place

_FILE = Place()
_NUMBER = r"(?P<number>[A-Za-z]{1,8}(?:[-_ ][A-Za-z]{1,5}){0,2}(?P<gap>[-_ .]?)\d{1,6}(?:[-._/]\d{1,5}){0,3})"
_LEADING_NUMBER = re.compile(rf"^\W*{_NUMBER}(?![A-Za-z0-9])")
_REFERENCE_NUMBER = re.compile(r"[A-Za-z0-9][\w./ -]{0,28}\d[\w.-]{0,12}|\d{2,12}")
_NO_PREFIX = words(
    "iso iec en din mdr cfr astm ivdr rev version ver v r annex appendix part section chapter step page phase "
    "class mdcg year sheet table fig q version sheet tabelle"
)
_KNOWN_PREFIX = words(
    "sop wi qp qsp qm qms qmp qmm frm form f fm fb va aa pa pro prc proc pol man rec tmp tpl tmpl t qr qf qwi "
    "capa nc ncr cr dcr doc lst l list pl pln plan r rep rpt tr tp ts spec sp srs rmp rmf rmr mr ia aud cmp "
    "comp q sup eq eqp cal d dhf dmr mdf td tf h hb p po mpp gl st std sd op gp fo an ins br rp log reg rg"
)
_FILE_REVISION = re.compile(
    r"(?:[-_ (](?:rev(?:ision)?|r|v|ver|version)[-_ .]?(?P<value>[A-Z]|\d{1,3}(?:\.\d{1,3}){0,2}))(?=$|[-_ .)])",
    re.IGNORECASE,
)
_TITLE_REVISION = re.compile(
    r"\b(?:rev(?:ision)?|(?:version|v)(?:\b|(?=\d)))\.?\s?(?P<value>[A-Z]|\d{1,3}(?:\.\d{1,3}){0,2})\)?\s*$",
    re.IGNORECASE,
)
_GENERIC = re.compile(
    r"(?:general(?:\s+information)?|introduction|purpose|scope|summary|regulatory\s+references?"
    r"|overview|table\s+of\s+contents|contents|sheet\s*\d*|tabelle\s*\d*|history|revision\s+history"
    r"|document\s+(?:control|information)|approvals?|cover\s*(?:page)?|definitions?|references?"
    r"|blatt\s*\d*|feuil\s*\d*|instructions?|data|info|references|objective|purpose and scope)",
    re.IGNORECASE,
)
_TYPE_AND_NUMBER = re.compile(
    r"(?:(?:standard\s+)?(?:operating\s+)?procedure|procédure|work\s+instruction|instruction|policy|form|formulaire|plan"
    r"|(?:quality\s+)?manual|verfahrensanweisung|arbeitsanweisung|formblatt|richtlinie)\s+"
    rf"{_NUMBER}\s*(?::|[\u2013\u2014-]\s)\s*(?=\S)",
    re.IGNORECASE,
)
"""What kind of document it is and its number, before the title: `Procédure PR-07 : Achats`."""
_NUMBERING = re.compile(r"^(?:\d{1,2}(?:\.\d{1,2})*\.?|[IVX]{1,4}\.)\s+")
_AFTER_NUMBER = re.compile(r"^[\s:\u2013\u2014|_.-]+")
_ACRONYM = {
    w: w.upper()
    for w in [
        "sop",
        "wi",
        "capa",
        "qms",
        "mdr",
        "ivdr",
        "soup",
        "pms",
        "prrc",
        "qm",
        "fmea",
        "psur",
        "pmcf",
        "udi",
        "ncr",
        "hr",
    ]
}
_SMALL = words("a an and at by for from in of on or the to with und der die das für et de du des la le")
_TITLE_BLOCKS = 30
_MAX_TITLE = 150
_MAX_LINE = 80
_SHEET_AND_TITLE = 2
_MAX_REVISION = 20
_MAX_PERSON = 90
_NO_PERSON = re.compile(
    r"(?:yes|no|ja|nein|oui|non|approved|blocked|rejected|pending|draft|open|closed|ok|n\s?/\s?a|name"
    r"|date|signature|role|approved by|date and signature)\W*",
    re.IGNORECASE,
)
_DATED = re.compile(r"\s*\([^()]*(?:19|20)\d\d[^()]*\)$")
_YEARS = range(1990, 2100)
_CUTS_TITLE = re.compile(
    r"\s*(?:[-\u2013\u2014|,(]\s*)?\b(?:rev(?:ision)?|(?:version|v)(?:\b|(?=\d)))\.?\s?(?:[A-Z]|\d[\d.]*)\)?\s*$",
    re.IGNORECASE,
)


class Identity(NamedTuple):
    title: str
    number: Fact | None
    heading_number: Fact | None
    revision: Fact | None
    owner: Fact | None
    owner_unfilled: Fact | None
    approver: Fact | None
    dates: tuple[DateFact, ...]
    type_label: str
    """What the document's own field `document type` says, or empty."""


def identity_of(
    relative: str,
    blocks: Sequence[Located],
    fields: Sequence[Field],
    history: HistoryRow | None,
    day_first: bool | None,
) -> Identity:
    heading = _title_heading(blocks)
    written = _without_space(relative, heading.block.text.strip()) if heading else ""
    written = _title_line(blocks) or written
    numbers = _numbers(relative, fields, heading, written)
    owner, unfilled = _owner(fields)
    return Identity(
        title=_title(relative, fields, written),
        number=numbers[0],
        heading_number=numbers[1],
        revision=_revision(relative, fields, history, heading),
        owner=owner,
        owner_unfilled=unfilled,
        approver=_approver(fields, history),
        dates=_dates(fields, history, day_first),
        type_label=next((f.value for f in fields if f.name == "type" and f.header), ""),
    )


def file_number(relative: str) -> str | None:
    """The document number a file name starts with: `SOP-012` of `sop-012-capa.docx`; None for `audit-2024.md`."""
    stem = PurePosixPath(relative).stem
    number = leading_number(stem)
    return number.upper() if number else None


def leading_number(text: str) -> str | None:
    match = _LEADING_NUMBER.match(text)
    if match is None:
        return None
    number = match["number"]
    prefix = re.split(r"[-_ .\d]", number, maxsplit=1)[0].lower()
    digits = re.findall(r"\d+", number)
    if prefix in _NO_PREFIX or (match["gap"] == " " and prefix not in _KNOWN_PREFIX):
        return None
    if prefix not in _KNOWN_PREFIX and (number != number.upper() or len(prefix) > len("ABCDE")):
        return None
    if len(digits) == 1 and int(digits[0]) in _YEARS and prefix not in _KNOWN_PREFIX:
        return None
    return number


def _numbers(
    relative: str, fields: Sequence[Field], heading: Located | None, written: str
) -> tuple[Fact | None, Fact | None]:
    """The file name's number before the header's before the heading's; and one inside that differs from it."""
    inside = [
        Fact(f.value, f.place)
        for f in fields
        if f.name == "number" and f.header and _REFERENCE_NUMBER.fullmatch(f.value) and not has_placeholder(f.value)
    ]
    titles = (f for f in fields if f.name == "title" and f.header and f.place.cell != PROPERTIES)
    inside += [Fact(own, f.place) for f in titles if (own := leading_number(f.value))]
    in_heading = leading_number(written) if heading else None
    if heading and in_heading:
        inside.append(Fact(in_heading, heading.block.place))
    named = file_number(relative)
    number = Fact(named, _FILE) if named else inside[0] if inside else None
    if number is None:
        return None, None
    differing = next((f for f in inside if not _same_number(f.value, number.value)), None)
    agreeing = next((f for f in inside if _same_number(f.value, number.value)), None)
    return agreeing or number, differing


def _same_number(one: str, other: str) -> bool:
    return _plain(one) == _plain(other)


def _plain(number: str) -> tuple[str, ...]:
    return tuple(str(int(p)) if p.isdigit() else p for p in re.findall(r"\d+|[A-Z]+", number.upper()))


def _title_heading(blocks: Sequence[Located]) -> Located | None:
    """The first heading that is a title: not `1. Purpose`, not `Sheet1`."""
    for located in blocks[:_TITLE_BLOCKS]:
        if located.block.kind is BlockKind.HEADING:
            text = _NUMBERING.sub("", located.block.text.strip())
            numbered = text != located.block.text.strip()
            if text and not numbered and not _GENERIC.fullmatch(text):
                return located
            if located.block.level > 1 or numbered:
                return None
    return None


def _without_space(relative: str, text: str) -> str:
    """A wiki's export names the part of the wiki before the page: `QMS : CAPA process`."""
    exported = relative.lower().endswith((".html", ".htm"))
    return text.partition(" : ")[2].strip() or text if exported else text


def _title_line(blocks: Sequence[Located]) -> str:
    """The line over the first table of a workbook, where it says more than the name of its sheet; else nothing."""
    body = [located.block for located in blocks[:_TITLE_BLOCKS] if located.block.kind is not BlockKind.FIELD]
    if len(body) < _SHEET_AND_TITLE or not (body[0].place.cell or "").endswith("!A1"):
        return ""
    sheet, line = body[0], body[1]
    if sheet.kind is not BlockKind.HEADING or line.kind is not BlockKind.PARAGRAPH or len(line.text) > _MAX_LINE:
        return ""
    named = {word for word in sheet.text.lower().split() if not word.isdigit()}
    says_more = named < set(line.text.lower().split()) or bool(_GENERIC.fullmatch(sheet.text.strip()))
    return line.text.strip() if says_more and any(c.isalpha() for c in line.text) else ""


def _title(relative: str, fields: Sequence[Field], written: str) -> str:
    own = [f for f in fields if f.name == "title" and f.header and not is_unfilled(f.value) and f.value]
    for f in own:
        if f.place.cell != PROPERTIES:
            return _clean_title(_without_space(relative, f.value))
    if written:
        return _clean_title(written)
    if own:
        return _clean_title(own[0].value)
    return _from_file(relative)


def _clean_title(text: str) -> str:
    plain = " ".join(text.split())
    typed = _TYPE_AND_NUMBER.match(plain)
    if typed and leading_number(typed["number"]):
        plain = plain[typed.end() :]
    number = leading_number(plain)
    rest = _AFTER_NUMBER.sub("", plain[plain.index(number) + len(number) :]) if number else plain
    shortened = _CUTS_TITLE.sub("", rest or plain)
    return (shortened or rest or plain)[:_MAX_TITLE]


def _from_file(relative: str) -> str:
    stem = PurePosixPath(relative).stem
    number = leading_number(stem)
    rest = stem[stem.index(number) + len(number) :] if number else stem
    named = re.sub(r"[-_\s]+", " ", _FILE_REVISION.sub("", rest)).strip().split(" ")
    shown = [_ACRONYM.get(w.lower(), w) for w in named if w]
    if all(w == w.lower() for w in named):
        shown = [w if w.isupper() or w in _SMALL else w.capitalize() for w in shown]
    title = " ".join(shown)
    return (title[:1].upper() + title[1:] or stem)[:_MAX_TITLE]


def _revision(
    relative: str, fields: Sequence[Field], history: HistoryRow | None, heading: Located | None
) -> Fact | None:
    for f in fields:
        if f.name == "revision" and f.header and f.place.cell != PROPERTIES and _is_revision(f.value):
            return Fact(_DATED.sub("", f.value) or f.value, f.place)
    if history and _is_revision(history.revision):
        return Fact(history.revision, history.place)
    if heading and (match := _TITLE_REVISION.search(heading.block.text)):
        return Fact(match["value"], heading.block.place)
    if match := _FILE_REVISION.search(PurePosixPath(relative).stem):
        return Fact(match["value"], _FILE)
    return next(
        (Fact(f.value, f.place) for f in fields if f.name == "revision" and f.header and _is_revision(f.value)), None
    )


def _is_revision(value: str) -> bool:
    return bool(value) and len(value) <= _MAX_REVISION and not is_unfilled(value) and not has_placeholder(value)


def _owner(fields: Sequence[Field]) -> tuple[Fact | None, Fact | None]:
    """A filled owner field before a filled `responsible`; an open one is said only where no other is filled."""
    named = [f for f in fields if f.name == "owner"]
    for f in [*named, *(f for f in fields if f.name == "responsible" and f.header)]:
        if _is_person(f.value):
            return Fact(f.value, f.place), None
    if named:
        return None, Fact(named[0].value, named[0].place)
    return None, None


def _is_person(value: str) -> bool:
    usable = bool(value) and len(value) <= _MAX_PERSON and any(c.isalpha() for c in value)
    return usable and not _NO_PERSON.fullmatch(value) and not is_unfilled(value) and not has_placeholder(value)


def _approver(fields: Sequence[Field], history: HistoryRow | None) -> Fact | None:
    for f in fields:
        if (
            f.name == "approver"
            and (f.header or " " in f.label.strip())
            and _is_person(f.value)
            and not _is_date(f.value)
        ):
            return Fact(" ".join(f.value.split()), f.place)
    if history and _is_person(history.approver) and not _is_date(history.approver):
        return Fact(history.approver, history.place)
    return None


def _is_date(value: str) -> bool:
    found = find_date(value)
    return found is not None and len(found[1]) * 2 > len(value)


def _dates(fields: Sequence[Field], history: HistoryRow | None, day_first: bool | None) -> tuple[DateFact, ...]:
    found: dict[tuple[str, str], DateFact] = {}
    for f in fields:
        label = "approved" if f.name == "approver" else f.name
        if label not in DATE_FIELDS or (not f.header and f.name != "approved"):
            continue
        day = find_date(f.value, day_first=day_first)
        if day:
            found.setdefault((label, day[1]), DateFact(label, day[0], day[1], f.place))
    if history and (day := find_date(history.date, day_first=day_first)):
        label = "effective" if "effective" in history.date_label.lower() else "modified"
        found.setdefault((label, day[1]), DateFact(label, day[0], day[1], history.place))
    return tuple(found.values())
