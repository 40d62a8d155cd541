"""Words the record types of this module share."""

from collections.abc import Mapping

from django.db import models
from django.utils.translation import gettext_lazy as _


class Criticality(models.TextChoices):
    """By what a mistake of the supplier could do; each class asks for its own controls (7.4.1)."""

    CRITICAL = "critical", _("critical: a mistake could harm somebody without being noticed")
    IMPORTANT = "important", _("important: a mistake would stop us or be found at inspection")
    ORDINARY = "ordinary", _("ordinary: a mistake is seen at once and does not reach the product")


AGAIN_MONTHS: Mapping[str, int] = {Criticality.CRITICAL: 12, Criticality.IMPORTANT: 24}
"""The longest time between two evaluations. Ordinary suppliers are looked at again when something happens."""


class Ruling(models.TextChoices):
    """What a decision makes of a supplier."""

    APPROVE = "approve", _("approve")
    CONDITIONS = "conditions", _("approve with conditions")
    SUSPEND = "suspend", _("suspend: no new orders")
    DISQUALIFY = "disqualify", _("disqualify")


class Look(models.TextChoices):
    """What an evaluation is."""

    QUALIFICATION = "qualification", _("first qualification")
    AGAIN = "again", _("re-evaluation")
    AUDIT = "audit", _("audit at the supplier")
    CERTIFICATE = "certificate", _("look at a new certificate")


class Verdict(models.TextChoices):
    SUITABLE = "suitable", _("suitable")
    CONDITIONS = "conditions", _("suitable with conditions")
    NOT_SUITABLE = "not_suitable", _("not suitable")


ABILITY, PERFORMANCE, EFFECT, RISK = "ability", "performance", "effect", "risk"
CRITERIA = (
    (ABILITY, _("ability to give what we need")),
    (PERFORMANCE, _("performance so far")),
    (EFFECT, _("effect of the part or service on the device")),
    (RISK, _("risk of the device")),
)
"""What suppliers are chosen by (7.4.1)."""
SCORES = (("0", _("0 no")), ("1", _("1 poor")), ("2", _("2 enough")), ("3", _("3 good")), ("4", _("4 excellent")))
BEST = 4
GOODS = (
    ("part", _("part or material")),
    ("device", _("finished device")),
    ("process", _("process carried out for us")),
    ("service", _("service, such as calibration or testing")),
    ("software", _("software or computing")),
)
OUTSOURCED = "process"
