"""Signal 9: texts that are still their template, that nobody asked those who do the work about, and nothing proves."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gemba.evidence.claims.catalogued import known_catalogue, known_duty
from gemba.evidence.claims.models import Claim
from gemba.evidence.practice.known import written
from gemba.evidence.practice.models import Holding
from gemba.evidence.practice.refresh import catch_up
from gemba.evidence.practice.windows import window_start
from gemba.evidence.signals.signal import Finding, Row, Signal
from gemba.evidence.signals.thresholds import limit, shown
from gemba.kernel.facts import Written
from gemba.kernel.people.models import JobRole
from gemba.kernel.types import registry

_at = partial(limit, "copied")


@dataclass(frozen=True, slots=True)
class Looked:
    """A text in force with what speaks against its being lived."""

    text: Written
    days: int
    """In force so long."""
    proved: bool
    """There is valid evidence within its window of a duty that it claims, or a record of a kind it governs."""
    strangers: tuple[str, ...] = ()
    """Roles it names that nobody here has."""

    @property
    def copied(self) -> bool:
        """Copied, not lived: long in force, nearly its template, and nothing proves it."""
        own = self.text.own
        return own is not None and own < _at("own") and self.days > _at("days") and not self.proved

    @property
    def remarks(self) -> list[str]:
        found = []
        if self.text.own is not None:
            found.append(_("%d %% of its wording is the company's own") % round(100 * self.text.own))
        if self.text.gaps:
            found.append(_("%d gaps are not filled") % self.text.gaps)
        if self.strangers:
            found.append(_("nobody here is called %s") % ", ".join(self.strangers))
        if not self.text.asked:
            found.append(_("nobody who does the work was asked"))
        elif not self.text.fitted:
            found.append(_("nobody who does the work has answered"))
        return found if self.proved else [*found, _("no valid record proves it")]


def copied(today: dt.date) -> Signal:
    """Every text in force; those that are their template with a new name fire."""
    looked = looked_at(today)
    return Signal(
        name="copied", title=gettext_lazy("Copied, not lived"), since=today, until=today, thresholds=shown("copied"),
        says=gettext_lazy(
            "A text is nearly word for word its template, has been in force for months, and no valid record proves it."
        ),
        not_meaning=gettext_lazy(
            "A template is no fault, and a short text may rightly be one. It says that nothing shows that people here"
            " work by it."
        ),
        findings=(finding(looked),),
    )  # fmt: skip


def looked_at(today: dt.date) -> list[Looked]:
    """In a number of statements that does not grow with texts and records."""
    catch_up()
    texts = written(today)
    roles = {name.casefold() for name in JobRole.objects.values_list("name", flat=True)}
    newest, by_kind = _newest()
    claims = _claims([each.document for each in texts])
    return [
        Looked(
            each, (today - each.since).days,
            _proved(claims.get(each.document, ()), newest, today) or any(
                by_kind.get(kind, dt.date.min) >= each.since for kind in each.kinds
            ),
            _strangers(each, roles),
        )
        for each in texts
    ]  # fmt: skip


def _strangers(text: Written, roles: Collection[str]) -> tuple[str, ...]:
    named = dict.fromkeys(step.role.strip() for step in text.steps if step.role.strip())
    return tuple(role for role in named if role.casefold() not in roles) if roles else ()


def _newest() -> tuple[Mapping[str, dt.date], Mapping[str, dt.date]]:
    """The newest valid evidence of each type, and of each kind of record. A text does not prove itself."""
    texts = [declared.kind for declared in registry if declared.facts.written]
    held = Holding.objects.filter(valid=True, exercise=False).exclude(kind__in=texts)
    by_type: dict[str, dt.date] = {}
    by_kind: dict[str, dt.date] = {}
    for name, kind, day in held.values_list("type", "kind", "newest"):
        by_type[name] = max(by_type.get(name, day), day)
        by_kind[kind] = max(by_kind.get(kind, day), day)
    return by_type, by_kind


def _claims(documents: Collection[int]) -> Mapping[int, list[tuple[str, str]]]:
    found: dict[int, list[tuple[str, str]]] = defaultdict(list)
    rows = Claim.objects.standing().filter(record__in=documents).values_list("record", "framework", "duty")
    for record, framework, duty in rows:
        found[record].append((framework, duty))
    return found


def _proved(claimed: Collection[tuple[str, str]], newest: Mapping[str, dt.date], today: dt.date) -> bool:
    for framework, name in claimed:
        duty = known_duty(known_catalogue(), framework, name)
        if duty is None or not duty.needs_practice:
            continue
        start = window_start(duty, today)
        if any(newest.get(kind, dt.date.min) >= start for kind in duty.proving):
            return True
    return False


def finding(looked: Sequence[Looked]) -> Finding:
    about = _("Texts in force")
    made = [each for each in looked if each.text.own is not None]
    if not looked:
        return Finding(
            about=about, n=0, value=None, unit="", fired=False, sentence=_("No text is in force; not evaluable.")
        )
    dead = [each for each in looked if each.copied]
    sentence = _("%(n)d of %(made)d texts that were made from a template are copied and not lived.") % {
        "n": len(dead), "made": len(made),
    }  # fmt: skip
    rows = [
        Row(f"{each.text.number} {each.text.title}", "; ".join(each.remarks), each.text.document, fires=each.copied)
        for each in sorted(looked, key=lambda each: (not each.copied, each.text.own is None, each.text.own or 0))
        if each.copied or len(each.remarks) > each.proved or each.text.gaps or each.strangers
    ]
    return Finding(
        about=about, n=len(looked), value=len(dead), unit=_("texts"), fired=bool(dead), sentence=sentence, rows=rows
    )
