"""What a CAPA's own columns tell of how a finding was answered; links and dates tell the rest."""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping

from gemba.kernel.facts import Facts, Response
from gemba.kernel.lifecycle.machine import VOID
from gemba.kernel.links.models import Link
from gemba.kernel.people.models import Person
from gemba.modules.capa.actions_of import ROLE
from gemba.modules.capa.models import Capa, CapaAction
from gemba.modules.capa.states import CLOSED, WATCHED

ON_CAUSE = (CapaAction.Purpose.CORRECTIVE, CapaAction.Purpose.PREVENTIVE)


def responses(since: dt.date, until: dt.date) -> Iterator[Response]:
    """CAPAs whose actions were in place between two days. Five statements."""
    rows = Capa._base_manager.filter(
        state__in=(WATCHED.name, CLOSED.name), exercise=False, implemented_on__gte=since, implemented_on__lte=until
    )
    capas = list(rows.order_by("pk"))
    ids = [capa.pk for capa in capas]
    actions, people = _actions(ids), _people(capas)
    named = _links(ids)
    again = set(
        Link.objects.standing().filter(role="recurrence_of", target__in=ids).exclude(source__state=VOID)
        .values_list("target", flat=True)
    )  # fmt: skip
    for capa in capas:
        own = actions.get(capa.pk, [])
        team = {people[line["who"]] for line in capa.team if line.get("who") in people}
        yield Response(
            record=capa.pk, number=capa.number, title=capa.title, finished=capa.implemented_on or until,
            cause_found=bool(capa.root_cause.strip()) and not capa.doubt, corrected=bool(capa.corrected.strip()),
            acted=any(action.purpose in ON_CAUSE for action in own),
            beyond_documents=any(action.type != CapaAction.Type.DOCUMENTATION for action in own),
            recurred=capa.pk in again or capa.rounds > 0, revised=frozenset(named.get((capa.pk, "revises"), ())),
            revision_reasoned=bool(capa.no_document.strip()),
            understood=bool(capa.no_training.strip()) or (capa.pk, "understood") in named,
            taking_part=frozenset({capa.owner_id, *team, *(action.owner_id for action in own)}),
        )  # fmt: skip


def _actions(ids: Iterable[int]) -> Mapping[int, list[CapaAction]]:
    links = Link.objects.standing().filter(role=ROLE, target__in=ids).exclude(source__state=VOID)
    pairs = list(links.values_list("target", "source"))
    rows = {action.pk: action for action in CapaAction._base_manager.filter(pk__in=[source for _capa, source in pairs])}
    found: dict[int, list[CapaAction]] = {}
    for capa, source in pairs:
        if source in rows:
            found.setdefault(capa, []).append(rows[source])
    return found


def _people(capas: Iterable[Capa]) -> Mapping[str, int]:
    uids = {line.get("who") for capa in capas for line in capa.team}
    return dict(Person.objects.filter(uid__in=[uid for uid in uids if uid]).values_list("uid", "pk"))


def _links(ids: Iterable[int]) -> Mapping[tuple[int, str], list[int]]:
    wanted = Link.objects.standing().filter(source__in=ids, role__in=("revises", "understood"))
    rows = wanted.exclude(target__state=VOID)
    found: dict[tuple[int, str], list[int]] = {}
    for source, role, target in rows.order_by("pk").values_list("source", "role", "target"):
        found.setdefault((source, role), []).append(target)
    return found


OF_CAPAS = Facts(responses=responses)
