"""A trial holds every kind of column with more inside than a word; an offshoot is raised from something else."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from gemba.kernel.people.models import Person
from gemba.kernel.records.fields import LineColumn, LinesField, RichTextField
from gemba.kernel.records.models import Record

GRADES = (("low", _("Low")), ("high", _("High")))
STEPS = (
    LineColumn(name="what", label=_("What")),
    LineColumn(name="how", label=_("How"), kind="long", required=False),
    LineColumn(name="grade", label=_("Grade"), kind="choice", choices=GRADES, required=False),
    LineColumn(name="times", label=_("Times"), kind="number", required=False),
    LineColumn(name="who", label=_("Who"), kind="person", required=False),
    LineColumn(name="record", label=_("Kept as"), kind="kind", required=False),
    LineColumn(name="day", label=_("By"), kind="day", required=False),
    LineColumn(name="done", label=_("Done"), kind="yes", required=False),
)
CAUSES = (LineColumn(name="why", label=_("Why"), help=_("Ask once more.")),)


class Trial(Record):
    """A record with a text, lines, a person and a column that only code sets."""

    body = RichTextField(_("text"), blank=True)
    steps = LinesField(_("steps"), columns=STEPS)
    causes = LinesField(_("causes"), columns=CAUSES)
    checker = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("checked by")
    )
    tries = models.PositiveSmallIntegerField(_("tries"), default=0, editable=False)


class Offshoot(Record):
    """What comes of a record of another kind."""

    remark = models.CharField(_("remark"), max_length=200, blank=True)
