"""Signal 7: was a finding answered in truth? Seven questions to each CAPA whose actions are in place.

What they answer is computed. Nobody can close the wait for practice evidence by hand: only records do.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from dateutil.relativedelta import relativedelta
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gemba.evidence.practice.known import responses, written
from gemba.evidence.practice.models import Doubt
from gemba.evidence.signals.ownership import is_quality
from gemba.evidence.signals.signal import Finding, Row, Signal
from gemba.evidence.signals.thresholds import limit, shown
from gemba.kernel.facts import Response, Written
from gemba.kernel.lifecycle.machine import VOID
from gemba.kernel.links.models import Link
from gemba.kernel.people.models import Person
from gemba.kernel.records.models import Record
from gemba.kernel.types import registry

_at = partial(limit, "response")
QUESTIONS: Mapping[str, str | Promise] = {
    "cause": gettext_lazy("A cause was found that is neither the problem again nor somebody's slip."),
    "apart": gettext_lazy("Correction and corrective action are apart, and one action changes more than a document."),
    "gone": gettext_lazy("It has not come back."),
    "records": gettext_lazy("Records made since then show that it is done."),
    "procedure": gettext_lazy("The procedure was revised and linked, or a reason says why not."),
    "people": gettext_lazy("The people concerned understood it."),
    "others": gettext_lazy("People outside quality took part."),
}
"""The seven questions, each as the sentence that is true where the answer is yes."""


@dataclass(frozen=True, slots=True)
class Answered:
    """A response with what the seven questions answer. `records` shows how many there are, of how many."""

    response: Response
    yes: frozenset[str]
    records: int
    needed: int

    @property
    def documentation_fix(self) -> bool:
        """Only documents changed."""
        return not self.response.beyond_documents

    @property
    def waiting(self) -> bool:
        """It awaits practice evidence."""
        return "records" not in self.yes

    @property
    def lacking(self) -> list[str]:
        return [str(sentence) for name, sentence in QUESTIONS.items() if name not in self.yes]

    @property
    def words(self) -> str:
        """The state in a word or two."""
        if self.documentation_fix:
            return _("documentation fix")
        return _("awaiting practice evidence") if self.waiting else _("shown in practice")


def answered(response: Response, records: int, *, outside: bool) -> Answered:
    """The seven answers, from the facts and the number of records since."""
    needed = int(_at("records"))
    truths = {
        "cause": response.cause_found,
        "apart": response.corrected and response.acted and response.beyond_documents,
        "gone": not response.recurred, "records": records >= needed,
        "procedure": bool(response.revised) or response.revision_reasoned, "people": response.understood,
        "others": outside,
    }  # fmt: skip
    return Answered(response, frozenset(name for name, true in truths.items() if true), records, needed)


def truth_test(today: dt.date) -> list[Answered]:
    """Each response of the window, the latest first, in a number of statements that does not grow with them."""
    since = today - relativedelta(months=int(_at("window_months")))
    found = responses(since, today)
    counted = _records_since(found, written(today), today)
    people = {
        person.pk: person
        for person in Person.objects.filter(pk__in={pk for each in found for pk in each.taking_part})
        .select_related("department")
    }  # fmt: skip
    return [
        answered(each, counted[each.record], outside=any(not is_quality(people[pk]) for pk in each.taking_part))
        for each in found
    ]


def _records_since(found: Sequence[Response], texts: Sequence[Written], today: dt.date) -> Mapping[int, int]:
    """Valid records made under each revised text since the actions were in place; where no text was revised, records
    linked to the response that happened since then.
    """
    kinds = {key: each.kinds for each in texts for key in (each.document, each.revision)}
    of_response = {
        each.record: {kind for key in _texts(each) for kind in kinds.get(key, ())} for each in found
    }  # fmt: skip
    wanted = sorted({kind for some in of_response.values() for kind in some})
    earliest = min((each.finished for each in found), default=today)
    doubted = set(Doubt.objects.values_list("record_id", flat=True))
    dated: dict[str, list[dt.date]] = defaultdict(list)
    for pk, kind, day in _proving(wanted, earliest, today) if wanted else ():
        if pk not in doubted:
            dated[kind].append(day)
    linked = _linked(found, doubted)
    return {
        each.record: sum(day > each.finished for kind in of_response[each.record] for day in dated[kind])
        if of_response[each.record] else sum(day > each.finished for day in linked.get(each.record, ()))
        for each in found
    }  # fmt: skip


def _texts(response: Response) -> Collection[int]:
    return response.revised


def _proving(kinds: Sequence[str], since: dt.date, today: dt.date) -> Sequence[tuple[int, str, dt.date]]:
    rows = Record._base_manager.filter(kind__in=kinds, exercise=False, event_date__gt=since, event_date__lte=today)
    states = {
        kind: {state.name for each in registry.named(kind).yields for state in each.states} for kind in kinds
    }  # fmt: skip
    columns = rows.exclude(state=VOID).order_by().values_list("pk", "kind", "event_date", "state", "open")
    return [
        (pk, kind, day) for pk, kind, day, state, is_open in columns
        if (state in states[kind] if states[kind] else not is_open)
    ]  # fmt: skip


def _linked(found: Sequence[Response], doubted: Collection[int]) -> Mapping[int, list[dt.date]]:
    own = [each.record for each in found]
    links = Link.objects.standing().filter(source__in=own, target__exercise=False).exclude(target__state=VOID)
    days: dict[int, list[dt.date]] = defaultdict(list)
    for source, target, day in links.values_list("source", "target", "target__event_date"):
        if target not in doubted and target not in own:
            days[source].append(day)
    return days


def response(today: dt.date) -> Signal:
    """One finding: the company's answers, each as a row with what is lacking."""
    since = today - relativedelta(months=int(_at("window_months")))
    return Signal(
        name="response", title=gettext_lazy("Answered in truth"), since=since, until=today,
        thresholds=shown("response"),
        says=gettext_lazy(
            "Findings were answered with documents alone, or nothing that was done since shows that the answer works."
        ),
        not_meaning=gettext_lazy(
            "Seven questions that columns and links can answer. They do not weigh whether the action was a good one;"
            " and a finding that waits may have nothing to wait for yet."
        ),
        findings=(finding(truth_test(today), today),),
    )  # fmt: skip


def finding(tested: Sequence[Answered], today: dt.date) -> Finding:
    about = _("Corrective and preventive actions")
    if not tested:
        return Finding(
            about=about, n=0, value=None, unit="", fired=False,
            sentence=_("No action was put in place in this time; not evaluable."),
        )  # fmt: skip
    fixes = [each for each in tested if each.documentation_fix]
    waiting = [each for each in tested if each.waiting and overdue(each, today)]
    sentence = _(
        "Of %(n)d answers %(fixes)d changed documents only, and %(waiting)d have waited more than %(days)d days for"
        " records that show them in practice."
    ) % {"n": len(tested), "fixes": len(fixes), "waiting": len(waiting), "days": _at("waiting_days")}
    rows = [_row(each, today) for each in tested]
    shown_true = 100 * sum(len(each.yes) == len(QUESTIONS) for each in tested) / len(tested)
    return Finding(
        about=about, n=len(tested), value=shown_true, unit="%", fired=bool(fixes or waiting), sentence=sentence,
        rows=rows,
    )  # fmt: skip


def overdue(each: Answered, today: dt.date) -> bool:
    return (today - each.response.finished).days > _at("waiting_days")


def _row(each: Answered, today: dt.date) -> Row:
    said = _("%(word)s; %(yes)d of 7; records since: %(n)d of %(of)d.") % {
        "word": each.words, "yes": len(each.yes), "n": each.records, "of": each.needed,
    }  # fmt: skip
    lacking = " ".join([_("Lacking:"), *each.lacking]) if each.lacking else ""
    fires = each.documentation_fix or (each.waiting and overdue(each, today))
    title = f"{each.response.number} {each.response.title}"
    return Row(title, f"{said} {lacking}".strip(), each.response.record, fires=fires)
