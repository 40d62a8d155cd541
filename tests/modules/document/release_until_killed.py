"""Revise, send and approve the one document there is until killed; a line per revision that was acknowledged."""

import itertools
import sys

import django

django.setup()

from gemba.kernel.people.models import Person  # noqa: E402
from gemba.modules.document.models import Document  # noqa: E402
from tests.modules.document.life import revised  # noqa: E402

author, approver = (Person.objects.get(name=name) for name in ("Aino", "Quentin"))
for _turn in itertools.count():
    made = revised(Document._base_manager.get(), author, approver)
    sys.stdout.write(f"{made.number}\n")
    sys.stdout.flush()
