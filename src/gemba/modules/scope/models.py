"""The scope of the quality system, and the registrations of products in markets."""

from typing import ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from gemba.evidence.catalogue.load import SHIPPED
from gemba.evidence.claims.catalogued import known_catalogue
from gemba.evidence.scope.proposals import Decision, contradictions, objections
from gemba.evidence.scope.roles import markets, roles
from gemba.kernel.records.fields import LineColumn, LinesField
from gemba.kernel.records.models import Record

YES_NO = (("yes", _("yes")), ("no", _("no")))


def _markets() -> list[tuple[str, str]]:
    return [(market.id, f"{market.id}: {market.authority}") for market in markets().values()]


def _questions() -> list[tuple[str, str]]:
    return [(condition.id, condition.question) for condition in known_catalogue().conditions.values()]


def _frameworks() -> list[tuple[str, str]]:
    return [(each.id, each.designation) for each in known_catalogue().frameworks.values() if each.id in SHIPPED]


MARKETS = (
    LineColumn(name="market", label=_("market"), kind="choice", choices=_markets),
    LineColumn(name="person", label=_("responsible person there"), required=False),
    LineColumn(name="since", label=_("since or planned for"), kind="day", required=False),
)
DEVICES = (
    LineColumn(name="name", label=_("device or family")),
    LineColumn(
        name="nature",
        label=_("nature"),
        kind="choice",
        choices=(
            ("hardware", _("hardware")),
            ("software", _("software")),
            ("both", _("both")),
            ("service", _("service")),
        ),
    ),
    LineColumn(name="classes", label=_("class in each market"), help=_("For instance “EU IIa, US II”.")),
    LineColumn(name="route", label=_("route to market"), required=False),
)
ANSWERS = (
    LineColumn(name="condition", label=_("question"), kind="choice", choices=_questions),
    LineColumn(name="answer", label=_("answer"), kind="choice", choices=YES_NO),
    LineColumn(name="remark", label=_("remark"), required=False),
)
DECISIONS = (
    LineColumn(name="framework", label=_("framework"), kind="choice", choices=_frameworks),
    LineColumn(name="duty", label=_("duty")),
    LineColumn(name="applies", label=_("applies"), kind="yes"),
    LineColumn(name="reason", label=_("reason"), kind="long", required=False),
)  # fmt: skip


class Scope(Record):
    """What the system is for, in which role, for which markets and devices, and what was decided of each duty."""

    WORKFLOW_COLUMNS: ClassVar[frozenset[str]] = frozenset({"in_force"})

    class Purpose(models.TextChoices):
        EXISTING = "existing", _("an existing product")
        PLANNED = "planned", _("a planned product")
        ROLE = "role", _("a role in the chain of supply, without products of our own")

    purpose = models.CharField(_("the system supports"), max_length=10, choices=Purpose)
    role = models.CharField(
        _("role of the organisation"), max_length=30, choices=[(role.id, role.label) for role in roles().values()]
    )
    statement = models.TextField(_("scope statement"), help_text=_("As it stands in the quality manual."))
    markets = LinesField(_("markets"), columns=MARKETS)
    devices = LinesField(_("devices"), columns=DEVICES)
    answers = LinesField(_("answers"), columns=ANSWERS)
    decisions = LinesField(_("decisions on single duties"), columns=DECISIONS)
    in_force = models.BooleanField(default=False, editable=False)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["in_force"], condition=models.Q(in_force=True), name="one_scope_in_force"),
        )

    def clean(self) -> None:
        """Refuse what the framework lets nobody leave out, and a product scope without a product."""
        found = []
        for line in self.decisions or []:
            framework = known_catalogue().frameworks.get(line.get("framework", ""))
            if framework and self.role in roles():
                decided = Decision(line["duty"], bool(line["applies"]), line["reason"])
                found += objections(framework, roles()[self.role], decided)
        found += contradictions((f"{d['framework']} {d['duty']}", bool(d["applies"])) for d in self.decisions or [])
        answered = contradictions((line["condition"], line["answer"]) for line in self.answers or [])
        faults = {"decisions": found, "answers": answered}
        if any(faults.values()):
            raise ValidationError({name: sentences for name, sentences in faults.items() if sentences})

    @property
    def market_ids(self) -> list[str]:
        return [line["market"] for line in self.markets]

    @property
    def has_software(self) -> bool:
        return any(line["nature"] in ("software", "both") for line in self.devices)


class Registration(Record):
    """Leave to sell one product in one market, until it expires (M9)."""

    class Status(models.TextChoices):
        PLANNED = "planned", _("planned")
        SUBMITTED = "submitted", _("submitted")
        GRANTED = "granted", _("granted")
        REFUSED = "refused", _("refused")

    market = models.CharField(_("market"), max_length=4, choices=_markets)
    device_class = models.CharField(_("class there"), max_length=40)
    route = models.CharField(_("route"), max_length=200)
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.PLANNED)
    certificate = models.CharField(_("certificate or listing"), max_length=120, blank=True)
    expires = models.DateField(_("expires"), null=True, blank=True)
