"""What the pages show: both tracks with their axis, what stays due after a certificate, and what a visit found."""

from collections.abc import Mapping, Sequence
from typing import Any

from dateutil.relativedelta import relativedelta
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from gemba.evidence.catalogue.model import Framework
from gemba.evidence.expectations.models import Expectation
from gemba.evidence.practice.assessment import Assessment
from gemba.evidence.practice.figures import share
from gemba.evidence.practice.models import Snapshot
from gemba.evidence.signals.decay import finding
from gemba.kernel import clock
from gemba.kernel.access.scope import Access
from gemba.kernel.types import Panel
from gemba.modules.certification.axis import axis, left
from gemba.modules.certification.models import Certificate, CertificationPlan, CertificationVisit
from gemba.modules.certification.states import ENDED, EXPECTED, HELD, LAPSED
from gemba.modules.certification.tracks import assessed, tracks

Context = Mapping[str, Any] | None
SHOWN = 12
"""Duties that lapse first; the page of the signal has them all."""
DUE_WITHIN = relativedelta(months=3)


def plan_shown(plan: CertificationPlan, _access: Access) -> Context:
    """Both tracks as evidence has them: today, or on the day the plan ended."""
    day = plan.state_since.date() if plan.state == ENDED.name else clock.today()
    found = tracks(plan, day)
    if found is None:
        return None
    visits = visits_of(plan)
    certificates = list(Certificate.objects.filter(plan=plan.pk).exclude(state="void").order_by("issued", "pk"))
    ends = [each.expires for each in certificates if each.expires]
    return {
        "plan": plan, "tracks": found, "axis": axis(found, visits, ends), "visits": visits, "today": day,
        "certificates": certificates, "late": len(found.late),
        "sides": [
            (title, [(each, each.late(day)) for each in milestones])
            for title, milestones in ((_("On paper"), found.paper), (_("In practice"), found.practice))
        ],
        **_stays_due(found.assessment.framework, found.assessment, visits),
    }  # fmt: skip


def visits_of(plan: CertificationPlan) -> list[CertificationVisit]:
    """Of the plan and of its certificates, as the reader may see them, the earliest first."""
    rows = CertificationVisit.objects.filter(Q(plan=plan.pk) | Q(of_certificate__plan=plan.pk))
    rows = rows.exclude(state__in=("void", LAPSED.name)).distinct()
    return sorted(rows, key=lambda each: (each.held_on or each.due or clock.today(), each.pk))


def next_visit(visits: Sequence[CertificationVisit]) -> CertificationVisit | None:
    waiting = [each for each in visits if each.state == EXPECTED.name and each.due]
    return min(waiting, key=lambda each: each.due or clock.today(), default=None)


def _stays_due(framework: Framework, found: Assessment, visits: Sequence[CertificationVisit]) -> dict[str, Any]:
    """What is due whatever a certificate says, and what stops working before the next visit if nobody does anything."""
    today = clock.today()
    following = next_visit(visits)
    until = following.due if following and following.due and following.due > today else today + DUE_WITHIN
    lapsing = finding(found, today, until) if found.day == today else None
    waiting = Expectation.objects.filter(framework=framework.id, end=Expectation.End.OPEN)
    return {
        "framework": framework, "following": following, "until": until,
        "left": left(following.due, today) if following and following.due else "",
        "lapsing": lapsing, "lapsing_first": lapsing.rows[:SHOWN] if lapsing else (),
        "waiting": waiting.count(), "soon": waiting.filter(due__lte=until).count(),
        "ledger": reverse("practice_ledger", args=[framework.id]),
    }  # fmt: skip


def certificate_shown(certificate: Certificate, _access: Access) -> Context:
    """The certificate changes nothing about what is due; here is what that is."""
    framework = certificate.catalogued
    if framework is None:
        return None
    rows = CertificationVisit.objects.filter(of_certificate=certificate.pk).exclude(state__in=("void", LAPSED.name))
    visits = sorted(rows, key=lambda each: (each.held_on or each.due or clock.today(), each.pk))
    found = assessed(framework, clock.today())
    return {"certificate": certificate, "visits": visits, "figures": found.overall, "today": clock.today(),
            "then": _when_issued(certificate), **_stays_due(framework, found, visits)}  # fmt: skip


def _when_issued(certificate: Certificate) -> Mapping[str, Any] | None:
    """The figures kept on the day of issue, or on the first day after it on which any were."""
    rows = Snapshot.objects.filter(framework=certificate.framework, site=None, day__gte=certificate.issued)
    kept = rows.order_by("day").first()
    if kept is None:
        return None
    return {
        "day": kept.day, "paper": share(kept.claimed, kept.applicable),
        "practice": share(kept.working, kept.applicable),
    }  # fmt: skip


def visit_shown(visit: CertificationVisit, _access: Access) -> Context:
    """Stage 1 looks at paper, every other visit at practice: both as they were on that day."""
    if visit.state != HELD.name or visit.applicable is None:
        return None
    return {
        "visit": visit, "paper": share(visit.claimed or 0, visit.applicable),
        "practice": share(visit.working or 0, visit.applicable),
    }  # fmt: skip


ASSESSING = 9
"""Statements that holding a framework against the records takes."""
OF_PLAN: tuple[Panel[CertificationPlan], ...] = (
    Panel(name="tracks", title=_("Paper and practice"), template="certification/tracks.html", context=plan_shown,
          place="top", statements=ASSESSING + 16),
)  # fmt: skip
OF_CERTIFICATE: tuple[Panel[Certificate], ...] = (
    Panel(name="due", title=_("What stays due"), template="certification/due.html", context=certificate_shown,
          place="top", statements=ASSESSING + 4),
)  # fmt: skip
OF_VISIT: tuple[Panel[CertificationVisit], ...] = (
    Panel(name="found", title=_("Paper and practice on that day"), template="certification/visit.html",
          context=visit_shown, place="top", statements=2),
)  # fmt: skip
