"""One row a day for each framework, so that the trend of the gap survives certification and later records (M63)."""

import datetime as dt
from collections.abc import Sequence

from django.db.models import Q

from gemba.evidence.catalogue.model import Framework
from gemba.evidence.claims.catalogued import known_catalogue
from gemba.evidence.practice.assessment import Assessment, assess, held_on
from gemba.evidence.practice.models import Snapshot
from gemba.evidence.practice.place import Place
from gemba.evidence.scope.standing import decisions_on, frameworks_on
from gemba.kernel.people.models import Site


def frameworks_in_force(day: dt.date, names: Sequence[str] | None = None) -> list[Framework]:
    """Those of the scope in force; without one, those that are on by default, so that nobody stands before nothing.

    `names` are those of the scope where they have been read already.
    """
    known = known_catalogue()
    named = frameworks_on(day) if names is None else names
    chosen = [known.frameworks[name] for name in named if name in known.frameworks]
    return chosen or list(known.on_by_default)


def keep(day: dt.date) -> None:
    """Store the day's figures, of the company and of each site. Again on the same day replaces them; past days stay."""
    sites = Site.objects.filter(Q(ended=None) | Q(ended__gt=day)).order_by("pk").values_list("pk", flat=True)
    held = held_on(day)
    for framework in frameworks_in_force(day):
        decided = decisions_on(day, framework.id)
        for site in (None, *(sites if len(sites) > 1 else ())):
            _store(assess(framework, decided, on=day, place=Place(site=site), held=held), site)


def _store(found: Assessment, site: int | None) -> None:
    overall = found.overall
    Snapshot.objects.update_or_create(
        day=found.day, framework=found.framework.id, site=site,
        defaults={
            "applicable": overall.applicable, "claimed": overall.claimed, "working": overall.working,
            "states": {str(state): count for state, count in overall.states.items()},
        },
    )  # fmt: skip


def trend(framework: str, since: dt.date, *, site: int | None = None) -> Sequence[Snapshot]:
    """The snapshots of a framework, of the company or of one site, from a day on, oldest first."""
    return list(Snapshot.objects.filter(framework=framework, site=site, day__gte=since).order_by("day"))
