"""A campaign, the answer to each duty it asks about, and the review of each procedure that claims one."""

from decimal import Decimal
from typing import ClassVar

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from gemba.evidence.catalogue.load import SHIPPED
from gemba.evidence.catalogue.model import Framework
from gemba.evidence.claims.catalogued import known_catalogue
from gemba.kernel.records.fields import LinesField
from gemba.kernel.records.models import Record
from gemba.modules.gapassessment import choices
from gemba.modules.gapassessment.states import FROZEN

MOST_EFFORT = 2_000
"""Working days: a gap that takes longer than eight years of one person is no gap but another company."""
Scored = tuple[int, str]


def frameworks() -> list[tuple[str, str]]:
    return [(each.id, each.designation) for each in known_catalogue().frameworks.values() if each.id in SHIPPED]


class GapAssessment(Record):
    """One look at the whole, or at a part, on a scale that is defined before anybody answers."""

    WORKFLOW_COLUMNS: ClassVar[frozenset[str]] = frozenset({"begun_on", "ended_on"})

    framework = models.CharField(_("framework"), max_length=40, choices=frameworks)
    clauses = models.CharField(
        _("only these clauses"), max_length=300, blank=True,
        help_text=_("Separated by commas, with all below them, such as 7.3, 8.2. Empty: the whole framework."),
    )  # fmt: skip
    covers = models.TextField(_("what it covers"), help_text=_("Sites, processes, products; what is left out and why."))
    edition = models.CharField(_("version"), max_length=20, default="1")
    baseline = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("compared with"),
        help_text=_("An earlier assessment of the same framework."),
    )  # fmt: skip
    audit_on = models.DateField(
        _("next external audit"), null=True, blank=True, help_text=_("The action plan is ordered by it.")
    )
    assessors = LinesField(_("assessors"), columns=choices.ASSESSORS)
    scale_name = models.CharField(_("scale"), max_length=80, default="Practice, 0 to 4")
    scale = LinesField(
        _("what each score means"), columns=choices.SCALE,
        help_text=_("Left empty, the scale from 0 (absent) to 4 (proven) is taken."),
    )  # fmt: skip
    conclusion = models.TextField(_("conclusion"), blank=True)
    summary = LinesField(_("result by clause"), columns=choices.SUMMARY, editable=False)
    found = LinesField(_("gaps found"), columns=choices.FOUND, editable=False)
    begun_on = models.DateField(_("asked on"), null=True, editable=False)
    ended_on = models.DateField(_("ended on"), null=True, editable=False)

    def clean(self) -> None:
        """A scale in rising order, each score once; a baseline of the same framework; clauses that exist."""
        if not self.scale and self.pk is None:
            self.scale = [dict(line) for line in choices.PRACTICE_SCALE]
        wrong: dict[str, list[str]] = {}
        if len({line["score"] for line in self.scale}) != len(self.scale) or len(self.scale) <= 1:
            wrong["scale"] = [_now("A scale has at least two scores, each of them once.")]
        if self.baseline_id and self.baseline and self.baseline.framework != self.framework:
            wrong["baseline"] = [_now("Only assessments of the same framework can be compared.")]
        if wrong:
            raise ValidationError(wrong)
        self.scale = sorted(self.scale, key=lambda line: line["score"])

    @property
    def catalogued(self) -> Framework | None:
        return known_catalogue().frameworks.get(self.framework)

    @property
    def scores(self) -> list[Scored]:
        return [(line["score"], line["word"]) for line in self.scale]

    @property
    def highest(self) -> int:
        return max((line["score"] for line in self.scale), default=0)


def frozen(campaign: int) -> dict[str, list[str]]:
    """What was summed up stays as it was summed up, until it is sent back."""
    rows = GapAssessment._base_manager.filter(pk=campaign, state__in=FROZEN)
    number = rows.values_list("number", flat=True).first()
    return {NON_FIELD_ERRORS: [_now("%s is summed up; its answers stay as they are.") % number]} if number else {}


class GapAnswer(Record):
    """How one duty is met, said by who owns it: practice, score, and where it falls short.

    The text of the duty is kept as it stood, in our own words, so that the answer can be read for ever.
    """

    campaign = models.ForeignKey(GapAssessment, models.PROTECT, related_name="answers", verbose_name=_("assessment"))
    duty = models.CharField(_("duty"), max_length=60, help_text=_("As in the framework, such as 8.2.4-a."))
    clause = models.CharField(_("clause"), max_length=60, blank=True, editable=False)
    asks = models.TextField(_("what is asked"), blank=True, editable=False)
    practice = models.TextField(_("how it is done today"), blank=True)
    score = models.PositiveSmallIntegerField(
        _("score"), null=True, blank=True, validators=[MaxValueValidator(1000)],
        help_text=_("On the scale of the assessment, shown on this page."),
    )  # fmt: skip
    discrepancy = models.TextField(
        _("where it falls short"), blank=True, help_text=_("Empty where it does not. Needs what it was seen in.")
    )
    evidence = models.TextField(
        _("seen in"), blank=True, help_text=_("Numbers of records or documents, or what was seen where and when.")
    )
    severity = models.CharField(_("severity"), max_length=10, choices=choices.Severity, blank=True)
    gap_type = models.CharField(_("kind of gap"), max_length=15, choices=choices.GapType, blank=True)
    action = models.TextField(_("what would close it"), blank=True)
    effort = models.PositiveSmallIntegerField(
        _("effort in working days"), null=True, blank=True, validators=[MaxValueValidator(MOST_EFFORT)]
    )
    relevance = models.PositiveSmallIntegerField(
        _("relevance in audits"), choices=choices.Relevance, default=choices.Relevance.SOME
    )

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["campaign", "duty"], name="gap_duty_asked_once"),
            models.CheckConstraint(
                condition=Q(discrepancy="", evidence="") | Q(~Q(discrepancy=""), ~Q(evidence="")),
                name="gap_with_evidence",
            ),
        )

    def clean(self) -> None:
        """A discrepancy has evidence, severity and kind, or there is none; the score is one of the scale."""
        wrong: dict[str, list[str]] = {**self._gap(), **self._score(), **self._asked()}
        if wrong:
            raise ValidationError(wrong)

    def _gap(self) -> dict[str, list[str]]:
        self.discrepancy, self.evidence = self.discrepancy.strip(), self.evidence.strip()
        if not self.discrepancy:
            return {"discrepancy": [_now("Say where it falls short, or leave out what it was seen in.")]} if (
                self.evidence) else {}  # fmt: skip
        needed = {
            "evidence": _now("Say what it was seen in."), "severity": _now("Say how severe it is."),
            "gap_type": _now("Say what is missing."),
        }  # fmt: skip
        return {name: [sentence] for name, sentence in needed.items() if not getattr(self, name)}

    def _score(self) -> dict[str, list[str]]:
        if self.score is None or self.campaign_id is None:
            return {}
        scores = [score for score, _word in self.campaign.scores]
        if self.score in scores:
            return {}
        given = ", ".join(str(score) for score in scores)
        return {"score": [_now("The scale of this assessment has the scores %s.") % given]}

    def _asked(self) -> dict[str, list[str]]:
        """What is asked stays what it was once somebody has been asked."""
        if self.campaign_id is None:
            return {}
        if self.pk is None:
            same = GapAnswer._base_manager.filter(campaign=self.campaign_id, duty=self.duty)
            return {"duty": [_now("This assessment asks about it already.")]} if same.exists() else {}
        kept = GapAnswer._base_manager.filter(pk=self.pk).values_list("campaign_id", "duty").first()
        if kept not in (None, (self.campaign_id, self.duty)):
            return {"duty": [_now("What is asked cannot be changed.")]}
        return frozen(self.campaign_id)

    @property
    def priced(self) -> bool:
        """Whether the action plan can order it."""
        return bool(self.discrepancy) and self.effort is not None


class GapReview(Record):
    """One procedure read against what it claims, with the questions that are asked of each."""

    campaign = models.ForeignKey(GapAssessment, models.PROTECT, related_name="reviews", verbose_name=_("assessment"))
    checks = LinesField(_("questions"), columns=choices.CHECKS)
    score = models.PositiveSmallIntegerField(
        _("score"), null=True, blank=True, validators=[MaxValueValidator(1000)],
        help_text=_("How ready it is, on the scale of the assessment."),
    )  # fmt: skip
    remark = models.TextField(_("remark"), blank=True)
    document = models.ForeignKey(Record, models.PROTECT, null=True, related_name="+", editable=False)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["campaign", "document"], name="gap_procedure_once"),)

    def clean(self) -> None:
        """The score is one of the scale."""
        if self.pk and self.campaign_id and (said := frozen(self.campaign_id)):
            raise ValidationError(said)
        if self.score is None or self.campaign_id is None:
            return
        scores = [score for score, _word in self.campaign.scores]
        if self.score not in scores:
            given = ", ".join(str(score) for score in scores)
            raise ValidationError({"score": [_now("The scale of this assessment has the scores %s.") % given]})

    @property
    def met(self) -> Decimal | None:
        """Share of the questions that apply answered yes, a half for partly; None where none was answered."""
        counts = {"yes": Decimal(1), "partly": Decimal("0.5"), "no": Decimal(0)}
        given = [counts[line["answer"]] for line in self.checks if line["answer"] in counts]
        return sum(given, Decimal(0)) / len(given) if given else None
