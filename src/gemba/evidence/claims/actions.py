"""Claim duties for a document, and end claims that no longer hold: one event for each act, on the document's chain."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from gemba.evidence.catalogue.load import Catalogue
from gemba.evidence.claims.catalogued import known_catalogue, known_duty
from gemba.evidence.claims.models import CLAIMANT, Claim
from gemba.kernel import clock
from gemba.kernel.actions.base import RecordWork, stored_text
from gemba.kernel.records.models import Record
from gemba.kernel.refusals import Conflict, Invalid, NotAllowed, Refused
from gemba.kernel.rights import may_change

MOST = 400
"""Duties claimed in one act; a framework's longest chapter has fewer."""
LONGEST_NOTE = 500
Named = tuple[str, str]
"""Framework and duty, by their ids."""


@dataclass(kw_only=True)
class _ClaimWork(RecordWork[Record, list[Claim]]):
    """What making and ending claims have in common: whose document it is, and whether it can still be changed."""

    def _closed(self) -> Refused | None:
        if self.record.kind != CLAIMANT:
            return Refused(_("Only documents cover duties; records prove them."))
        if not may_change(self.access, self.record):
            return NotAllowed(_("You may not change what this document covers."))
        if not self.record.open:
            return Refused(_("A document that is no longer in force covers nothing new, and keeps its past claims."))
        return None


@dataclass(kw_only=True)
class ClaimDuties(_ClaimWork):
    """The document covers these duties. What the same source claims already is left as it is, without an event."""

    duties: Sequence[Named]
    source: Claim.Source = Claim.Source.DOCUMENT
    note: str = ""
    known: Catalogue | None = None
    """Another catalogue than the one that comes with Gemba."""

    def check(self) -> Refused | None:
        if refusal := self._closed():
            return refusal
        if not self.duties:
            return Invalid({"duties": [_("Choose at least one duty.")]})
        if len(self.duties) > MOST:
            return Invalid({"duties": [_("At most %d duties can be claimed at once.") % MOST]})
        if len(self.note) > LONGEST_NOTE:
            return Invalid({"note": [_("A note has at most %d characters.") % LONGEST_NOTE]})
        return self._unknown()

    def _unknown(self) -> Refused | None:
        catalogue = self.known or known_catalogue()
        unknown = [name for name in self.duties if known_duty(catalogue, *name) is None]
        if not unknown:
            return None
        shown = ", ".join(" ".join(name)[:80] for name in unknown[:3])
        return Invalid({"duties": [_("The catalogue has no such duty: %s.") % shown]})

    def perform(self) -> list[Claim]:
        note = stored_text(self.note.strip(), "note")
        standing = set(
            Claim.objects.standing()
            .filter(record_id=self.record.pk, source=self.source)
            .values_list("framework", "duty")
        )
        fresh = [name for name in dict.fromkeys(self.duties) if name not in standing]
        if not fresh:
            return []
        changes = [("claim", None, told(framework, duty, self.source)) for framework, duty in fresh]
        self.reason = self.reason or note
        self.save_event_only("claim", changes)
        return Claim.objects.bulk_create(
            Claim(
                record_id=self.record.pk, framework=framework, duty=duty, source=self.source, note=note,
                made_by=self.actor.person,
            )
            for framework, duty in fresh
        )  # fmt: skip


@dataclass(kw_only=True)
class EndClaims(_ClaimWork):
    """These claims of the document no longer hold; they stay readable as history, with the reason."""

    claims: Collection[int]

    def check(self) -> Refused | None:
        if refusal := self._closed():
            return refusal
        if not self.claims:
            return Invalid({"claims": [_("Choose at least one claim.")]})
        if not self.reason.strip():
            return Invalid({"reason": [_("Say why the document no longer covers this.")]})
        return None

    def perform(self) -> list[Claim]:
        wanted = Claim.objects.standing().filter(record_id=self.record.pk, pk__in=self.claims).order_by("pk")
        found = list(wanted)
        if len(found) != len(set(self.claims)):
            raise Conflict(_("Some of these claims have already been ended. Look at the list again."))
        changes = [("claim", told(claim.framework, claim.duty, claim.source), None) for claim in found]
        self.save_event_only("unclaim", changes)
        now = clock.now()
        for claim in found:
            claim.ended, claim.ended_by = now, self.actor.person
        Claim.objects.bulk_update(found, ["ended", "ended_by"])
        return found


def told(framework: str, duty: str, source: str) -> str:
    """A claim as it stands in events, the same in every language: `iso13485 8.5.2-a (starter)`."""
    return f"{framework} {duty} ({source!s})"
