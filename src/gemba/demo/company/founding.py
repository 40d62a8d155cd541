"""The first days: the company, its places, its people, their rights and their ways in. Later some come and some go."""

import datetime as dt

from gemba.demo.company.colleagues import (
    ADMINISTRATOR,
    AUDITOR,
    COMPANY,
    DEPARTMENTS,
    FIRST_QUALITY,
    FOUNDERS,
    GRACE,
    HOME,
    JOBS,
    LEEDS,
    OWEN,
    PRODUCT,
    QUALITY,
    SITES,
    WARD,
    Colleague,
)
from gemba.demo.company.days import Calendar
from gemba.demo.company.stage import Life, Stage
from gemba.demo.visitors import PASSWORD
from gemba.kernel import clock
from gemba.kernel.actions.accounts import Invite, follow_link
from gemba.kernel.actions.grants import ConfirmGrant, GrantRole
from gemba.kernel.actions.organisation import AddToOrganisation, NameOrganisation
from gemba.kernel.actions.people import AddPerson, AssignJob, EndPerson, SetAbsence
from gemba.kernel.people.models import Department, JobRole, Person, Product, Site


def founding(stage: Stage, days: Calendar) -> Life:
    """The systems consultant sets everything up; quality and management are confirmed by a second person."""
    yield days.at(days.founding, 8, 30)
    _first_administrator(stage)
    yield days.at(days.founding, 9)
    _places(stage)
    for number, colleague in enumerate(FOUNDERS[1:]):
        yield days.at(days.founding, 9, 30) + number * dt.timedelta(minutes=15)
        arrive(stage, colleague)


def _first_administrator(stage: Stage) -> None:
    stage.system(NameOrganisation, name=COMPANY)
    first = FOUNDERS[0]
    person = stage.system(AddPerson, values={"name": first.name, "email": first.email, "kind": first.kind})
    stage.people[first.name] = person
    stage.system(GrantRole, person=person, role=first.role, reason="First start")
    _choose_password(stage.system(Invite, person=person).url)


def _places(stage: Stage) -> None:
    stage.sites[HOME] = stage.do(
        ADMINISTRATOR, AddToOrganisation, model=Site, values={"name": HOME, "time_zone": SITES[HOME]}
    )
    for name in DEPARTMENTS:
        values = {"name": name, "is_quality": name == QUALITY}
        stage.departments[name] = stage.do(ADMINISTRATOR, AddToOrganisation, model=Department, values=values)
    for name in JOBS:
        stage.jobs[name] = stage.do(ADMINISTRATOR, AddToOrganisation, model=JobRole, values={"name": name})
    for name in (PRODUCT, WARD):
        stage.products[name] = stage.do(ADMINISTRATOR, AddToOrganisation, model=Product, values={"name": name})
    stage.product = stage.products[PRODUCT]


def arrive(stage: Stage, colleague: Colleague, until: dt.date | None = None) -> None:
    """Somebody is entered, gets a job and a role and, where there is a computer to sign in at, chooses a password."""
    values = {
        "name": colleague.name, "email": colleague.email, "kind": colleague.kind, "started": clock.today(),
        "site": stage.sites[colleague.site], "department": stage.departments[colleague.department],
    }  # fmt: skip
    person = stage.do(ADMINISTRATOR, AddPerson, values=values)
    stage.people[colleague.name] = person
    if colleague.job in stage.jobs:
        stage.do(ADMINISTRATOR, AssignJob, person=person, job_role=stage.jobs[colleague.job])
    _grant(stage, colleague, person, until)
    if colleague.login:
        _choose_password(stage.do(ADMINISTRATOR, Invite, person=person).url)


def _grant(stage: Stage, colleague: Colleague, person: Person, until: dt.date | None) -> None:
    grant = stage.do(
        ADMINISTRATOR, GrantRole, person=person, role=colleague.role, confidential=colleague.confidential,
        site=stage.sites[colleague.site] if colleague.bound else None, valid_to=until,
    )  # fmt: skip
    if grant.awaits_confirmation:
        stage.do(FIRST_QUALITY, ConfirmGrant, row=grant)


def _choose_password(url: str) -> None:
    """What the invited person does with the link: `…/welcome/<uid>/<secret>/`."""
    uid, secret = url.rstrip("/").split("/")[-2:]
    follow_link(uid, secret, PASSWORD)


def leeds(stage: Stage, days: Calendar) -> Life:
    """A second site, in another time zone, opens within the last year."""
    yield days.ago(240)
    stage.sites[LEEDS] = stage.do(
        ADMINISTRATOR, AddToOrganisation, model=Site, values={"name": LEEDS, "time_zone": SITES[LEEDS]}
    )
    for number, colleague in enumerate((GRACE, OWEN)):
        yield days.ago(238 - 14 * number)
        arrive(stage, colleague)


def leaving(stage: Stage, days: Calendar) -> Life:
    """Henrik leaves; what was his is handed over elsewhere in the story."""
    yield days.ago(300, 15)
    henrik = stage.person("Henrik Åberg")
    stage.do(FIRST_QUALITY, EndPerson, person=henrik, last_day=clock.today(), reason="Took a post at a hospital")


def audit(stage: Stage, days: Calendar) -> Life:
    """The surveillance audit is on: the auditor may read what belongs to Tampere, for two weeks."""
    yield days.ago(3, 14)
    arrive(stage, AUDITOR, until=days.day(-21))


def away(stage: Stage, days: Calendar) -> Life:
    """Absences: the managing director's holiday some months ago, and Oskari's today."""
    yield days.ago(157)
    aino, sanna = stage.person("Aino Lehtovaara"), stage.person("Sanna Kettu")
    stage.do(aino.name, SetAbsence, person=aino, deputy=sanna, valid_from=days.day(155), valid_to=days.day(134))
    yield days.ago(4, 16)
    oskari, priya = stage.person("Oskari Niemi"), stage.person("Priya Raman")
    stage.do(oskari.name, SetAbsence, person=oskari, deputy=priya, valid_from=days.day(2), valid_to=days.day(-21))
