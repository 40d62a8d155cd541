"""One line of the health page."""

from dataclasses import dataclass

from django.utils.translation import gettext as _


@dataclass(frozen=True, slots=True)
class Reading:
    """One thing that was looked at. `tone` is `good`, `warn` or `bad`."""

    name: str
    tone: str
    word: str
    sentence: str
    link: str = ""
    """Where more of it is, as an address, with `link_text`."""
    link_text: str = ""


def reading(name: str, tone: str, sentence: str, *, link: str = "", link_text: str = "") -> Reading:
    words = {"good": _("in order"), "warn": _("look at this"), "bad": _("wrong")}
    return Reading(name, tone, words[tone], sentence, link, link_text)
