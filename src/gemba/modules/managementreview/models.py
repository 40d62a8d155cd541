"""One review with its inputs, figures and minutes; and each decision that was taken in it."""

from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from gemba.kernel.people.models import Department
from gemba.kernel.records.fields import LineColumn, LinesField
from gemba.kernel.records.models import Record
from gemba.modules.managementreview.inputs import BY_NAME, CHOICES, INPUTS
from gemba.modules.managementreview.states import CLOSED


def departments() -> list[tuple[str, str]]:
    return list(Department.objects.filter(ended=None).order_by("name").values_list("name", "name"))


class About(models.TextChoices):
    """The four kinds of decision that a review comes to (5.6.3)."""

    SYSTEM = "system", _("improving the quality system and its processes")
    PRODUCT = "product", _("improving the product for those who use it")
    REGULATION = "regulation", _("answering new or changed requirements of law")
    RESOURCES = "resources", _("people, money, equipment")


class ManagementReview(Record):
    """Top management looks at the whole system. `due` is the day planned, `held_on` the day it took place."""

    WORKFLOW_COLUMNS: ClassVar[frozenset[str]] = frozenset({"departments_missing"})
    COPIES: ClassVar[frozenset[str]] = frozenset({"figures"})

    class Months(models.IntegerChoices):
        QUARTER = 3, _("every quarter")
        HALF_YEAR = 6, _("every half-year")
        YEAR = 12, _("every year")

    class Verdict(models.TextChoices):
        YES = "yes", _("yes")
        WITH = "with", _("yes, with the decisions taken")
        NO = "no", _("no")

    months = models.PositiveSmallIntegerField(_("held"), choices=Months, default=Months.HALF_YEAR)
    since = models.DateField(
        _("figures since"), null=True, blank=True, help_text=_("Empty: since the review before this one.")
    )
    held_on = models.DateField(_("held on"), null=True, blank=True)
    participants = LinesField(
        _("participants"),
        columns=(
            LineColumn(name="person", label=_("Person"), kind="person"),
            LineColumn(name="part", label=_("In the role of"), required=False),
            LineColumn(name="present", label=_("Was there"), kind="yes"),
        ),
    )  # fmt: skip
    excused = LinesField(
        _("departments excused"),
        columns=(
            LineColumn(name="department", label=_("Department"), kind="choice", choices=departments),
            LineColumn(name="why", label=_("Why nobody could come"), kind="long"),
        ),
    )  # fmt: skip
    inputs = LinesField(
        _("inputs"),
        columns=(
            LineColumn(name="input", label=_("Input"), kind="choice", choices=CHOICES),
            LineColumn(name="says", label=_("What it tells us"), kind="long", required=False),
            LineColumn(name="left_out", label=_("Or why it was not looked at"), kind="long", required=False),
        ),
    )  # fmt: skip
    nothing = LinesField(
        _("nothing to decide"),
        columns=(
            LineColumn(name="about", label=_("About"), kind="choice", choices=tuple(About.choices)),
            LineColumn(name="why", label=_("Why nothing had to be decided"), kind="long"),
        ),
    )  # fmt: skip
    suitable = models.CharField(_("the system suits its purpose"), max_length=4, choices=Verdict, blank=True)
    adequate = models.CharField(_("it is enough for it"), max_length=4, choices=Verdict, blank=True)
    effective = models.CharField(_("it reaches what it is for"), max_length=4, choices=Verdict, blank=True)
    conclusion = models.TextField(
        _("conclusion"), blank=True, help_text=_("Also whether policy and objectives are still the right ones.")
    )
    figures = LinesField(
        _("figures on that day"),
        editable=False,
        columns=(
            LineColumn(name="input", label=_("Input"), kind="choice", choices=CHOICES),
            LineColumn(name="name", label=_("Name")),
            LineColumn(name="figure", label=_("Figure")),
            LineColumn(name="value", label=_("Value")),
        ),
    )  # fmt: skip
    figures_on = models.DateField(_("figures taken on"), null=True, blank=True, editable=False)
    attendance = LinesField(
        _("who was there"),
        editable=False,
        columns=(
            LineColumn(name="name", label=_("Name")),
            LineColumn(name="department", label=_("Department"), required=False),
            LineColumn(name="part", label=_("In the role of"), required=False),
            LineColumn(name="top", label=_("Top management"), kind="yes"),
            LineColumn(name="present", label=_("Was there"), kind="yes"),
        ),
    )  # fmt: skip
    missing = LinesField(
        _("departments that were missing"),
        editable=False,
        columns=(
            LineColumn(name="department", label=_("Department")),
            LineColumn(name="why", label=_("Why nobody could come"), kind="long", required=False),
        ),
    )  # fmt: skip
    departments_missing = models.PositiveSmallIntegerField(default=0, editable=False)

    def clean(self) -> None:
        """Every input stands in it once, in our order: what is not thought about shows as empty."""
        given: dict[str, Any] = {}
        for line in self.inputs or []:
            if line["input"] in given:
                twice = _now("“%s” stands here twice.") % BY_NAME[line["input"]].label
                raise ValidationError({"inputs": [twice]})
            given[line["input"]] = line
        self.inputs = [
            given.get(each.name, {"input": each.name, "says": "", "left_out": ""}) for each in INPUTS
        ]  # fmt: skip


class ManagementAction(Record):
    """A decision of a review: what is done, by whom, until when. Agreed when top management signs the minutes."""

    WORKFLOW_COLUMNS: ClassVar[frozenset[str]] = frozenset({"done_on"})

    review = models.ForeignKey(ManagementReview, models.PROTECT, related_name="+", verbose_name=_("management review"))
    about = models.CharField(_("about"), max_length=10, choices=About)
    details = models.TextField(_("what exactly"), blank=True)
    result = models.TextField(_("what was done, and where one sees it"), blank=True)
    done_on = models.DateField(_("done on"), null=True, blank=True, editable=False)

    def clean(self) -> None:
        """What was signed stays as it was signed: afterwards the next review decides."""
        if self.pk is None and self.review_id and self.review.state == CLOSED.name:
            raise ValidationError({"review": [_now("Its minutes are signed. Decide it in the next review.")]})
