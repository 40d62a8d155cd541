"""The words that complaints and feedback are sorted by."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Channel(models.TextChoices):
    PHONE = "phone", _("telephone")
    MAIL = "mail", _("e-mail or letter")
    VISIT = "visit", _("visit or training")
    SERVICE = "service", _("service or repair")
    RETURN = "return", _("returned device")
    SURVEY = "survey", _("survey or interview")
    MEDIA = "media", _("literature, register or social media")
    PRODUCTION = "production", _("our own production")
    AUTHORITY = "authority", _("an authority")
    TABLE = "table", _("imported table")
    OTHER = "other", _("other")


class Sort(models.TextChoices):
    PROBLEM = "problem", _("something is wrong")
    QUESTION = "question", _("question")
    WISH = "wish", _("wish or idea")
    PRAISE = "praise", _("praise")


class Harm(models.TextChoices):
    """What happened to a person, as far as it is known today."""

    UNKNOWN = "unknown", _("not known yet")
    DEATH = "death", _("death")
    SERIOUS = "serious", _("serious injury or deterioration")
    MALFUNCTION = "malfunction", _("none, but could be serious next time")
    MINOR = "minor", _("minor")
    NONE = "none", _("none")


GRAVE = (Harm.DEATH, Harm.SERIOUS, Harm.MALFUNCTION, Harm.UNKNOWN)
"""Each of these asks for a decision whether an authority must be told."""


class Problem(models.TextChoices):
    """Coarse on purpose: what a trend is counted by must be picked the same way by everybody."""

    ALARM = "alarm", _("alarm or signal")
    DISPLAY = "display", _("display or reading")
    SOFTWARE = "software", _("software or data")
    ELECTRICAL = "electrical", _("power, battery or electronics")
    MECHANICAL = "mechanical", _("break, wear or fit")
    MATERIAL = "material", _("material or contact with the body")
    STERILE = "sterile", _("sterility or cleanliness")
    LABEL = "label", _("label or instructions")
    PACKAGE = "package", _("packaging or transport")
    USE = "use", _("handling and ease of use")
    EFFECT = "effect", _("effect on the patient, cause not known")
    OTHER = "other", _("other")


class AgeGroup(models.TextChoices):
    NEWBORN = "newborn", _("newborn, to 28 days")
    INFANT = "infant", _("infant, to 2 years")
    CHILD = "child", _("child, to 12 years")
    YOUNG = "young", _("adolescent, to 18 years")
    ADULT = "adult", _("adult, to 65 years")
    OLD = "old", _("older than 65 years")


class RiskImpact(models.TextChoices):
    COVERED = "covered", _("known hazard, estimated as it happened")
    HIGHER = "higher", _("known hazard, more often or worse than estimated")
    NEW = "new", _("hazard or situation that the risk file does not have")
    NONE = "none", _("no bearing on any risk")


class Stage(models.TextChoices):
    FIRST = "first", _("first report")
    FOLLOW_UP = "follow_up", _("follow-up with new information")
    FINAL = "final", _("final report")


class ActionSort(models.TextChoices):
    NOTICE = "notice", _("advisory notice alone")
    CORRECTION = "correction", _("correction at the customer")
    REMOVAL = "removal", _("removal from the market")
    SOFTWARE = "software", _("software update for safety")


class Verdict(models.TextChoices):
    NOT_EVALUABLE = "not_evaluable", _("not evaluable")
    QUIET = "quiet", _("no more than chance explains")
    SIGNAL = "signal", _("more than chance explains")
