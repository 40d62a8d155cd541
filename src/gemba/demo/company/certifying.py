"""The way to the certificate and past it: two stages, a certificate, the first surveillance, and what stays late."""

from collections.abc import Iterator
from typing import Any

from gemba.demo.company.colleagues import HOME
from gemba.demo.company.days import Calendar
from gemba.demo.company.papers import AINO, MIKAEL, OSKARI
from gemba.demo.company.stage import Life, Stage
from gemba.kernel.actions.advance import Advance
from gemba.kernel.actions.files import Attach
from gemba.kernel.actions.write import Edit, Raise
from gemba.modules.certification.models import Certificate, CertificationPlan, CertificationVisit

BODY = "Esimerkki Certification"
PLANNED, STAGE1, STAGE2, ISSUED, SURVEILLANCE, NEXT = 470, 328, 281, 262, 31, -110
"""Days ago."""
COVERS = "Design, manufacture and distribution of drop monitors for infusion, and of their software. Tampere and Leeds."
FILE = b"Invented: certificate EC-0471 of Esimerkki Certification for Kuvitelma Medical Oy.\n"
VISITS = (
    ("stage1", STAGE1, (0, 3, 2), "Ready for stage 2 once three texts are in force."),
    ("stage2", STAGE2, (0, 4, 3), "Four minors, two of them about records that are thin."),
    ("surveillance", SURVEILLANCE, (0, 3, 0), "Reviews still lack figures of suppliers: a minor for the second time."),
)
AFTERWARDS = (
    ("paper.7", -60, "Sanna"), ("paper.8", -60, OSKARI), ("paper.6", -60, "Jussi"), ("paper.5", -60, AINO),
    ("paper.4", -60, MIKAEL), ("decided", -60, OSKARI), ("practice.7", -60, "Sanna"), ("practice.8", NEXT + 14, MIKAEL),
    ("practice.4", NEXT + 14, MIKAEL), ("practice.5", NEXT + 14, AINO), ("practice.6", 20, "Jussi"),
    ("training", 45, "Jussi"), ("ledger", NEXT + 14, OSKARI),
)  # fmt: skip
"""New days for what was not reached when stage 2 came."""


def certifying(stage: Stage, days: Calendar) -> Life:
    yield days.ago(PLANNED, 10)
    plan = _planned(stage, days)
    yield days.ago(STAGE1, 16)
    _held(stage, days, plan, VISITS[0])
    yield days.ago(STAGE2, 16)
    _held(stage, days, plan, VISITS[1])
    yield days.ago(ISSUED - 3, 11)
    _certified(stage, days, plan)
    yield days.ago(ISSUED - 7, 11)
    stage.do(MIKAEL, Edit, record=_again(plan), values={"targets": list(_targets(stage, days))})
    yield days.ago(SURVEILLANCE, 15)
    _held(stage, days, plan, VISITS[2])


def _again(record: Any) -> Any:
    return type(record)._base_manager.get(pk=record.pk)


def _planned(stage: Stage, days: Calendar) -> CertificationPlan:
    values = {
        "title": "Certificate for drop monitors", "framework": "iso13485", "body": BODY, "covers": COVERS,
        "stage1_on": days.day(STAGE1), "stage2_on": days.day(STAGE2), "site": stage.sites[HOME],
    }  # fmt: skip
    plan: CertificationPlan = stage.do(MIKAEL, Raise, model=CertificationPlan, values=values)
    stage.do(MIKAEL, Advance, record=plan, name="begin")
    return plan


def _held(
    stage: Stage, days: Calendar, plan: CertificationPlan, visited: tuple[str, int, tuple[int, int, int], str]
) -> None:  # fmt: skip
    kind, ago, (majors, minors, observations), said = visited
    visit = CertificationVisit._base_manager.filter(plan=plan, stage=kind, open=True).order_by("due").first()
    values = {
        "held_on": days.at(days.day(ago)).date(), "auditors": "Beatrix Maas and a second auditor", "majors": majors,
        "minors": minors, "observations": observations, "conclusion": said,
    }  # fmt: skip
    stage.do(MIKAEL, Edit, record=visit, values=values)
    stage.sign(MIKAEL, _again(visit), "held")


def _certified(stage: Stage, days: Calendar, plan: CertificationPlan) -> None:
    values = {
        "title": "Certificate for drop monitors", "framework": "iso13485", "body": BODY, "certificate": "EC-0471",
        "covers": COVERS, "issued": days.day(ISSUED), "plan": plan, "deputy": stage.person(AINO),
        "site": stage.sites[HOME],
    }  # fmt: skip
    made = stage.do(MIKAEL, Raise, model=Certificate, values=values)
    stage.do(MIKAEL, Attach, record=made, name="EC-0471.txt", chunks=[FILE])
    stage.sign(OSKARI, _again(made), "confirm")


def _targets(stage: Stage, days: Calendar) -> Iterator[dict[str, str]]:
    for name, ago, who in AFTERWARDS:
        yield {"milestone": name, "day": days.day(ago).isoformat(), "person": stage.person(who).uid}
