"""One row a day for each framework, so that the trend of the gap survives certification and later records (M63)."""

import datetime as dt
from collections.abc import Sequence

from gemba.evidence.catalogue.model import Framework
from gemba.evidence.claims.catalogued import known_catalogue
from gemba.evidence.practice.assessment import Assessment, assess
from gemba.evidence.practice.models import Snapshot
from gemba.evidence.scope.standing import decisions_on, frameworks_on


def frameworks_in_force(day: dt.date) -> list[Framework]:
    """Those of the scope in force; without one, those that are on by default, so that nobody stands before nothing."""
    known = known_catalogue()
    chosen = [known.frameworks[name] for name in frameworks_on(day) if name in known.frameworks]
    return chosen or list(known.on_by_default)


def keep(day: dt.date) -> None:
    """Store the day's figures. Again on the same day replaces them; a day that is over stays as it was."""
    for framework in frameworks_in_force(day):
        _store(assess(framework, decisions_on(day, framework.id), on=day))


def _store(found: Assessment) -> None:
    overall = found.overall
    Snapshot.objects.update_or_create(
        day=found.day, framework=found.framework.id, site=None,
        defaults={
            "applicable": overall.applicable, "claimed": overall.claimed, "working": overall.working,
            "states": {str(state): count for state, count in overall.states.items()},
        },
    )  # fmt: skip


def trend(framework: str, since: dt.date) -> Sequence[Snapshot]:
    """The snapshots of a framework from a day on, oldest first."""
    return list(Snapshot.objects.filter(framework=framework, site=None, day__gte=since).order_by("day"))
