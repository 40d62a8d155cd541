"""One company with a sealed, witnessed past, made once for all attacks; each attack is undone after it."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.db import transaction
from django.test import override_settings
from pytest_django import DjangoDbBlocker

from gemba.kernel.actions.advance import Advance
from gemba.kernel.actions.connect import MakeLink
from gemba.kernel.actions.talk import AskFor, Say
from gemba.kernel.actions.write import Edit, Raise
from gemba.kernel.log import witness
from gemba.kernel.log.sealer import seal_now
from gemba.kernel.people.organisation import forget
from gemba.kernel.trail.finding import Finding
from gemba.kernel.trail.models import Event
from gemba.kernel.verify.run import Report, Wish, verify
from gemba.modules.objective.models import Measurement, Objective
from tests.kernel.people import as_
from tests.kernel.samples import FIGURE, again
from tests.tamper.histories import Company


@dataclass
class World:
    """What there is to attack. Everything up to `fresh` is sealed; `fresh` and the last edits are only noted early."""

    folder: Path
    files: Path
    company: Company
    victim: Objective
    """Edited, with a file, a comment, a link, a task; approved by a signature; sealed under the first seal."""
    other: Objective
    """Of the second seal."""
    fresh: Objective
    """Under no seal yet."""
    figure: Measurement
    boundary: int
    """The last event that was there when the first seal was made."""

    def found(self, *, watched: bool) -> Report:
        """What a verification says, with or without the witness; it judges times, as it does where work is real."""
        with override_settings(GEMBA_MODE="production"):
            return verify(Wish(witness=self.folder if watched else None))


def named(findings: list[Finding]) -> set[str]:
    """The chains that findings name, and the numbers that are gone."""
    return {finding.subject for finding in findings} | {each.was for each in findings if each.code == "number-missing"}


@pytest.fixture(scope="package")
def world(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[World]:
    folder, files = tmp_path_factory.mktemp("witness"), tmp_path_factory.mktemp("files")
    with (
        django_db_blocker.unblock(), transaction.atomic(),
        override_settings(GEMBA_FILES=str(files), GEMBA_WITNESS=[str(folder)]),
    ):  # fmt: skip
        forget()
        yield made(folder, files)
        transaction.set_rollback(True)
    forget()


def made(folder: Path, files: Path) -> World:
    company = Company()
    victim, figure = _first(company)
    _sealed()
    boundary = Event.objects.latest("id").pk
    other = company.approved(title="Train everybody", why="Because it is asked for")
    _edit(company, other_one := company.raised(title="Calibrate"), "Instruments drift")
    _sealed()
    fresh = company.raised(title="Audit suppliers", why="Two deliveries were late")
    _edit(company, fresh, "Three deliveries were late")
    _edit(company, other_one, "Instruments drift a lot")
    witness.note_early()
    return World(folder, files, company, again(victim), again(other), again(fresh), figure, boundary)


def _first(company: Company) -> tuple[Objective, Measurement]:
    victim = company.raised(title="Answer complaints", why="People wait")
    _edit(company, victim, "People wait too long")
    company.attach(victim, "plan.txt", b"The plan\n")
    Say(record=again(victim), text="Is that enough?", **as_(company.manager)).execute()
    AskFor(record=again(victim), what="Look at it", person=company.manager, **as_(company.quality)).execute()
    figure = Raise(model=Measurement, values=FIGURE, **as_(company.quality)).execute()
    MakeLink(record=figure, role="measures", to=again(victim), **as_(company.quality)).execute()
    submitted = Advance(record=again(victim), name="submit", **as_(company.quality)).execute()
    company.sign(submitted, "approve")
    return victim, figure


def _edit(company: Company, record: Objective, why: str) -> None:
    Edit(record=again(record), values={"why": why}, **as_(company.quality)).execute()


def _sealed() -> None:
    sealed = seal_now()
    assert sealed.seal is not None, sealed.findings
    witness.bring_up_to_date()
