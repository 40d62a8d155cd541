"""A decision keeps its options and reasons; an announcement reaches people, and each has a receipt of it."""

from typing import ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as translated
from django.utils.translation import gettext_lazy as _

from gemba.kernel.people.models import Department, JobRole
from gemba.kernel.records.fields import LineColumn, LinesField, RichTextField
from gemba.kernel.records.models import Record

PEOPLE = (LineColumn(name="person", label=_("Person"), kind="person"),)


class Decision(Record):
    """What was to be decided, between which options, by whom, and why so."""

    WORKFLOW_COLUMNS: ClassVar[frozenset[str]] = frozenset({"decided_on"})

    class About(models.TextChoices):
        QUALITY = "quality", _("quality system")
        RESOURCES = "resources", _("people, money, equipment")
        PRODUCT = "product", _("product and its design")
        SUPPLY = "supply", _("suppliers and production")
        LAW = "law", _("law and authorities")
        OTHER = "other", _("other")

    about = models.CharField(_("about"), max_length=10, choices=About)
    question = models.TextField(_("what is to be decided"))
    options = LinesField(
        _("options"),
        columns=(
            LineColumn(name="option", label=_("Option"), kind="long"),
            LineColumn(name="pro", label=_("For it"), kind="long", required=False),
            LineColumn(name="contra", label=_("Against it"), kind="long", required=False),
            LineColumn(name="chosen", label=_("Chosen"), kind="yes"),
        ),
    )  # fmt: skip
    rationale = models.TextField(_("why so"), blank=True)
    deciders = LinesField(_("decided by"), columns=PEOPLE)
    heard = LinesField(_("heard before"), columns=PEOPLE)
    look_again_on = models.DateField(_("to be looked at again on"), null=True, blank=True)
    decided_on = models.DateField(_("decided on"), null=True, blank=True, editable=False)


class Announcement(Record):
    """Something told to people here: written, at a town hall, in a team. Without a narrower choice, to everybody."""

    record_ptr = models.OneToOneField(
        Record, models.CASCADE, parent_link=True, primary_key=True, related_name="as_announcement"
    )

    class Form(models.TextChoices):
        WRITTEN = "written", _("announcement")
        TOWN_HALL = "town_hall", _("town hall")
        TEAM = "team", _("talk with a team")
        REVIEW = "review", _("results of a management review")
        AUDIT = "audit", _("results of an audit")

    form = models.CharField(_("how it is told"), max_length=10, choices=Form, default=Form.WRITTEN)
    message = RichTextField(_("message"))
    department = models.ForeignKey(
        Department, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("to everybody in")
    )
    job_role = models.ForeignKey(
        JobRole, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("to everybody who works as")
    )
    people = LinesField(_("to these people"), columns=PEOPLE)
    signed = models.BooleanField(_("readers sign it"), default=False)


class Receipt(Record):
    """One person has read, or was there; or the announcement closed without that."""

    WORKFLOW_COLUMNS: ClassVar[frozenset[str]] = frozenset({"how", "noted_on"})

    class How(models.TextChoices):
        READ = "read", _("read")
        ATTENDED = "attended", _("was there")

    announcement = models.ForeignKey(
        Announcement, models.PROTECT, related_name="receipts", verbose_name=_("announcement")
    )
    how = models.CharField(_("how"), max_length=10, choices=How, blank=True, editable=False)
    noted_on = models.DateField(_("acknowledged on"), null=True, blank=True, editable=False)

    def clean(self) -> None:
        """What somebody is asked to acknowledge does not become something else under their hands."""
        stored = type(self)._base_manager.filter(pk=self.pk).values_list("announcement_id", flat=True).first()
        if stored not in (None, self.announcement_id):
            raise ValidationError({"announcement": translated("The announcement of a receipt stays.")})
