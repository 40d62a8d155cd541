"""An objective says what is to be reached by when; a measurement says how far one period came."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from gemba.kernel.records.models import Record


class Objective(Record):
    """A quality objective: measurable, with a target, a period and an owner."""

    class Direction(models.TextChoices):
        AT_LEAST = "at_least", _("at least")
        AT_MOST = "at_most", _("at most")

    class Period(models.IntegerChoices):
        MONTH = 1, _("every month")
        QUARTER = 3, _("every quarter")
        HALF_YEAR = 6, _("every half-year")
        YEAR = 12, _("every year")

    why = models.TextField(_("why it matters"))
    measure = models.CharField(_("how it is measured"), max_length=300)
    direction = models.CharField(_("good is"), max_length=8, choices=Direction, default=Direction.AT_LEAST)
    target = models.DecimalField(_("target"), max_digits=12, decimal_places=3)
    unit = models.CharField(_("unit"), max_length=30)
    period = models.PositiveSmallIntegerField(_("measured"), choices=Period, default=Period.QUARTER)


class Measurement(Record):
    """One measured value of an objective, for the period that ends on `event_date`."""

    value = models.DecimalField(_("value"), max_digits=12, decimal_places=3)
    source = models.CharField(_("where the figure comes from"), max_length=300)
    remark = models.TextField(_("what it tells us"), blank=True)
