"""What follows from the steps: visits fall out of a plan and of a certificate; nothing is ever ticked off by either."""

import datetime as dt
from typing import Any

from django.utils.translation import gettext as _

from gemba.kernel import clock
from gemba.kernel.actions.advance import Advance
from gemba.kernel.actions.write import Edit, Raise
from gemba.kernel.lifecycle.doing import Doing
from gemba.modules.certification.cycle import SURVEILLANCE, falling, next_surveillance, prepared
from gemba.modules.certification.models import Certificate, CertificationPlan, CertificationVisit
from gemba.modules.certification.states import EXPECTED, SUSPENDED, VALID
from gemba.modules.certification.tracks import assessed

Stage = CertificationVisit.Stage


def begin(plan: CertificationPlan, doing: Doing) -> None:
    """Both stages are expected on their days."""
    for stage, day in ((Stage.STAGE1, plan.stage1_on), (Stage.STAGE2, plan.stage2_on)):
        if day is not None:
            why = doing.following(_("%s has begun.") % plan.number)
            _expect(plan, stage, str(stage.label).capitalize(), day, why, plan=plan)


def issued(certificate: Certificate, doing: Doing) -> None:
    """The cycle goes on: surveillance and recertification are expected from now on; the former certificate ends."""
    why = doing.following(_("%s was confirmed.") % certificate.number)
    expires = certificate.expires or certificate.issued
    for each in falling(certificate.framework, certificate.issued, expires):
        label = str(Stage(each.stage).label).capitalize()
        title = f"{label} {each.number}" if each.stage == Stage.SURVEILLANCE else label
        _expect(
            certificate, Stage(each.stage), title, each.due, why, of_certificate=certificate, plan=certificate.plan,
            prepare_from=each.prepare_from,
        )  # fmt: skip
    Edit(
        record=certificate, verb="issue", fixed={"valid_from": certificate.issued, "valid_to": certificate.expires},
        **why,
    ).execute()  # fmt: skip
    former = certificate.replaces
    if former is not None and former.state in (VALID.name, SUSPENDED.name):
        Advance(record=former, name="replace", **why).execute()


def _expect(
    of: CertificationPlan | Certificate, stage: Any, title: str, due: dt.date, why: dict[str, Any], **more: Any
) -> None:  # fmt: skip
    values = {
        "title": f"{title}, {of.body}"[:200], "stage": stage, "due": due, "owner": of.owner, "site": of.site,
        "confidential": of.confidential, "exercise": of.exercise, **more,
    }  # fmt: skip
    Raise(model=CertificationVisit, values=values, **why).execute()


def over(certificate: Certificate, doing: Doing) -> None:
    """Its visits are expected no longer. Every other duty stays due."""
    why = doing.following(_("%s is over.") % certificate.number)
    waiting = CertificationVisit._base_manager.filter(of_certificate=certificate, state=EXPECTED.name)
    for visit in waiting:
        Advance(record=visit, name="lapse", **why).execute()


def plan_over(plan: CertificationPlan, doing: Doing) -> None:
    """Its stages are expected no longer; what a certificate brings with it stays expected."""
    why = doing.following(_("%s is over.") % plan.number)
    stages = CertificationVisit._base_manager.filter(plan=plan, of_certificate=None, state=EXPECTED.name)
    for visit in stages:
        Advance(record=visit, name="lapse", **why).execute()


def held(visit: CertificationVisit, doing: Doing) -> None:
    """How far paper and practice were on that day stays with the visit."""
    day = min(visit.held_on or clock.today(), clock.today())
    source = visit.of_certificate or visit.plan
    framework = source.catalogued if source is not None else None
    if framework is not None:
        figures = assessed(framework, day).overall
        fixed = {"claimed": figures.claimed, "working": figures.working, "applicable": figures.applicable}
        Edit(record=visit, verb="held", fixed=fixed, **doing.following(_("Paper and practice on that day."))).execute()
    if visit.of_certificate is not None and visit.stage == SURVEILLANCE:
        _bring_forward(visit.of_certificate, day, doing)


def _bring_forward(certificate: Certificate, held_on: dt.date, doing: Doing) -> None:
    """One held early makes the next one due earlier: what is owed is the time between them."""
    waiting = CertificationVisit._base_manager.filter(
        of_certificate=certificate, stage=SURVEILLANCE, state=EXPECTED.name, due__isnull=False
    ).order_by("due")
    following = waiting.first()
    if following is None or following.due is None:
        return
    due = next_surveillance(certificate.framework, held_on, following.due)
    if due < following.due:
        fixed = {"due": due, "prepare_from": prepared(certificate.framework, SURVEILLANCE, due)}
        why = doing.following(_("The surveillance before it was held early."))
        Edit(record=following, verb="bring_forward", fixed=fixed, **why).execute()
