"""The starter set's words as tests measure them: what a person reads, all that is written, and words to avoid."""

import re
from html import unescape

from gemba.evidence.starter.model import StarterDocument

FILLER = (
    "shall", "ensure", "ensures", "ensuring", "leverage", "robust", "utilise", "utilize", "facilitate", "holistic",
    "seamless", "synergy", "world-class", "best practice", "best practices", "in order to", "as appropriate",
    "as necessary", "where appropriate", "and/or", "etc", "e.g.", "i.e.", "in a timely manner", "due diligence",
    "aforementioned", "herein", "thereof", "going forward", "on a regular basis", "very", "please note",
)  # fmt: skip
"""Words that fill a line and say nothing, and the words of a standard."""
_TAG = re.compile(r"<[^>]+>")
_BLOCK_END = re.compile(r"</(?:p|li|h[2-4]|td|th|tr)>")
_WORD = re.compile(r"[^\W\d_]+(?:['\u2019-][^\W\d_]+)*")


def plain(html: str) -> str:
    """The text without tags; each block ends a line."""
    return unescape(_TAG.sub("", _BLOCK_END.sub("\n", html)))


def prose_of(document: StarterDocument) -> str:
    """What a person reads: purpose, scope, text and steps."""
    steps = (plain(f"{step.action}\n{step.within}") for step in document.steps)
    return "\n".join([plain(document.purpose), plain(document.scope), plain(document.body), *steps])


def everything_of(document: StarterDocument) -> str:
    """All words of a document, also those of its fields, slides and questions."""
    parts = [document.title, prose_of(document), document.adapt, *document.terms.values(), document.retention.note]
    parts.extend(f"{gap.label} {gap.question}" for gap in document.gaps)
    if document.form:
        parts.extend(f"{each.label} {each.help}" for each in document.form.fields)
    if document.course:
        parts.extend(document.course.objectives)
        parts.extend(plain(f"{slide.title}</p>{slide.text}") for slide in document.course.slides)
        for question in document.course.questions:
            parts.extend([question.text, *question.answers, question.why])
    return "\n".join(parts)


def words_of(text: str) -> list[str]:
    return _WORD.findall(text)


def fillers_in(text: str) -> list[str]:
    lowered = text.casefold()
    return [word for word in FILLER if re.search(rf"(?<![\w-]){re.escape(word)}(?![\w-])", lowered)]
