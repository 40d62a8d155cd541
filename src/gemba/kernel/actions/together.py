"""Sign the same step of several records in one act: one proof of identity, one signature and event for each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from gemba.kernel.actions.advance import Advance
from gemba.kernel.records.models import Record
from gemba.kernel.refusals import NotAllowed, Refused
from gemba.kernel.trail.models import SecurityEvent
from gemba.kernel.ulid import ulid

MOST = 100
"""Records that one person can be believed to have read before one signature."""


@dataclass(kw_only=True)
class SignTogether:
    """All of `steps` or none. `opened` says which content of each record this person has had on the screen, by uid.

    Nobody signs what they have not opened: a record that was not, or that says something else now, refuses the whole.
    """

    steps: Sequence[Advance[Any]]
    opened: Mapping[str, str]

    def check(self) -> Refused | None:
        if not self.steps:
            return Refused(_("Choose at least one record."))
        if len(self.steps) > MOST:
            return Refused(_("At most %d records can be signed together.") % MOST)
        for step in self.steps:
            if not step.seen or self.opened.get(step.record.uid) != step.seen:
                return Refused(_("Open %s and read it before you sign.") % step.record.number)
        return None

    def execute(self) -> list[Record]:
        """Raises the refusal of the first record that cannot be signed; then none is."""
        if refusal := self.check():
            raise refusal
        ceremony = ulid()
        try:
            with transaction.atomic():
                return [self._one(step, ceremony) for step in sorted(self.steps, key=lambda s: s.record.subject)]
        except NotAllowed as refusal:
            first = self.steps[0]
            SecurityEvent.objects.create(
                what="refused", person=first.actor.person, target="SignTogether", detail=str(refusal)[:400]
            )
            raise

    @staticmethod
    def _one(step: Advance[Any], ceremony: str) -> Record:
        step.ceremony = ceremony
        signed: Record = step.execute()
        return signed
