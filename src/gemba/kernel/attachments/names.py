"""File names as people gave them, made harmless: no path, no control or direction characters, a length that fits."""

import unicodedata

from django.utils.translation import gettext as _

from gemba.kernel.refusals import Invalid

LONGEST = 200
LONGEST_ENDING = 16
INVISIBLE = ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")
"""Unicode categories that show as nothing or turn the reading direction, so that `gpj.exe` could read as a picture."""
FORBIDDEN = dict.fromkeys(map(ord, '<>:"|?*'), "_")
"""What a common file system refuses in a name; such a file could not be saved again."""


def harmless(name: str) -> str:
    """The last part of `name` in NFC without anything invisible. `Invalid` where nothing is left.

    A name never decides what a file is; that is found from its content.
    """
    last = name.replace("\\", "/").rpartition("/")[2]
    visible = "".join(c for c in last if unicodedata.category(c) not in INVISIBLE)
    tidy = " ".join(unicodedata.normalize("NFC", visible).translate(FORBIDDEN).split()).strip(". ")
    if not tidy:
        raise Invalid({"file": [_("The file needs a name.")]})
    return shortened(tidy)


def shortened(name: str) -> str:
    """At most 200 characters; the ending stays."""
    if len(name) <= LONGEST:
        return name
    stem, dot, ending = name.rpartition(".")
    if not dot or len(ending) > LONGEST_ENDING:
        return name[:LONGEST]
    return f"{stem[: LONGEST - len(ending) - 1]}.{ending}"
