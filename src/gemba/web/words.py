"""One catalogue of words instead of a chain of them.

Django keeps a catalogue for each app and asks one after the other, for every word of every page. Most words of ours are
in none of them while the page is in the language they were written in.
"""

from typing import Any

from django.conf import settings
from django.utils.translation import trans_real


def merge(language: str | None = None) -> None:
    """Put the catalogues of a language (the installation's own) into the first one; earlier ones win."""
    first: Any = trans_real.translation(language or settings.LANGUAGE_CODE)
    behind = first._fallback
    while behind is not None:
        for key, word in behind._catalog.items():
            if key not in first._catalog:
                first._catalog[key] = word
        behind = behind._fallback
    first._fallback = None
