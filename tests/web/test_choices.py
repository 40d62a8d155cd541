"""A choice of rows takes what it offers, and answers everything else with a sentence."""

import pytest
from django.core.exceptions import ValidationError

from gemba.kernel.roles import Role
from gemba.modules.document.forms import ResolveForm
from gemba.web.choosing import PersonField, RowField, RowsField
from tests.kernel.people import person
from tests.web.conftest import SignIn
from tests.web.seed import Company

pytestmark = pytest.mark.django_db
BEYOND = ("9" * 30, "-" + "9" * 30, str(2**63))


@pytest.mark.parametrize("key", BEYOND)
def test_a_key_beyond_every_database_is_no_choice(firm: Company, sign_in: SignIn, key: str) -> None:
    """WEB-11: a number that no column holds, in the form of a record that refers to another."""
    typed = {"title": "x", "of_process": key, "owner": firm.quality.pk, "event_date": "2026-01-01", "person": key}
    answer = sign_in(firm.quality).post("/records/acknowledgement/new", typed)
    assert answer.status_code == 422


def test_one_and_several_rows_are_chosen_as_ever() -> None:
    """WEB-11: what is offered is taken, by one or by several."""
    mia = person("Mia", Role.QUALITY)
    rows = type(mia).objects.all()
    assert RowField(rows).clean(str(mia.pk)) == mia
    assert PersonField(rows).clean("Mia") == mia
    assert list(RowsField(rows).clean([str(mia.pk)])) == [mia]
    for key in BEYOND:
        for field in (RowField(rows), PersonField(rows), RowsField(rows)):
            with pytest.raises(ValidationError):
                field.clean([key] if isinstance(field, RowsField) else key)
    assert isinstance(ResolveForm.base_fields["comments"], RowsField)
