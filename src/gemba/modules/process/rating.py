"""How a risk of a process is rated: severity times likelihood, in three bands. The bands are data, not judgement."""

from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

STEPS = range(1, 6)


class Band(NamedTuple):
    """`least` is the smallest product of severity and likelihood that belongs here."""

    name: str
    label: str | Promise
    tone: str
    least: int


BANDS = (Band("high", _("high"), "bad", 10), Band("medium", _("medium"), "warn", 5), Band("low", _("low"), "good", 1))


def band_of(severity: int, likelihood: int) -> Band:
    """The band of a rating; both from 1 to 5."""
    product = severity * likelihood
    return next(band for band in BANDS if product >= band.least)
