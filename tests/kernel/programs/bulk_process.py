"""Raise many objectives in a process of its own: `bulk_process.py PERSON ROWS BATCH`; a line per batch."""

import sys

import django

django.setup()

from gemba.kernel.actions.bulk import RaiseMany  # noqa: E402
from gemba.kernel.people.models import Person  # noqa: E402
from gemba.modules.objective.models import Objective  # noqa: E402
from tests.kernel.people import as_  # noqa: E402
from tests.kernel.samples import VALUES  # noqa: E402

who, count, batch = (int(argument) for argument in sys.argv[1:4])
RaiseMany(
    model=Objective, rows=[{**VALUES, "title": f"Objective {n}"} for n in range(count)], name="import", batch=batch,
    progress=lambda done, total: print(done, flush=True), **as_(Person.objects.get(pk=who)),
).execute()  # fmt: skip
