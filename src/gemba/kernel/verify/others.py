"""What has no chain or table of the usual kind: tokens, numbers that are gone. Other packages add their questions."""

import json
from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import Any

from django.utils.translation import gettext as _

from gemba.kernel.numbering.models import NumberSequence
from gemba.kernel.records.models import Record
from gemba.kernel.tokens.models import ApiToken
from gemba.kernel.trail.canonical import digest
from gemba.kernel.trail.finding import Finding
from gemba.kernel.trail.models import Event
from gemba.kernel.verify.personal import personal_problems

QUESTIONS: list[Callable[[], Iterator[Finding]]] = []
"""Asked in every verification. Filled when the programs start."""
MOST_NUMBERS = 100
"""Missing numbers of one series that are named."""


def token_problems() -> Iterator[Finding]:
    """Whether every token is as it was made or withdrawn."""
    known: dict[str, set[str]] = defaultdict(set)
    events = Event.objects.filter(act__in=("token.make", "token.withdraw")).order_by("id")
    for subject, body in events.values_list("subject", "body").iterator():
        try:
            known[subject].add(json.loads(body)["state"])
        except (ValueError, KeyError, TypeError):
            continue  # said where chains are checked
    for token in ApiToken.objects.select_related("account__person").order_by("pk").iterator():
        subject = f"person/{token.account.person.uid}"
        if _state(token) not in known[subject]:
            words = {"name": token.name, "person": token.account.person, "subject": subject}
            sentence = _("%(person)s (%(subject)s): the token “%(name)s” is not as any event tells of it.") % words
            yield Finding(code="token-altered", subject=subject, field="token", now=token.name, sentence=sentence)


def _state(token: ApiToken) -> str:
    state: dict[str, Any] = {
        "name": token.name, "may_write": token.may_write, "expires": token.expires, "withdrawn": token.withdrawn,
    }  # fmt: skip
    return digest(state)


def number_problems() -> Iterator[Finding]:
    """Numbers that were given out and that no record has: numbers are never given back."""
    for series in NumberSequence.objects.exclude(year=0).order_by("prefix", "year"):
        start = f"{series.prefix}-{series.year}-"
        have = set(Record._base_manager.filter(number__startswith=start).values_list("number", flat=True))
        gone = [number for n in range(1, series.last + 1) if (number := f"{start}{n:04d}") not in have]
        if gone and have:
            yield from map(_number_gone, gone[:MOST_NUMBERS])


def _number_gone(number: str) -> Finding:
    sentence = _("%s was given to a record that is no longer there.") % number
    return Finding(code="number-missing", subject=number, field="number", was=number, sentence=sentence)


QUESTIONS += [token_problems, number_problems, personal_problems]
