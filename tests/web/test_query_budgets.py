"""Every page has a budget of statements, and needs the same number however many rows there are."""

import csv
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from gemba.kernel.access.viewer import seeing_everything
from gemba.kernel.actions.connect import MakeLink
from gemba.kernel.actions.talk import AskFor, Say
from gemba.kernel.actions.write import Edit, Raise
from gemba.kernel.notices.tell import watch
from gemba.modules.objective.models import Measurement
from tests.kernel.people import as_, person
from tests.web.conftest import SignIn
from tests.web.seed import Company, many
from tests.web.test_record_screens import address

BUDGETS = Path(__file__).parent / "query_budgets.csv"


def budgets() -> dict[str, int]:
    with BUDGETS.open(encoding="utf-8", newline="") as file:
        return {row["page"]: int(row["most"]) for row in csv.DictReader(file)}


def pages(firm: Company) -> dict[str, str]:
    base = "/records/objective/"
    return {
        "home": "/", "registers": "/records/", "register": base,
        "register filtered": f"{base}?q=close&show=open&sort=-due&owner=me&due=month",
        "record": address(firm.pursued), "history": address(firm.pursued, "/history"),
        "raise": f"{base}new", "edit": address(firm.draft, "/edit/2"),
        "step": address(firm.pursued, "/step/end"), "search": "/search?q=close",
        "jump": "/search/jump?q=close", "notices": "/notices", "health": "/health",
        "style": "/style",
    }  # fmt: skip


def statements(client: Client, url: str) -> int:
    client.get(url)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(url).status_code == 200
    return len(captured)


def grow(firm: Company, rows: int) -> None:
    """More of everything a page lists: records, links, comments, tasks, events, people, notices, watched records."""
    many(firm.quality, rows)
    with seeing_everything():
        for index in range(rows):
            made = Raise(
                model=Measurement, values={"title": f"Period {index}", "value": index, "source": "s"},
                **as_(firm.quality),
            ).execute()  # fmt: skip
            MakeLink(record=made, role="measures", to=firm.pursued, **as_(firm.quality)).execute()
            watch(made, firm.quality)
            someone = person(f"Colleague {rows} {index}")
            Say(record=firm.pursued, text=f"{index} @Aino Laine", **as_(firm.manager)).execute()
            AskFor(record=firm.pursued, what=f"{index}", person=firm.quality, **as_(firm.quality)).execute()
            if index % 10 == 0:
                Edit(record=made, values={"site": firm.site, "remark": someone.name}, **as_(firm.quality)).execute()


@pytest.mark.parametrize("screen", budgets())
def test_a_page_keeps_to_its_budget_whatever_the_rows(firm: Company, sign_in: SignIn, screen: str) -> None:
    """SPD: as many statements with sixty rows of everything as with five, and not more than the budget."""
    client = sign_in(firm.administrator if screen == "health" else firm.quality)
    grow(firm, 5)
    url = pages(firm)[screen]
    few = statements(client, url)
    grow(firm, 55)
    assert (statements(client, url), few <= budgets()[screen]) == (few, True)


def test_every_page_has_a_budget(firm: Company) -> None:
    """A page without a line in the file would grow unseen."""
    assert set(pages(firm)) == set(budgets())
