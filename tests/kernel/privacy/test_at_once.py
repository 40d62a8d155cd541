"""Two at once: one erases, the other is told so; an edit beside an erasure brings nothing back."""

from pathlib import Path
from typing import Any

import pytest

from gemba.kernel.actions.write import Edit
from gemba.kernel.commitments.models import MARK, PersonalValue
from gemba.kernel.privacy.actions import AskErasure, DeclineErasure, Erase
from gemba.kernel.refusals import Conflict
from gemba.kernel.roles import Role
from gemba.kernel.trail.models import Event
from gemba.kernel.verify.run import Wish, verify
from tests.kernel.people import as_
from tests.kernel.privacy.support import GROUND, NAME, Office
from tests.kernel.samples import again
from tests.kernel.test_concurrency import at_once, refused
from tests.modules.complaint.support import complaint
from tests.tamper.histories import joined

pytestmark = pytest.mark.django_db(transaction=True)


def test_of_two_who_decide_at_once_one_does(store: Path) -> None:
    """CON-01, PRV-01: never erased twice, never erased and declined."""
    office = Office()
    other = joined("Olga", Role.QUALITY, confidential=True)
    made = office.signed_complaint()
    asked = office.ask(made, "complainant")
    found = at_once(
        lambda: Erase(row=asked, **as_(office.manager)).execute(), lambda: Erase(row=asked, **as_(other)).execute(),
        lambda: DeclineErasure(row=asked, reason="No", **as_(other)).execute(),
    )  # fmt: skip
    assert all(isinstance(each, Conflict) for each in refused(found))
    assert len(refused(found)) == 2
    gone = again(made).complainant == MARK
    assert Event.objects.filter(act="complaint.erase").count() == int(gone)
    assert again(asked).state == ("done" if gone else "declined")
    assert verify(Wish()).findings == []


def test_of_two_who_ask_at_once_one_is_told_so(store: Path) -> None:
    """CON-01: one request waits, and the other person learns of it."""
    office = Office()
    made = office.signed_complaint()
    ask: dict[str, Any] = {"row": made, "names": ["complainant"], "ground": GROUND, "reason": "She asked."}
    found = at_once(
        lambda: AskErasure(**ask, **as_(office.quality)).execute(),
        lambda: AskErasure(**ask, **as_(office.manager)).execute(),
    )
    assert len(refused(found)) == 1


def test_an_edit_beside_an_erasure_brings_nothing_back(store: Path) -> None:
    """CON-01, PRV-01: whichever comes first, the value is gone at the end and every row is what its events say."""
    office = Office()
    for _ in range(3):
        made = complaint(office.quality, complainant=NAME)
        asked = office.ask(made, "complainant")
        seen = again(made)
        values = {"complainant": NAME, "country": "Finland"}
        found = at_once(
            lambda: office.erase(asked),  # noqa: B023
            lambda: Edit(record=seen, version=seen.version, values=values, **as_(office.quality)).execute(),  # noqa: B023
        )
        assert all(isinstance(each, Conflict) for each in refused(found))
        assert again(made).complainant == MARK
        assert not PersonalValue.objects.filter(subject=made.subject, erased=False).exists()
    assert verify(Wish()).findings == []
