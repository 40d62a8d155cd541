"""What `gemba verify` asks about duties: claims of documents, and expectations that somebody waived."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.utils.translation import gettext as _

from gemba.evidence.claims.actions import told as claim_told
from gemba.evidence.claims.models import Claim
from gemba.evidence.expectations.models import Expectation
from gemba.kernel.trail.canonical import digest
from gemba.kernel.trail.finding import Finding
from gemba.kernel.trail.models import Event
from gemba.kernel.verify import beside, others
from gemba.kernel.verify.scan import parsed


class Claims(beside.Beside):
    """Every claim is told when it is made and when it is ended."""

    name, verbs = "claim", frozenset({"claim", "unclaim"})

    def rows(self, low: int, high: int) -> Iterable[tuple[int, beside.Row]]:
        for claim in Claim.objects.filter(record_id__gt=low, record_id__lte=high).select_related("made_by"):
            told = claim_told(claim.framework, claim.duty, claim.source)
            yield claim.record_id, (told, claim.made_by.uid, claim.ended is None)

    def fold(self, told: Iterable[beside.Told]) -> list[beside.Row]:
        rows: list[list[Any]] = []
        for each in told:
            for _name, old, new in each.changes:
                if new is not None:
                    rows.append([new, each.who, True])
                    continue
                for row in [row for row in rows if row[0] == old and row[2]][:1]:
                    row[2] = False
        return [tuple(row) for row in rows]


def waived_problems() -> Iterator[Finding]:
    """Whether exactly those expectations are waived of which an event says so, for the reason it says."""
    waived = {row.subject: row for row in Expectation.objects.filter(end="waived").select_related("waived_by")}
    told = {}
    for subject, body in Event.objects.filter(act="expectation.waive").order_by("id").values_list("subject", "body"):
        event = parsed(body) or {}
        told[subject] = (str(event.get("state", "")), str(event.get("at", "")))
    for subject in sorted(waived.keys() | told.keys()):
        row, (state, at) = waived.get(subject), told.get(subject, ("", ""))
        if row is None:
            sentence = _("%s was waived, and the ledger does not say so.")
        elif not state:
            sentence = _("%s is waived, and no event tells of it.")
        elif _state(row) != state:
            sentence = _("%s is not as it was waived.")
        else:
            continue
        yield Finding(code="expectation-altered", subject=subject, sentence=sentence % subject, since=at)


def _state(row: Expectation) -> str:
    by = row.waived_by.uid if row.waived_by else ""
    return digest(
        {
            "framework": row.framework, "duty": row.duty, "due": row.due, "end": row.end, "reason": row.reason,
            "by": by,
        }
    )  # fmt: skip


beside.KNOWN.append(Claims())
others.QUESTIONS.append(waived_problems)
