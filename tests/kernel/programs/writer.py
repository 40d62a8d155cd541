"""Raise, edit, submit and sign objectives until killed; a line per acknowledged event: subject and number."""

import itertools
import sys
from typing import Any

import django

django.setup()

from gemba.kernel.actions.advance import Advance  # noqa: E402
from gemba.kernel.actions.write import Edit  # noqa: E402
from gemba.kernel.people.models import Person  # noqa: E402
from tests.kernel.people import as_  # noqa: E402
from tests.kernel.samples import again, raised, signed  # noqa: E402


def tell(record: Any, seq: int) -> None:
    """What is printed has been acknowledged: the transaction's commit came back."""
    sys.stdout.write(f"{record.subject} {seq}\n")
    sys.stdout.flush()


quality, manager = (Person.objects.get(name=name) for name in ("Aino", "Marta"))
for turn in itertools.count():
    record = raised(quality, title=f"Objective {turn}")
    tell(record, 1)
    record = Edit(record=record, values={"unit": f"unit {turn}"}, **as_(quality)).execute()
    tell(record, 2)
    record = Advance(record=record, name="submit", **as_(quality)).execute()
    tell(record, 3)
    signed(again(record), "approve", manager)
    tell(record, 4)
