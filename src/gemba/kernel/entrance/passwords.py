"""Rules for passwords beyond length and the list of common ones (OWASP ASVS 6.2): long, free, nothing near."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from gemba.kernel.people.organisation import organisation

LONGEST = 256
SHORTEST_WORD = 4


class NearWordsValidator:
    """Refuses a password that is little more than the person's name or address, the company's name or the product's."""

    def validate(self, password: str, user: Any = None) -> None:
        folded = "".join(password.casefold().split())
        for word in self._words(user):
            if word in folded and len(folded) - len(word) < SHORTEST_WORD * 2:
                raise ValidationError(
                    _("The password is too close to a name that anybody would try first."), code="near_word"
                )

    @staticmethod
    def _words(user: Any) -> list[str]:
        texts = ["gemba", organisation().name]
        if user is not None:
            texts += [str(user.person.name), str(user.email).split("@", maxsplit=1)[0]]
        words = {"".join(text.casefold().split()) for text in texts}
        words |= {word for text in texts for word in text.casefold().split()}
        return [word for word in words if len(word) >= SHORTEST_WORD]

    def get_help_text(self) -> str:
        return _("Not your name, your address or the company's name with a little added.")


class LongestValidator:
    """An upper bound, far beyond any passphrase, so that hashing cannot be made to stall the server."""

    def validate(self, password: str, user: Any = None) -> None:
        if len(password) > LONGEST:
            raise ValidationError(_("The password is longer than %d characters.") % LONGEST, code="too_long")

    def get_help_text(self) -> str:
        return _("At most %d characters; spaces and all letters of the world are welcome.") % LONGEST
