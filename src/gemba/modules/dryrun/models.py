"""A dry run: an invented case or a walk around a table, with what was expected, how long it took and what deviated."""

from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from gemba.evidence.catalogue.load import SHIPPED
from gemba.evidence.claims.catalogued import known_catalogue, known_duty
from gemba.kernel.records.fields import LineColumn, LinesField
from gemba.kernel.records.models import Record
from gemba.modules.dryrun.scenarios import scenarios, titles

DEVIATION, NOT_DONE, AS_EXPECTED = "deviation", "not_done", "as_expected"
RESULTS = (
    (AS_EXPECTED, _("as expected")), (DEVIATION, _("otherwise than expected")), (NOT_DONE, _("could not be done")),
)  # fmt: skip


def frameworks() -> list[tuple[str, str]]:
    return [(each.id, each.designation) for each in known_catalogue().frameworks.values() if each.id in SHIPPED]


STEPS = (
    LineColumn(name="role", label=_("role")),
    LineColumn(name="does", label=_("what is done"), kind="long"),
    LineColumn(name="expects", label=_("expected result"), kind="long", required=False),
    LineColumn(name="by", label=_("done by"), kind="person", required=False),
    LineColumn(name="minutes", label=_("minutes"), kind="number", required=False),
    LineColumn(name="result", label=_("result"), kind="choice", choices=RESULTS, required=False),
    LineColumn(name="seen", label=_("what was seen"), kind="long", required=False),
)
PARTICIPANTS = (LineColumn(name="person", label=_("person"), kind="person"), LineColumn(name="part", label=_("part")))
DUTIES = (
    LineColumn(name="framework", label=_("framework"), kind="choice", choices=frameworks),
    LineColumn(name="duty", label=_("duty")),
)


class DryRun(Record):
    """The run itself is real: it was held, by these people, on this day. What it leaves in registers is an exercise."""

    WORKFLOW_COLUMNS: ClassVar[frozenset[str]] = frozenset({"closed_on"})

    class Method(models.TextChoices):
        SIMULATED = "simulated", _("simulated case: an invented case, worked on as if it were real")
        MOCK = "mock", _("mock process: a process run once from end to end, without a cause")
        TABLETOP = "tabletop", _("table-top: walked through in words, with nothing entered")

    class Verdict(models.TextChoices):
        WORKS = "works", _("the process works")
        WITH_GAPS = "with_gaps", _("it works, with deviations")
        FAILS = "fails", _("it does not work yet")

    method = models.CharField(_("kind of dry run"), max_length=10, choices=Method)
    scenario = models.CharField(
        _("scenario"), max_length=40, choices=titles, blank=True,
        help_text=_("Its situation and steps are taken over where none are given."),
    )  # fmt: skip
    situation = models.TextField(_("situation"), blank=True, help_text=_("What is invented, and what is assumed."))
    duties = LinesField(_("duties rehearsed"), columns=DUTIES, help_text=_("As in the framework, such as 8.2.2-b."))
    participants = LinesField(_("participants"), columns=PARTICIPANTS)
    held_on = models.DateField(_("held on"), null=True, blank=True)
    steps = LinesField(_("steps"), columns=STEPS)
    verdict = models.CharField(_("result"), max_length=10, choices=Verdict, blank=True)
    learned = models.TextField(_("what was learned"), blank=True)
    no_finding = models.TextField(
        _("why deviations lead to nothing"), blank=True,
        help_text=_("Only where no nonconformity, CAPA, change or improvement is raised from here."),
    )  # fmt: skip
    closed_on = models.DateField(_("closed on"), null=True, editable=False)

    def clean(self) -> None:
        """Take over the scenario where nothing of its own is said; a dry run is no exercise itself."""
        chosen = scenarios().get(self.scenario)
        if chosen is not None:
            self.situation = self.situation or chosen.situation
            self.steps = self.steps or [
                {"role": s.role, "does": s.does, "expects": s.expects, "by": "", "minutes": None, "result": "",
                 "seen": ""}
                for s in chosen.steps
            ]  # fmt: skip
        wrong = [line["duty"] for line in self.duties or [] if not _known(line)]
        if wrong:
            raise ValidationError({"duties": [_now("There is no duty %s there.") % ", ".join(wrong)]})

    @property
    def minutes(self) -> int:
        """All steps together."""
        return sum(line["minutes"] or 0 for line in self.steps)

    @property
    def deviations(self) -> list[dict[str, Any]]:
        return [line for line in self.steps if line["result"] in (DEVIATION, NOT_DONE)]


def _known(line: dict[str, Any]) -> bool:
    return known_duty(known_catalogue(), line["framework"], line["duty"]) is not None
