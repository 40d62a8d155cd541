"""Explicit statements: sentences by which a document says of itself that it implements a clause."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from gemba.assess.extract.citations import Citations
from gemba.assess.extract.numbers import Cite, clauses_in

_NOUN = (
    r"(?:procedures?|sops?|document|work\s+instruction|instruction|policy|manual|plan|process(?:es)?"
    r"|form|template|checklist|list|register|protocol"
    r"|specification|section|chapter|guideline|programme|program|standard\s+operating\s+procedure"
    r"|quality\s+manual|verfahrensanweisung"
    r"|arbeitsanweisung|anweisung|dokument|verfahren|prozess|richtlinie|handbuch|formblatt|procédure"
    r"|instruction|politique|va|log)"
)
_SELF = (
    rf"(?:\b(?:this|the\s+present|the\s+above|diese[rs]?|(?:die|das|der)\s+vorliegende|cette|ce"
    rf"|la\s+présente|le\s+présent)\s+(?:[\w/-]+\s+){{0,4}}?{_NOUN}\b)"
)
_VERB = (
    r"(?:implement(?:s|ing)?|fulfil(?:l)?(?:s|ing)?|satisf(?:y|ies|ying)|meet(?:s|ing)?|address(?:es"
    r"|ing)?|cover(?:s|ing)?|compl(?:y|ies|ying)\s+with"
    r"|conform(?:s|ing)?\s+(?:to|with)|compliance\s+with|conformity\s+(?:to|with)|conformance\s+(?:to"
    r"|with)|realis(?:e|es|ing)|gives?\s+effect\s+to|responds?\s+to"
    r"|compliant\s+with|erfüllt|erfüllen|umsetzt|setzt|deckt|umgesetzt|erfüllung|couvre|satisfait"
    r"|répond|met\s+en\s+œuvre)"
)
_STRONG = re.compile(
    r"\b(?:implement|fulfil|satisf|compl(?:y|ies)|complian|conform|gives?\s+effect|erfüll|umsetz|setzt|met\s+en)",
    re.IGNORECASE,
)
_DESCRIBE = (
    r"(?:defin(?:es|e|ing)|describ(?:es|e|ing)|establish(?:es|ing)?|specif(?:y|ies)|sets?\s+out"
    r"|lays?\s+down|regulat(?:es|e)|govern(?:s|ing)?|outlin(?:es|e)|detail(?:s)?"
    r"|control(?:s)?|provid(?:es|e)|ensur(?:es|e|ing)|explain(?:s)?|document(?:s)?|beschreibt|regelt"
    r"|legt|définit|décrit|is\s+(?:issued|written|established|maintained|created))"
)
_ACCORDING = (
    r"(?:in\s+(?:accordance|compliance|conformity|conformance|line)\s+with|according\s+to"
    r"|as\s+required\s+(?:by|in|under)|required\s+by|pursuant\s+to|per\s+the\s+requirements"
    r"|the\s+requirements?\s+of|gemäß|gemaess|nach\s+(?=DIN|EN|ISO|§|Abschnitt|Kapitel)"
    r"|conformément\s+à|as\s+specified\s+in|as\s+per|under"
    r"|as\s+(?=[^.;]{3,80}(?:\.\d[\d.]*)?[^.;]{0,20}\s(?:requires?|demands?|asks|prescribes?|specifies|verlangt|exige)\b))"
)
_PASSIVE_VERB = (
    r"(?:is|are|were|been|be|being|gets?)\s+(?:\w+ly\s+)?(?:implemented|fulfilled|satisfied|met|addressed"
    r"|covered|complied\s+with|realised|realized)"
)
_SELF_RE = re.compile(_SELF, re.IGNORECASE)
_VERB_RE = re.compile(rf"\b{_VERB}(?!\w)", re.IGNORECASE)
_DESCRIBE_RE = re.compile(rf"\b{_DESCRIBE}(?!\w)", re.IGNORECASE)
_ACCORDING_RE = re.compile(rf"\b{_ACCORDING}", re.IGNORECASE)
_PASSIVE_RE = re.compile(rf"\b{_PASSIVE_VERB}\s+(?:\w+\s+)?(?:by|in|with|through|within|herein)\b", re.IGNORECASE)
_PURPOSE_RE = re.compile(
    rf"^\W*(?:(?:the\s+)?(?:purpose|objective|aim|intent)\b[^.]{{0,40}}?\bis\s+)?(?:to|ensur(?:e|es"
    rf"|ing))\s+(?:[\w-]+\s+){{0,4}}?{_VERB}(?!\w)",
    re.IGNORECASE,
)
_PURPOSE_OPENS = re.compile(r"\W*(?:To\b|(?=(?:Defin|Describ|Establish|Specif|Ensur)))", re.IGNORECASE)
_PURPOSE_HEADING = re.compile(
    r"\b(?:purpose|objectives?|aim|scope|intent|zweck|ziel|geltungsbereich|objet|but)\b", re.IGNORECASE
)
_NEGATED = re.compile(
    r"\b(?:not|no|never|nor|neither|cannot|nicht|kein\w*|ne|outside|beyond|excluding|excludes?|should"
    r"|will|would|could|may|might|must\s+be\s+checked|planned\s+to|whether|if|unless"
    r"|fails?|once|instead|supersed\w+|replac\w+|formerly|previously|example|e\.g|partly\s+not)\b|n['\u2019]t\b",
    re.IGNORECASE,
)
_RELATIVE = re.compile(r"\b(?:which|whose|who|where|when|because|since|after|before)\b", re.IGNORECASE)
_AND_THEN = re.compile(r",\s+(?:and|und|et)\s+(?:thereby\s+|thus\s+|so\s+)?$", re.IGNORECASE)
_STOP = re.compile(
    r"\b(?:see|cf\.?|refer\s+to|refers?|but|except(?:\s+for)?|excluding|with\s+the\s+exception"
    r"|other\s+than|unlike|rather\s+than|while|whereas|is\s+described\s+in|are\s+described\s+in"
    r"|siehe|vgl\.?|voir|instead|not|replaces?|supersedes?|together\s+with\s+(?:form|record)|which\s+is|whose)\b",
    re.IGNORECASE,
)
_ABBREVIATION = re.compile(
    r"\b(?:sec|sect|para|paras|art|artt|cl|no|nr|nos|e\.g|i\.e|cf|vs|rev|ed|kap|abs|abschn|ziff|vgl"
    r"|bzw|z\.B|approx|incl|chap|ch|fig|tab|ver|vers|dr|st|resp|p|pp|ref|amd|etc)\.$",
    re.IGNORECASE,
)
_NEXT = r"[\"”')\]]*\s+(?=[\"“(\[]?[A-ZÄÖÜÉ0-9])"
_SENTENCE_END = re.compile(
    rf"\.{_NEXT}|!{_NEXT}|\?{_NEXT}|\n\s*\n|;\s*\n|\n(?<=[^\s,;:]\n)(?=\s*[A-Z][\w /-]{{1,30}}:(?!\d))"
)
"""Each branch begins with a sign of its own: only so is it searched fast."""
_OWN_SECTION = re.compile(r"\b(?:sections?|steps?|chapters?|paragraphs?)\s*$", re.IGNORECASE)
_OTHER_DOCUMENT = re.compile(r"\b(?:SOP|WI|QP|QSP|FRM|FORM|VA|AA|POL|QM|PRO)[-_ ]?[A-Z]{0,4}[-_ ]?\d[\w.-]*")
_IT = re.compile(r"\W*(?:It|Es|Elle|Il)\b")
_LEADING = 16


class Speaker(NamedTuple):
    """Who speaks: the document's own number, by which it may name itself, and the heading over the sentence."""

    number: str
    heading: str
    after_itself: bool = False
    """The sentence before was about the document itself."""


def sentences(text: str) -> Iterator[str]:
    """The sentences of a paragraph. "Sec." and its like end none."""
    start = 0
    for match in _SENTENCE_END.finditer(text):
        if match.group()[0] == "." and _ABBREVIATION.search(text[max(0, match.start() - _LEADING) : match.start() + 1]):
            continue
        yield text[start : match.end()].strip()
        start = match.end()
    rest = text[start:].strip()
    if rest:
        yield rest


def speaks_of_itself(sentence: str) -> bool:
    """Whether the sentence names its own document, so that an `it` after it means the same."""
    return _SELF_RE.search(sentence) is not None


def stated_in(sentence: str, citations: Citations, speaker: Speaker, inherited: str | None) -> tuple[Cite, ...]:
    """The clauses the sentence says its own document implements; empty when it says nothing of the kind."""
    if sentence.rstrip(" \"”')").endswith("?"):
        return ()
    span = _claiming_span(sentence, speaker)
    if span is None:
        return ()
    start, end, strong, needs_standard = span
    cited = citations.standards(sentence)
    if needs_standard and not cited:
        return ()
    found = clauses_in(sentence, citations, inherited=_fallback(citations, inherited))
    stop = _STOP.search(sentence, start)
    if stop and stop.start() < end:
        end = stop.start()
    inside = [c for c in found if start <= c.start < end]
    return tuple(c for c in inside if _counts(c, sentence, bool(cited), strong, inherited))


def _fallback(citations: Citations, inherited: str | None) -> str | None:
    return inherited or citations.default


def _counts(cite: Cite, sentence: str, standard_named: bool, strong: bool, inherited: str | None) -> bool:
    if cite.tied:
        return True
    if standard_named:
        return cite.known
    if "." not in cite.clause:
        return False
    own_section = bool(_OWN_SECTION.search(sentence[max(0, cite.start - _LEADING) : cite.start]))
    if own_section and not (strong and inherited):
        return False
    return cite.known or cite.labelled


def _claiming_span(sentence: str, speaker: Speaker) -> tuple[int, int, bool, bool] | None:
    """The part that lists what is implemented; whether the verb is strong; whether a standard must be named."""
    subject = _subject(sentence, speaker)
    if subject:
        span = _active(sentence, subject) or _passive(sentence, subject)
        # Under "Scope" an "It" with nothing before it is most likely the document: then the standard must be named.
        sure = speaker.after_itself or not _IT.match(sentence) or _SELF_RE.search(sentence)
        return span if span is None or sure else (*span[:3], True)
    if _PURPOSE_HEADING.search(speaker.heading):
        purpose = _PURPOSE_RE.match(sentence)
        if purpose and not _NEGATED.search(sentence):
            return purpose.end(), len(sentence), True, False
        if opening := _PURPOSE_OPENS.match(sentence):
            return _described(sentence, opening.end())
    return None


def _subject(sentence: str, speaker: Speaker) -> re.Match[str] | None:
    about_itself = speaker.after_itself or bool(_PURPOSE_HEADING.search(speaker.heading))
    found = _SELF_RE.search(sentence) or (_IT.match(sentence) if about_itself else None)
    if found is None and speaker.number:
        found = re.search(rf"(?<![\w-]){re.escape(speaker.number)}(?![\w-])", sentence, re.IGNORECASE)
    return found


def _active(sentence: str, subject: re.Match[str]) -> tuple[int, int, bool, bool] | None:
    verb = _VERB_RE.search(sentence, subject.end())
    if verb and _plain(sentence, subject.end(), verb.start(), verb[0]):
        return verb.end(), len(sentence), bool(_STRONG.match(verb.group())), False
    return _described(sentence, subject.end())


def _described(sentence: str, start: int) -> tuple[int, int, bool, bool] | None:
    """Describes, defines or ensures something in accordance with a standard named in the sentence."""
    describe = _DESCRIBE_RE.search(sentence, start)
    if describe and _plain(sentence, start, describe.start()):
        according = _ACCORDING_RE.search(sentence, describe.end()) or _VERB_RE.search(sentence, describe.end())
        if according and not _NEGATED.search(sentence, describe.end(), according.start()):
            return according.end(), len(sentence), True, True
    return None


def _plain(sentence: str, start: int, end: int, verb: str = "") -> bool:
    """Nothing between subject and verb turns the statement round or gives the verb another subject."""
    between = sentence[start:end]
    if _NEGATED.search(between) or _OTHER_DOCUMENT.search(_together(between)):
        return False
    if not _RELATIVE.search(between):
        return True
    # "This instruction says how goods are checked when they arrive, and covers": the clause in between has ended.
    return verb.endswith("s") and _AND_THEN.search(between) is not None


def _together(between: str) -> str:
    """In "this procedure, together with SOP-012, implements" the other document shares the statement."""
    return re.sub(
        r"\b(?:together\s+with|along\s+with|and|in\s+combination\s+with|with)\s+(?:the\s+)?(?:SOP|WI|QP|QSP|FRM|VA)\S*",
        "",
        between,
    )


def _passive(sentence: str, subject: re.Match[str]) -> tuple[int, int, bool, bool] | None:
    """The requirements of clause 8.2.1 are met by this procedure."""
    verb = _PASSIVE_RE.search(sentence, 0, subject.start() + 1)
    if (
        verb is None
        or _NEGATED.search(sentence, 0, verb.end())
        or _RELATIVE.search(sentence, verb.end(), subject.start())
    ):
        return None
    return 0, verb.start(), True, False
