"""Finds clause numbers in a text and says which standard each belongs to. What is a claim is decided elsewhere."""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from gemba.assess.extract.citations import Citations, Cited, FrameworkView, NumberStyle
from gemba.assess.extract.signs import has_digit, holds

_LABEL = (
    r"(?:(?:sub-?)?(?:sections?|sect?\.|sec(?=\s?\d)|clauses?|cl\.|paragraphs?|paras?\.?|chapters?"
    r"|chap\.|ch\.)|requirements?"
    r"|elements?|abschnitten?|abschnitts?|abschn\.|kapiteln?|kap\.|ziffern?|absatz|abs\.|chapitres?"
    r"|paragraphes?|normkapitel)"
)
_ARTICLE = r"(?:articles?|artt?\.|artikeln?)"
_KINDS = (
    r"(?:procedure|sop|document|manual|plan|policy|instruction|form|template|checklist|report|record"
    r"|specification|file|list)"
)
_CHAIN = r"\d[\d.]*(?:\s*(?:,|/|and|or|to|\u2013|-|und)\s*\d[\d.]*)*"
_DOCUMENT_NUMBER = (
    r"(?<![\w/-])(?!(?:ISO|IEC|EN|CFR|MDR)\b)(?:[A-Z]{1,6}(?:[-_][A-Z]{1,6}){0,2}[-_]\d[\w.\-]*"
    r"|(?:SOP|WI|QP|QSP|QM|QMS|QMP|FRM|FORM|VA|AA|PRO|PRC|POL|MAN|REC|TMP|QR|QF|QWI|CAPA|NCR|CR)[ ]?\d[\w.\-]*)"
)
# What looks like a clause number and is none. Each is only looked for where its sign is, or the word it starts with.
_ADDRESS = re.compile(r"(?:https?://|www\.)\S+|(?<!\S)[^\s@]+@\S+")
_DATE = re.compile(
    r"(?<!\d)\d{1,2}[./-]\d{1,2}[./-](?:19|20)\d\d(?!\d)|(?<!\d)(?:19|20)\d\d[-./]\d{1,2}[-./]\d{1,2}(?!\d)"
)
_YEAR = re.compile(r"19\d\d|20\d\d")
_OTHER_NUMBER = re.compile(rf"{_DOCUMENT_NUMBER}(?:[,:]?\s*\(?(?:(?i:{_LABEL})|§+)\s*{_CHAIN})?")
_LETTER_AND_DIGIT = re.compile(r"[A-Z][-_ ]?\d")
_NETWORK = re.compile(r"(?<![\d.])\d{1,3}(?:\.\d{1,3}){3}(?::\d+|/\d+)?(?<=[5-9]\d\d|2[0-4]\d|1\d\d)")
_COUNTED = re.compile(
    "|".join(
        (
            rf"(?<!\w)(?:steps?|tables?|figures?|pages?|items?|tasks?|versions?|appendices)\s+{_CHAIN}",
            (
                r"(?<!\w)(?:version|vers?\.?|v\.?|rev(?:ision)?\.?|release|edition|ed\.|issue|build"
                r"|firmware|python|django|table|tab\."
                r"|fig(?:ure|\.)?|steps?|page|pp?\.|ip|item|appendix|anlage|tabelle|abbildung|abb\.|seite"
                r"|schritt|level|phase|task|tests?"
                r"|annex\s[a-h]\.?|question|score|factor|risk|id|note|example|line|row|stage"
                r"|sprint)\s?:?\s?#?\d+(?:\.\d+)*(?![\d-])"
            ),
            (
                rf"(?:{_LABEL}|§+)\s*{_CHAIN}\s+(?:of|in|from|des|dieses)\s+(?:this|the\s+present|the"
                rf"|our|its|dieser|dieses|der|des)\s+"
                rf"(?:\w+[ -]){{0,2}}?{_KINDS}(?!\w)"
            ),
            rf"(?:{_LABEL}|§+)\s*{_CHAIN}\s+(?:above|below|hereof|herein|oben|unten|hereafter)(?!\w)",
        )
    ),
    re.IGNORECASE,
)
_FIRST_DIGIT = re.compile(r"\d(?<![\d.]\d)")
_COUNTING_WORD = re.compile(r"(?:annex\s[a-h]|sub-?[a-z]+|[^\W\d_]+|§+)[\s.:#]*\Z", re.IGNORECASE)
_WORD_LENGTH = 24
_ROMAN = r"(?:X{0,2}(?:IX|IV|V?I{1,3}|V|X))"
_TOKEN = re.compile(
    # One look back for all branches: inside a word none of them begins.
    rf"(?:(?<![^\W\d_])|(?=§))(?:(?i:(?P<annex>annex(?:es)?|anhang|annexe)\s+)(?P<roman>{_ROMAN})(?![\w])"
    r"(?P<part>(?:[\s,]{1,2}(?i:chapter|kapitel|part|section|sec\.|para\.|no\."
    r"|nr\.)?\s?(?:(?:[IVX]{1,4}|\d{1,2}(?:\.\d{1,2})*)(?![\w.]\w)))?)"
    rf"|(?:(?<!\w)(?P<article>(?i:{_ARTICLE}))\s*|(?<!\w)(?P<label>(?i:{_LABEL}))(?:\s*(?i:no\.?|nr\.?"
    rf"|nos\.?|number))?[\s:]*"
    r"|(?P<sign>§{1,2})\s*|(?<![\w\x00])(?<![A-Za-z\d]\.))"
    r"(?P<number>\d{1,4}(?:\.\d{1,3}){0,4})(?![\d%‰°])(?!\.\d)"
    r"(?P<sub>(?:\s?\((?:[a-z]{1,4}|\d{1,2})\))+|\s?[a-z]\)|\.[a-z](?!\w)|[a-l](?!\w))?(?!\w))"
)
_SUBITEMS = r"(?:\s*[,;/&\u2013-]?\s*(?:and\s|to\s|bis\s)?(?:\([a-z]{1,3}\)|[a-z]{1,3}\)))*"
_JOINED = re.compile(
    rf"{_SUBITEMS}[\s.,;/&+|\[\]()•]*(?i:and|or|und|oder|et|ou|sowie|as\s+well\s+as|respectively)?[\s(]*", re.IGNORECASE
)
_THROUGH = re.compile(
    rf"{_SUBITEMS}\s*(?:to|through|thru|until|up\s+to|bis|à|\u2013|\u2014|-|\.\.\.?|…)\s*", re.IGNORECASE
)
_TIED = re.compile(
    r"[\s,:;.()\[\]|\u2013\u2014-]*(?:(?:in|its|the|under|per|with|especially|particular|mainly|namely"
    r"|requirements?|of|standard|see|also|and"
    r"|listed|following|applicable|relevant|norm)\s*[:,]?\s*)*[\s(:,\u2013-]*",
    re.IGNORECASE,
)
_OF = re.compile(
    r"(?:\s*\([^()]{0,80}\))?\s*[\])]?\s*,?\s*(?:(?:of|in|from|under|aus|der|des|von|du|de\s+la"
    r"|de\s+l['\u2019])\s+(?:the\s+)?"
    r"(?:(?:international\s+)?(?:standard|norm|norme|regulation)\s+)?|[(\[]\s*)",
    re.IGNORECASE,
)
_RIGHT_BEFORE = re.compile(r"(?:\s*\([^()]{0,80}\))?\s*,?\s*")
_UNIT = re.compile(
    r"\s?(?:mm|cm|kg|mg|ml|MB|GB|kB|TB|Hz|V|EUR|USD|€|\$|hours?|hrs?|days?|weeks?|months?|years?|times"
    r"|minutes?|million|percent)(?!\w)"
)
_AMOUNT = re.compile(r"[€$<>≤≥=~±]\s?$")
_DOTTED = re.compile(r"[0-9]\.\d")
_LABEL_SIGNS = (
    "art", "annex", "anhang", "sec", "clause", "subcl", "para", "chap", "kap", "abs", "req", "elem", "normk", "ziff",
    "cl.", "ch.",
)  # fmt: skip
_LABELLED_NUMBER = re.compile(
    r"(?i:\b(?:art|annex|anhang|sec|subsec|sub-sec|clause|subcl|para|chap|kap|abs|req|elem"
    r"|normk|ziff|cl\.|ch\.)[a-z]*\.?[\s:]{0,2}"
    r"(?:n[or]s?\.?\s?)?(?:\d|[ivx]{1,5}\b))"
)
_PLAIN = re.compile(r"[\d\s.,;/()a-z]*")
"""A cell of nothing but numbers needs no second look."""
_LOWER_WORD = re.compile(r"[a-z]{2}")
_ANNEX = re.compile(r"a(?<!\wa)(?i:nnex|nhang)|A(?<!\wA)(?i:nnex|nhang)")
_MAX_CLAUSE = 99
_LAST_CHAPTER = 10
_ENDS = re.compile(r"\s*(?:[).;,\]]|$|(?:of|from|der|des|de)\b)")
"""What stands behind the last number of a list; behind an amount stands what it is an amount of."""
_DOTS_OF_AN_ADDRESS = 3


class Cite(NamedTuple):
    """A clause number with its standard. `tied`: nothing but labels and punctuation lies between the two."""

    framework: str
    clause: str
    known: bool
    start: int
    end: int
    tied: bool
    labelled: bool
    """The word clause, section, article or § stands before it (or before the list it is in)."""


class _Token(NamedTuple):
    start: int
    at: int
    end: int
    number: str
    sub: str
    label: str
    """`article`, `annex`, `sign` (§), `clause` or empty."""
    after_range: bool = False


def may_hold_clauses(text: str) -> bool:
    """Whether a table can hold any clause number, in whatever column."""
    return has_digit(text) or _ANNEX.search(text) is not None


def may_name_clauses(text: str) -> bool:
    """Whether running text holds what a clause number looks like there."""
    if _DOTTED.search(text) or "§" in text:
        return True
    return holds(text.lower(), _LABEL_SIGNS) and _LABELLED_NUMBER.search(text) is not None


def clauses_in(
    text: str, citations: Citations, *, inherited: str | None = None, column: bool = False
) -> tuple[Cite, ...]:
    """All clause numbers of the text that can be laid to a standard.

    `inherited` is the standard that holds where the text names none. In a `column` of clause numbers every number
    counts, whole numbers too; in running text whole numbers need a label.
    """
    if not (may_hold_clauses(text) if column else may_name_clauses(text)):
        return ()
    cited = citations.standards(text)
    if inherited is None and not cited and not citations.names_section(text):
        return ()
    tokens = _tokens(_masked(text, cited), column)
    if not tokens:
        return ()
    found: list[Cite] = []
    for chain in _chains(tokens, text, cited):
        for part in _by_law(chain, citations):
            found += _resolved(part, text, cited, citations, inherited)
    return tuple(found)


def _masked(text: str, cited: Sequence[Cited]) -> str:
    out = text
    for c in cited:
        out = out[: c.start] + "\x01" * (c.end - c.start) + out[c.end :]
    if _PLAIN.fullmatch(out) and not _LOWER_WORD.search(out):
        return out
    blank = sorted(_not_clauses(out))
    if not blank:
        return out
    parts, done = [], 0
    for start, end in blank:
        if end > done:
            start = max(start, done)  # noqa: PLW2901 - what is left of it behind the one before
            parts += [out[done:start], "\x00" * (end - start)]
            done = end
    return "".join((*parts, out[done:]))


def _not_clauses(text: str) -> Iterator[tuple[int, int]]:
    if "@" in text or "//" in text or "www." in text:
        yield from (m.span() for m in _ADDRESS.finditer(text))
    if _YEAR.search(text):
        yield from (m.span() for m in _DATE.finditer(text))
    if _LETTER_AND_DIGIT.search(text):
        yield from (m.span() for m in _OTHER_NUMBER.finditer(text))
    if text.count(".") >= _DOTS_OF_AN_ADDRESS:
        yield from (m.span() for m in _NETWORK.finditer(text))
    for digit in _FIRST_DIGIT.finditer(text):
        before = max(0, digit.start() - _WORD_LENGTH)
        word = _COUNTING_WORD.search(text[before : digit.start()])
        if word and (match := _COUNTED.match(text, before + word.start())):
            yield match.span()


def _tokens(masked: str, column: bool) -> list[_Token]:
    tokens: list[_Token] = []
    for match in _TOKEN.finditer(masked):
        token = _token(match)
        if not _is_amount(token, match, masked) and _counts(token, tokens, masked, column):
            tokens.append(token)
    return tokens


def _token(match: re.Match[str]) -> _Token:
    if match["annex"]:
        part = re.sub(r"(?i)\b(?:chapter|kapitel|part|section|sec\.|para\.|no\.|nr\.)|,", " ", match["part"] or "")
        return _Token(match.start(), match.start("roman"), match.end(), match["roman"], part, "annex")
    label = "article" if match["article"] else "sign" if match["sign"] else "clause" if match["label"] else ""
    return _Token(match.start(), match.start("number"), match.end(), match["number"], match["sub"] or "", label)


def _is_amount(token: _Token, match: re.Match[str], masked: str) -> bool:
    if token.label or token.number.count(".") > 1:
        return False
    return bool(_UNIT.match(masked, match.end()) or _AMOUNT.search(masked, max(0, token.at - 2), token.at))


def _counts(token: _Token, before: list[_Token], masked: str, column: bool) -> bool:
    """Whole numbers need a label, their own or that of the list they continue; no part is 0 or starts with 0."""
    if token.label == "annex":
        return True
    parts = token.number.split(".")
    if any(p.startswith("0") for p in parts):
        return False
    if len(parts) > 1:
        return True
    if token.label:
        return True
    return _continues(token, before, masked, column)


def _continues(token: _Token, before: list[_Token], masked: str, column: bool) -> bool:
    """Whether a whole number without a label of its own goes on with a list of clauses, or begins a column's."""
    previous = before[-1] if before else None
    gap = masked[previous.end : token.start] if previous else masked[: token.start]
    joined = bool(_JOINED.fullmatch(gap) or _THROUGH.fullmatch(gap))
    if previous is not None and joined and "." not in previous.number and previous.label:
        return True
    ends = before and joined and int(token.number) <= _LAST_CHAPTER and _ENDS.match(masked, token.end)
    if ends and _is_labelled(before, masked):
        return True
    return column and int(token.number) <= _MAX_CLAUSE and (joined if previous else not gap.strip(" (\x01,:;\n"))


def _is_labelled(tokens: Sequence[_Token], masked: str) -> bool:
    """Whether the list that the last token ends begins with the word clause or its like."""
    for position in range(len(tokens) - 1, -1, -1):
        if tokens[position].label:
            return True
        gap = masked[tokens[position - 1].end : tokens[position].start] if position else ""
        if not gap or not (_JOINED.fullmatch(gap) or _THROUGH.fullmatch(gap)):
            return False
    return False


def _chains(tokens: list[_Token], text: str, cited: Sequence[Cited]) -> Iterator[list[_Token]]:
    chain: list[_Token] = []
    for token in tokens:
        if chain:
            gap = text[chain[-1].end : token.start]
            apart = any(chain[-1].end <= c.start < token.start for c in cited)
            ranged = not apart and bool(_THROUGH.fullmatch(gap))
            if apart or not (ranged or _JOINED.fullmatch(gap)):
                yield chain
                chain = []
            else:
                token = _Token(  # noqa: PLW2901 - the token as part of its list
                    token.start, token.at, token.end, token.number, token.sub, token.label or chain[-1].label, ranged
                )
        chain.append(token)
    if chain:
        yield chain


def _by_law(chain: list[_Token], citations: Citations) -> Iterator[list[_Token]]:
    """In "820.45 and section 7.5.1 of ISO 13485" the first number names its law, the second belongs to another."""
    laws = [citations.named_by_number(token.number) for token in chain]
    start = 0
    for position in range(1, len(chain) + 1):
        if position == len(chain) or laws[position] != laws[start]:
            yield chain[start:position]
            start = position


def _resolved(
    chain: list[_Token], text: str, cited: Sequence[Cited], citations: Citations, inherited: str | None
) -> list[Cite]:
    framework, tied = _standard_of(chain, text, cited, inherited)
    found: list[Cite] = []
    for token in chain:
        own = citations.named_by_number(token.number)
        home = own or framework
        if home is None:
            continue
        named = _canonical(token, home, citations)
        if named is None:
            continue
        clause, known = named
        if token.after_range and found and (view := citations.views.get(home)):
            found += [
                Cite(home, c, True, token.start, token.end, tied, bool(token.label))
                for c in view.between(found[-1].clause, clause)
            ]
        found.append(Cite(home, clause, known, token.at, token.end, tied or own is not None, bool(token.label)))
    return found


def _standard_of(
    chain: list[_Token], text: str, cited: Sequence[Cited], inherited: str | None
) -> tuple[str | None, bool]:
    start, end = chain[0].start, chain[-1].end
    after = next((c for c in cited if c.start >= end), None)
    before = next((c for c in reversed(cited) if c.end <= start), None)
    if before is not None and _TIED.fullmatch(text[before.end : start]):
        return before.framework, True
    if after is not None and _OF.fullmatch(text[end : after.start]):
        return after.framework, True
    if before is not None:
        return before.framework, False
    if after is not None and chain[0].label and _RIGHT_BEFORE.fullmatch(text[end : after.start]):
        return after.framework, True
    return inherited, False


def _canonical(token: _Token, framework: str, citations: Citations) -> tuple[str, bool] | None:
    """The clause as its framework writes it, and whether the framework has it. None: no clause number of that law."""
    view = citations.views.get(framework)
    style = view.style if view else _style_outside(framework)
    if style is NumberStyle.ARTICLE:
        return _article(token, view)
    if token.label in {"article", "annex"}:
        return None
    if style is NumberStyle.SECTION:
        return _section(token, view)
    if not all(int(p) <= _MAX_CLAUSE for p in token.number.split(".")):
        return None
    if view is None:
        return token.number, True
    known = view.find(token.number)
    return known or token.number, known is not None


def _style_outside(framework: str) -> NumberStyle:
    if "CFR" in framework:
        return NumberStyle.SECTION
    law = framework.startswith("Regulation") or framework.endswith("EEC") or framework.isalpha()
    return NumberStyle.ARTICLE if law else NumberStyle.DOTTED


def _section(token: _Token, view: FrameworkView | None) -> tuple[str, bool] | None:
    if view is None:
        return token.number + token.sub.strip(), True
    if token.number.partition(".")[0] != view.part or "." not in token.number:
        return None
    known = _longest_known(token.number, token.sub, view)
    return (known, True) if known else (token.number, False)


def _article(token: _Token, view: FrameworkView | None) -> tuple[str, bool] | None:
    """A law's catalogue lists only the articles that put duties on a company, so an unlisted one is not unknown."""
    if token.label == "annex":
        name, sub = f"Annex {token.number}", f" {token.sub.strip()}" if token.sub.strip() else ""
    elif token.label in {"article", "sign"} and "." not in token.number:
        name, sub = f"Article {token.number}", "".join(re.findall(r"\(\w+\)", token.sub))
    else:
        return None
    known = _longest_known(name, sub, view) if view else None
    return known or f"{name}{sub}".rstrip(), True


def _longest_known(name: str, sub: str, view: FrameworkView) -> str | None:
    parts = re.findall(r"\(\w+\)", sub) or ([sub] if sub.strip() else [])
    for length in range(len(parts), -1, -1):
        if known := view.find(name + "".join(parts[:length])):
            return known
    return None


def default_cites(text: str, citations: Citations, *, column: bool = False) -> tuple[Cite, ...]:
    """Clause numbers laid to the default framework where the text names no standard; only numbers that exist there."""
    if citations.default is None or citations.standards(text):
        return ()
    found = clauses_in(text, citations, inherited=citations.default, column=column)
    return tuple(c for c in found if c.known or c.labelled or column)
