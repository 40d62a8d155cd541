"""What an assessment is answered with: the scale, severities, kinds of gap, and the questions asked of a procedure."""

from collections.abc import Mapping
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from gemba.kernel.records.fields import LineColumn


class Severity(models.TextChoices):
    MINOR = "minor", _("minor")
    MAJOR = "major", _("major")
    CRITICAL = "critical", _("critical")


class GapType(models.TextChoices):
    """What is missing: the four kinds everybody asks for, and the one that matters most here."""

    DOCUMENTATION = "documentation", _("documentation")
    TRAINING = "training", _("training")
    TRACEABILITY = "traceability", _("traceability")
    RISK = "risk", _("risk documentation")
    RECORDS = "records", _("records, practice")


class Relevance(models.IntegerChoices):
    """How soon an auditor comes to it."""

    LITTLE = 1, _("1 seldom looked at")
    SOME = 2, _("2 looked at in most audits")
    MUCH = 3, _("3 looked at in every audit")


SCALE = (
    LineColumn(name="score", label=_("score"), kind="number"),
    LineColumn(name="word", label=_("word")),
    LineColumn(name="meaning", label=_("what must be true for it"), kind="long"),
)
PRACTICE_SCALE: tuple[Mapping[str, Any], ...] = (
    {"score": 0, "word": "absent", "meaning": "Nobody does it, and nothing says that anybody should."},
    {"score": 1, "word": "by habit", "meaning": "Somebody does it in their own way; nothing written says how."},
    {"score": 2, "word": "written", "meaning": "A document in force says how; it is not yet done so every time."},
    {"score": 3, "word": "practised", "meaning": "It is done as written each time, and records show the last times."},
    {"score": 4, "word": "proven", "meaning": "As 3, and figures or reviews show that it does what it is for."},
)
"""The scale a campaign has where nobody defines another."""
ASSESSORS = (LineColumn(name="person", label=_("person"), kind="person"), LineColumn(name="part", label=_("looks at")))
YES_PARTLY_NO = (("yes", _("yes")), ("partly", _("partly")), ("no", _("no")), ("na", _("does not apply")))
CHECKS = (
    LineColumn(name="question", label=_("question")),
    LineColumn(name="answer", label=_("answer"), kind="choice", choices=YES_PARTLY_NO, required=False),
    LineColumn(name="remark", label=_("where one sees it, or what is missing"), kind="long", required=False),
)
QUESTIONS: tuple[str, ...] = (
    "Does it say who does what, in which order, with which result?",
    "Does it cover every duty that it claims?",
    "Do the people who do the work say that they work like this?",
    "Were they trained on the revision in force?",
    "Do its records exist for the last cases, complete and in time?",
    "Are its risks known, and do its controls answer them?",
    "Can one get from its records to the product, the supplier and the risk file, and back?",
)
SUMMARY = (
    LineColumn(name="clause", label=_("clause")),
    LineColumn(name="asked", label=_("asked"), kind="number"),
    LineColumn(name="answered", label=_("answered"), kind="number"),
    LineColumn(name="score", label=_("mean score"), required=False),
    LineColumn(name="claimed", label=_("on paper"), kind="number"),
    LineColumn(name="working", label=_("in practice"), kind="number"),
    LineColumn(name="gaps", label=_("gaps"), kind="number"),
)
FOUND = (
    LineColumn(name="duty", label=_("duty")),
    LineColumn(name="number", label=_("answer")),
    LineColumn(name="discrepancy", label=_("discrepancy"), kind="long"),
    LineColumn(name="evidence", label=_("seen in"), kind="long", required=False),
    LineColumn(name="severity", label=_("severity")),
    LineColumn(name="type", label=_("kind of gap")),
    LineColumn(name="priority", label=_("priority"), required=False),
)
