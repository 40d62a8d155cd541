"""What anybody noticed, before anybody knows what it is; and an idea that is carried out."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from gemba.kernel.records.models import Record


class Report(Record):
    """Something somebody saw, heard or thought of, in their own words."""

    class About(models.TextChoices):
        WRONG = "wrong", _("Something is wrong")
        CUSTOMER = "customer", _("A customer said something")
        IDEA = "idea", _("I have an idea")

    about = models.CharField(_("what it is"), max_length=10, choices=About)
    description = models.TextField(_("in your own words"))
    where = models.CharField(_("where, or which product or order"), max_length=200, blank=True)
    answer = models.TextField(_("answer to the one who reported it"), blank=True)


class Improvement(Record):
    """An idea that makes work or product better though nothing went wrong, from its source to what it brought."""

    class Source(models.TextChoices):
        PEOPLE = "people", _("somebody who works here")
        CUSTOMER = "customer", _("a customer")
        REVIEW = "review", _("management review")
        DATA = "data", _("data analysis or objectives")
        AUDIT = "audit", _("an audit")
        MARKET = "market", _("post-market surveillance")

    description = models.TextField(_("the idea"))
    source = models.CharField(_("source"), max_length=10, choices=Source, default=Source.PEOPLE)
    benefit = models.TextField(_("what it should bring, and how one would see it"), blank=True)
    decided = models.TextField(_("decision, with what it may not harm"), blank=True)
    done = models.TextField(_("what was done"), blank=True)
    done_on = models.DateField(_("done on"), null=True, blank=True)
    brought = models.TextField(_("what it brought"), blank=True)
