"""Plans, certificates and visits, made as people make them."""

import datetime as dt
from typing import Any

from django.db.models import QuerySet
from django.test import Client

from gemba.evidence.catalogue.load import framework
from gemba.evidence.claims.actions import ClaimDuties
from gemba.kernel import clock
from gemba.kernel.actions.advance import Advance
from gemba.kernel.actions.files import Attach
from gemba.kernel.actions.write import Edit, Raise
from gemba.kernel.people.models import Person
from gemba.kernel.records.models import Record
from gemba.kernel.types import registry
from gemba.modules.certification.models import Certificate, CertificationPlan, CertificationVisit
from tests.contract.values import raised
from tests.kernel.people import as_
from tests.kernel.samples import again, signed
from tests.web.seed import session_of

DAY = dt.timedelta(days=1)
ISO = framework("iso13485")
MEASURED = next(duty for duty in ISO.duties if "objective_kpi" in duty.evidence and duty.cadence == "yearly")
START = dt.datetime(2024, 1, 10, 9, tzinfo=dt.UTC)
PLANNED = {"title": "Certificate", "framework": "iso13485", "body": "Kuvitelma Zert", "covers": "All of Tampere"}
RESULTS = {"majors": 0, "minors": 2, "observations": 1, "conclusion": "Go on.", "auditors": "Two of them"}


def claims(who: Person, *duties: str) -> None:
    """A procedure in force for three months that claims these duties."""
    made = raised(registry.named("document"), who, title="Procedure", exercise=False)
    ClaimDuties(record=made, duties=[("iso13485", duty) for duty in duties], **as_(who)).execute()
    QuerySet(Record).filter(pk=made.pk).update(valid_from=clock.today() - 100 * DAY, state="in_force")


def plan(who: Person, **values: Any) -> CertificationPlan:
    today = clock.today()
    given = {**PLANNED, "stage1_on": today + 60 * DAY, "stage2_on": today + 120 * DAY, **values}
    return Raise(model=CertificationPlan, values=given, **as_(who)).execute()


def under_way(who: Person, **values: Any) -> CertificationPlan:
    Advance(record=plan(who, **values), name="begin", **as_(who)).execute()
    return CertificationPlan._base_manager.latest("pk")


def certificate(who: Person, deputy: Person | None, **values: Any) -> Certificate:
    given = {
        **PLANNED, "certificate": "KZ 4711", "issued": clock.today(), "deputy": deputy, **values,
    }  # fmt: skip
    return Raise(model=Certificate, values=given, **as_(who)).execute()


def valid(who: Person, deputy: Person, **values: Any) -> Certificate:
    made = certificate(who, deputy, **values)
    attached(made, who)
    found: Certificate = signed(again(made), "confirm", deputy)
    return again(found)  # type: ignore[no-any-return]


def attached(record: Any, who: Person) -> None:
    Attach(record=record, name="certificate.txt", chunks=[b"Certificate KZ 4711"], **as_(who)).execute()


def visits(of: Certificate | CertificationPlan) -> list[CertificationVisit]:
    name = "of_certificate" if isinstance(of, Certificate) else "plan"
    return list(CertificationVisit._base_manager.filter(**{name: of}).order_by("due", "pk"))


def held(visit: CertificationVisit, who: Person, **values: Any) -> CertificationVisit:
    Edit(record=visit, values={"held_on": clock.today(), **RESULTS, **values}, **as_(who)).execute()
    signed(again(visit), "held", who)
    found: CertificationVisit = again(visit)
    return found


def visiting(who: Person) -> Client:
    client = Client()
    client.cookies["sessionid"] = session_of(who)
    return client
