"""Finds standards and laws in text, from how the catalogue's frameworks are cited. Picklable."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import NamedTuple

from gemba.assess.extract.signs import has_digit, holds, present
from gemba.evidence.catalogue.model import Framework

DEFAULT_FRAMEWORK = "iso13485"
"""What "clause 7.3.4" means in a quality system's own procedure when no standard is named near it."""

_SELF_NAMING_PART = 100
"""A US section number such as 820.35 names its own part; 11.10 could be any decimal, so it needs the law's name."""

_LONGEST_RANGE = 150

_COUNTRY = r"(?:(?:DIN|BS|NF|SS|SN|UNI|UNE|NEN|AS|JIS|ANSI|AAMI|CAN/CSA|CSA|EN|ÖNORM)[ \-/]+){0,4}"
_BODY = r"(?:ISO|IEC|EN|ASTM|AAMI|DIN|IEEE|ANSI|CISPR)(?:/(?:IEC|ISO|ASTM|IEEE|DIS|FDIS|AAMI))*"
_TYPE = r"(?:[ /-]*(?:TR|TS|TIR|PAS|Guide|GUIDE))?"
_YEAR = r"(?:19|20)\d\d"
_EDITION = (
    rf"(?:(?:\s{{0,2}}[:\-\u2013]\s{{0,2}}|\s{{0,2}}\(\s?(?:[Ee]d(?:ition|\.)?\s)?)(?P<edition>{_YEAR})(?!\d|[-.]\d)\)?"
    rf"|\s{{1,2}}(?P<spaced>{_YEAR})(?![\d]|[-./]\d))?"
)
_AMENDED = (
    r"(?:\s?[/+,]\s?(?:AMD|Amd|AC|COR|Cor|A)\.?\s?\d{0,2}\s?(?::\s?\d{4})?(?![\w.]))*(?:\((?:E|D|F|ed\.?\s?\d)\))?"
)
_PATTERN = "|".join(
    (
        (
            rf"(?<![A-Za-z0-9])(?P<iso>{_COUNTRY}{_BODY}{_TYPE})[ \-\u00a0]{{0,2}}"
            rf"(?P<core>[A-Z]?\d{{2,6}}(?:-\d{{1,2}}(?!\d))*){_EDITION}{_AMENDED}"
        ),
        r"(?<![\d.])21\s?C\.?\s?F\.?\s?R\.?,?\s*(?:Parts?\s*)?(?:§+\s*)?(?P<part>\d{1,4})(?P<section>\.\d)?",
        (
            r"(?<!\w)(?P<law>(?:(?:EU|EG|UE)\s+)?(?:Regulation|Directive|Verordnung|Richtlinie|Règlement)\s*)?"
            r"(?:\((?:EU|EC|EEC|EG|UE|CE)\)\s*)?(?:No\.?\s*|Nr\.?\s*|n°\s*)?"
            rf"(?P<eu>(?:{_YEAR}/\d{{2,4}}|\d{{2}}/\d{{2,3}}(?=/E))(?![\d/]\d)(?:/(?:EU|EC|EEC|EWG|EG|CE))?)(?!\w)"
        ),
        r"(?<!\w)(?P<guide>MDCG\s?\d{4}[-/]\d{1,2}|MEDDEV\.?\s?\d[\d./]*\d)(?:\s?,?\s?[Rr]ev(?:ision|\.)?\s?\d+)?",
    )
)
_FIRST = r"(?=[A-ZÖ0-9(n])"
"""What each branch of the pattern can begin with: asked once for each place, not by every branch anew."""
_OTHER_LAWS = {
    "IVDR": "Regulation (EU) 2017/746",
    "GDPR": "Regulation (EU) 2016/679",
    "DSGVO": "Regulation (EU) 2016/679",
    "MDD": "93/42/EEC",
    "AIMDD": "90/385/EEC",
    "IVDD": "98/79/EC",
    "MPDG": "MPDG",
    "HIPAA": "HIPAA",
}
_NUMBER = re.compile(r"\d{2,6}(?:-\d{1,2}(?!\d))*")
_ISO_LIKE = re.compile(rf"(?:{_COUNTRY})(?:{_BODY}){_TYPE}\s?\d", re.IGNORECASE)
_CFR_LIKE = re.compile(r"21\s?CFR\D*(\d{1,4})", re.IGNORECASE)
_COUNTRY_WORDS = re.compile(
    r"^(?:(?:DIN|BS|NF|SS|SN|UNI|UNE|NEN|AS|JIS|ANSI|AAMI|CAN/CSA|CSA|EN|ÖNORM)[ \-/]+)+(?=ISO|IEC)"
)


_SIGNS = (
    "ISO",
    "IEC",
    "EN",
    "ASTM",
    "AAMI",
    "DIN",
    "IEEE",
    "ANSI",
    "CISPR",
    "CFR",
    "C.F",
    "F.R",
    "MDCG",
    "MEDDEV",
    "/",
)
_DIGIT = re.compile(r"[0-9]")


class NumberStyle(StrEnum):
    """How a framework numbers its clauses: `8.2.1`, `820.35(a)`, `Article 10(9)`."""

    DOTTED = "dotted"
    SECTION = "section"
    ARTICLE = "article"


class FrameworkView(NamedTuple):
    """What extraction needs of a framework: its clause numbers, comparable and in order."""

    id: str
    designation: str
    style: NumberStyle
    part: str
    """The part number of a US regulation (`820`), else empty."""
    clauses: Mapping[str, str]
    """Comparable key (lower case, no spaces) to the number as the framework writes it."""
    positions: Mapping[str, int]
    outside: tuple[str, ...] = ()
    """Comparable numbers that exist without being clauses of the catalogue: definitions, annexes, amended parts."""

    def find(self, number: str) -> str | None:
        """The number as the framework writes it, or None where there is no such clause."""
        wanted = comparable(number)
        found = self.clauses.get(wanted)
        if found is None and any(wanted == o or wanted.startswith((f"{o}.", f"{o}(")) for o in self.outside):
            return number
        return found

    def between(self, first: str, last: str) -> tuple[str, ...]:
        """The clauses after `first` and before `last` on the same level: what "8.2.1 to 8.2.3" leaves unsaid."""
        if self.style is NumberStyle.ARTICLE:
            return self._articles_between(first, last)
        low, high = self.positions.get(first, -1), self.positions.get(last, -1)
        if low < 0 or high <= low:
            return ()
        depth = first.count(".")
        return tuple(c for c, p in self.positions.items() if low < p < high and c.count(".") == depth)

    def _articles_between(self, first: str, last: str) -> tuple[str, ...]:
        ends = [re.fullmatch(r"Article (\d+)", name) for name in (first, last)]
        if not ends[0] or not ends[1]:
            return ()
        span = range(int(ends[0][1]) + 1, min(int(ends[1][1]), int(ends[0][1]) + _LONGEST_RANGE))
        return tuple(f"Article {n}" for n in span if self.find(f"Article {n}"))


class Cited(NamedTuple):
    """A standard or law found in a text. `framework` is the catalogue's id, or the designation when it has none."""

    start: int
    end: int
    standard: str
    framework: str
    edition: str | None


@dataclass(frozen=True)
class Citations:
    """The compiled view of all frameworks. `of` builds it; everything in it can be pickled."""

    views: Mapping[str, FrameworkView]
    cores: Mapping[str, tuple[str, str]]
    parts: Mapping[str, tuple[str, str]]
    names: Mapping[str, tuple[str, str]]
    by_number: re.Pattern[str]
    by_name: re.Pattern[str]
    """Names such as GDPR, in a text in lower case: only so each branch begins with a letter of its own."""
    signs: re.Pattern[str]
    words: tuple[str, ...]
    """Texts in which `by_number` finds something hold a sign and a digit, those in which `by_name` does a word."""
    default: str | None
    _parts_named: tuple[str, ...] = ()
    _seen: dict[str, tuple[Cited, ...]] = field(default_factory=dict, compare=False, repr=False)
    """Texts of one document already looked through: every rule asks about the same ones."""

    @classmethod
    def of(cls, frameworks: Iterable[Framework], standards: Iterable[str] = ()) -> "Citations":
        """`standards` are designations of further known standards (`IEC 62366-1`): only their number is used."""
        views: dict[str, FrameworkView] = {}
        cores: dict[str, tuple[str, str]] = {}
        parts: dict[str, tuple[str, str]] = {}
        names = {name.lower(): (law, law) for name, law in _OTHER_LAWS.items()}
        for designation in standards:
            cores |= dict.fromkeys(_NUMBER.findall(designation)[:1], (designation, designation))
        for framework in frameworks:
            target = (framework.id, _without_edition(framework.designation))
            views[framework.id] = _view(framework)
            for spelling in (framework.designation, *framework.cited_as):
                _learn(spelling, target, cores, parts, names)
        bare = sorted((c for c, (f, _) in cores.items() if f in views), key=len, reverse=True)
        spelled = sorted(names, key=len, reverse=True)
        by_name = re.compile(rf"(?:{'|'.join(_flexible(n) for n in spelled)})(?![\w-])")
        bare_number = (
            rf"(?<![\w.#/-])(?P<bare>{'|'.join(map(re.escape, bare)) or '(?!)'})(?:\s?:\s?(?P<bare_edition"
            rf">{_YEAR}))?(?![\w-]|\.\d)"
        )
        default = DEFAULT_FRAMEWORK if DEFAULT_FRAMEWORK in views else None
        self_naming = tuple(v.id for v in views.values() if v.part and int(v.part) >= _SELF_NAMING_PART)
        named = [n for n in spelled if not _DIGIT.search(n)]
        signs = re.compile("|".join(map(re.escape, (*_SIGNS, *bare))))
        unsigned = [n for n in spelled if _DIGIT.search(n) and not signs.search(n.upper())]
        words = tuple(sorted({n.split()[-1] for n in named}.union(unsigned)))
        by_number = re.compile(f"{_FIRST}(?:{_PATTERN}|{bare_number})")
        return cls(views, cores, parts, names, by_number, by_name, signs, words, default, self_naming)

    def within(self, lower: str) -> "Citations":
        """The same for one document, whose whole text is given in lower case: what it does not hold is not asked."""
        return replace(self, words=present(self.words, lower), _seen={})

    def standards(self, text: str) -> tuple[Cited, ...]:
        """Every standard and law named in the text, in order of place."""
        known = self._seen.get(text)
        if known is None:
            known = self._seen[text] = self._found(text)
        return known

    def may_name(self, text: str) -> bool:
        """A cheap look: whether the text may name a standard at all."""
        if has_digit(text) and self.signs.search(text):
            return True
        return bool(self.words) and holds(text.lower(), self.words)

    def names_section(self, text: str) -> bool:
        """Whether the text may hold a section number that names its law by itself."""
        return any(f"{self.views[f].part}." in text for f in self._parts_named)

    def named_by_number(self, number: str) -> str | None:
        """The framework a section number names by itself (820.35), or None."""
        head = number.partition(".")[0]
        return next((f for f in self._parts_named if self.views[f].part == head), None)

    def _found(self, text: str) -> tuple[Cited, ...]:
        """Looks cheaply before dearly: most texts cite nothing."""
        numbered = list(self._numbered(text)) if has_digit(text) and self.signs.search(text) else []
        lower = text.lower() if self.words else ""
        if not holds(lower, self.words):
            return tuple(numbered)
        # A few letters change their length in lower case: then the places would not be those of the text.
        named = list(self._named(lower if len(lower) == len(text) else text))
        return tuple(_apart(sorted((*numbered, *named), key=_first_and_longest)))

    def _numbered(self, text: str) -> Iterator[Cited]:
        for match in self.by_number.finditer(text):
            cited = self._resolve(match)
            if cited is not None:
                yield cited

    def _named(self, lower: str) -> Iterator[Cited]:
        for match in self.by_name.finditer(lower):
            start, end = match.span()
            before = lower[start - 1 : start]
            if not (before.isalnum() or before in {"_", "/", "-"}):
                framework, standard = self.names[" ".join(match[0].split())]
                yield Cited(start, end, standard, framework, None)

    def _resolve(self, match: re.Match[str]) -> Cited | None:
        found = match.groupdict()
        start, end = match.span()
        if found["iso"]:
            core = found["core"]
            framework, standard = self.cores.get(core) or (_designation(found["iso"], core),) * 2
            return Cited(start, end, standard, framework, found["edition"] or found["spaced"])
        if found["part"]:
            framework, standard = self.parts.get(found["part"]) or (f"21 CFR {found['part']}",) * 2
            return Cited(start, match.start("part") if found["section"] else end, standard, framework, None)
        if found["eu"]:
            return self._european(match)
        if found["guide"]:
            return Cited(start, end, found["guide"], found["guide"], None)
        framework, standard = self.cores[found["bare"]]
        return Cited(start, end, standard, framework, found["bare_edition"])

    def _european(self, match: re.Match[str]) -> Cited | None:
        number = match.group("eu")
        bare = "/".join(number.split("/")[:2])
        named = self.names.get(bare)
        if named is None and not match.group("law") and "/E" not in number and "(" not in match.group():
            return None  # A month such as 2024/03 is no law.
        framework, standard = named or (number if "/E" in number else f"Regulation (EU) {bare}",) * 2
        return Cited(match.start(), match.end(), standard, framework, None)


def _first_and_longest(cited: Cited) -> tuple[int, int]:
    return cited.start, -cited.end


def _apart(cited: Iterable[Cited]) -> Iterator[Cited]:
    """Those that do not begin inside the one before."""
    end = -1
    for each in cited:
        if each.start >= end:
            end = each.end
            yield each


def comparable(number: str) -> str:
    """A clause number without spaces and case, for look-up."""
    return "".join(number.lower().split())


def _view(framework: Framework) -> FrameworkView:
    numbers = tuple(framework.clauses)
    style, part = _style(numbers, framework)
    return FrameworkView(
        id=framework.id,
        designation=framework.designation,
        style=style,
        part=part,
        clauses=_with_parents(numbers, style),
        positions={n: i for i, n in enumerate(numbers)},
        outside=tuple(comparable(number) for number in framework.outside),
    )


def _with_parents(numbers: tuple[str, ...], style: NumberStyle) -> dict[str, str]:
    """A framework may list 7.1 without 7; who claims the whole chapter names no unknown clause."""
    found = {comparable(n): n for n in numbers}
    if style is NumberStyle.DOTTED:
        for number in numbers:
            parts = number.split(".")
            for length in range(1, len(parts)):
                parent = ".".join(parts[:length])
                found.setdefault(comparable(parent), parent)
    return found


def _style(numbers: tuple[str, ...], framework: Framework) -> tuple[NumberStyle, str]:
    if any(n.lower().startswith(("art", "annex")) for n in numbers):
        return NumberStyle.ARTICLE, ""
    for spelling in (framework.designation, *framework.cited_as):
        if match := _CFR_LIKE.search(spelling):
            return NumberStyle.SECTION, match.group(1)
    return NumberStyle.DOTTED, ""


def _learn(
    spelling: str,
    target: tuple[str, str],
    cores: dict[str, tuple[str, str]],
    parts: dict[str, tuple[str, str]],
    names: dict[str, tuple[str, str]],
) -> None:
    if match := _CFR_LIKE.search(spelling):
        parts.setdefault(match.group(1), target)
    elif _ISO_LIKE.match(spelling):
        cores |= dict.fromkeys(_NUMBER.findall(spelling)[:1], target)
    else:
        names[" ".join(spelling.lower().split())] = target
        names |= dict.fromkeys(re.findall(rf"{_YEAR}/\d{{3,4}}", spelling), target)


def _flexible(name: str) -> str:
    return r"\s+".join(re.escape(word) for word in name.split())


def _without_edition(designation: str) -> str:
    return re.sub(rf"\s?:\s?{_YEAR}.*$", "", designation)


def _designation(body: str, core: str) -> str:
    """`DIN EN ISO 20417` is the same standard as `ISO 20417`; national and European prefixes are dropped."""
    return f"{_COUNTRY_WORDS.sub('', body).strip(' -')} {core}"
