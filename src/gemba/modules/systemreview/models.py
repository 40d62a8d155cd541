"""One review of the system: what was looked at, what it showed, what follows."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from gemba.kernel.records.fields import LineColumn, LinesField
from gemba.kernel.records.models import Record


class SystemReview(Record):
    """A person looked at the trail, at who may do what, or at a drill of restoring; `event_date` ends its period."""

    WORKFLOW_COLUMNS: ClassVar[frozenset[str]] = frozenset({"since", "shown"})

    class About(models.TextChoices):
        TRAIL = "trail", _("audit trail and security events")
        ACCESS = "access", _("who has which rights")
        RESTORE = "restore", _("backup and restore")

    about = models.CharField(_("about"), max_length=10, choices=About)
    since = models.DateField(_("from"), null=True, blank=True, editable=False)
    shown = LinesField(
        _("what was looked at"),
        editable=False,
        columns=(
            LineColumn(name="what", label=_("What"), kind="long"),
            LineColumn(name="found", label=_("Found"), kind="long"),
            LineColumn(name="look", label=_("Look at this"), kind="long", required=False),
        ),
    )  # fmt: skip
    conclusion = models.TextField(_("what it shows"), blank=True)
    action = models.TextField(_("what is done about it"), blank=True)
