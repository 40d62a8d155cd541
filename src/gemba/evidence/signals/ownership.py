"""Signal 6: who creates, signs and executes. A system that only quality keeps is not lived by anybody else."""

import datetime as dt
from collections import Counter, defaultdict
from functools import partial

from dateutil.relativedelta import relativedelta
from django.db.models import Count
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gemba.evidence.signals.leadership import leadership
from gemba.evidence.signals.signal import Finding, Row, Signal
from gemba.evidence.signals.thresholds import limit, shown
from gemba.kernel.people.models import Person
from gemba.kernel.trail.models import Event
from gemba.kernel.types import registry

_at = partial(limit, "ownership")
HALF = 0.5


def ownership(today: dt.date) -> Signal:
    """Of the company and of each kind of record: shares by function; and what waits for top management."""
    since = today - relativedelta(months=int(_at("window_months")))
    start = dt.datetime.combine(since, dt.time(), dt.UTC)
    events = Event.objects.filter(at__gte=start, record__isnull=False, record__exercise=False)
    by_people = events.exclude(actor__kind=Person.Kind.SYSTEM).order_by()
    by_kind: dict[str, dict[int, int]] = defaultdict(dict)
    for kind, actor, number in by_people.values_list("record__kind", "actor").annotate(n=Count("pk")):
        by_kind[kind][actor] = number
    counted = {
        actor: sum(some.get(actor, 0) for some in by_kind.values())
        for actor in sorted({actor for some in by_kind.values() for actor in some})
    }
    people = {each.pk: each for each in Person.objects.filter(pk__in=counted).select_related("department")}
    return Signal(
        name="ownership", title=gettext_lazy("Whose system it is"), since=since, until=today,
        thresholds=shown("ownership"),
        says=gettext_lazy(
            "Quality and consultants do nearly all of it, so that the others do not own what is written; or more is"
            " overdue at top management than at others."
        ),
        not_meaning=gettext_lazy("It is no measure of anybody's work. People appear as functions, never by name."),
        findings=(
            finding(_("The company"), counted, people),
            leadership(today),
            *(finding(str(registry.named(kind).plural), some, people) for kind, some in sorted(by_kind.items())
              if kind in registry and sum(some.values()) >= _at("least")),
        ),
    )  # fmt: skip


def finding(about: str, counted: dict[int, int], people: dict[int, Person]) -> Finding:
    """Of the company, or of one kind of record."""
    total = sum(counted.values())
    if total < _at("least") or len(counted) < _at("people"):
        return Finding(
            about=about, n=total, value=None, unit="%", fired=False,
            sentence=_("Too few people or entries for a figure that is not about somebody; not evaluable."),
        )  # fmt: skip
    functions: Counter[str] = Counter()
    alone = 0
    for pk, number in counted.items():
        functions[function_of(people[pk])] += number
        alone += number if is_quality(people[pk]) else 0
    share = 100 * alone / total
    concentration = sum((number / total) ** 2 for number in functions.values())
    sentence = _(
        "%(share).0f %% by quality and consultants; concentration %(hhi).2f (1 is one function alone);"
        " half of everything by %(few)d people."
    ) % {"share": share, "hhi": concentration, "few": few_doing_half(list(counted.values()))}
    rows = [Row(name, f"{100 * number / total:.0f} %") for name, number in functions.most_common()]
    return Finding(
        about=about, n=total, value=share, unit="%", fired=share > _at("alone"), sentence=sentence, rows=rows
    )


def is_quality(person: Person) -> bool:
    """Belongs to the quality unit, or is a consultant."""
    return person.kind == Person.Kind.CONSULTANT or bool(person.department and person.department.is_quality)


def function_of(person: Person) -> str:
    if person.kind == Person.Kind.CONSULTANT:
        return _("Consultants")
    return person.department.name if person.department else _("Without a department")


def few_doing_half(numbers: list[int]) -> int:
    """How many people, the busiest first, do half of it: the bus factor in its plainest form."""
    total, done = sum(numbers), 0
    for few, number in enumerate(sorted(numbers, reverse=True), 1):
        done += number
        if done >= total * HALF:
            return few
    return 0
