"""Before eight writers begin: a table for plain audit rows, and ten records of each kind for each of them."""

import json

from django.db import connection
from tests.kernel.people import as_

from benchmarks.contest import VALUES
from benchmarks.rivals.models import PlainObjective
from benchmarks.trust_work import prepared
from gemba.kernel.actions.bulk import RaiseMany
from gemba.kernel.people.models import Person
from gemba.modules.objective.models import Objective

TABLE = "CREATE TABLE IF NOT EXISTS plain_audit (id bigserial PRIMARY KEY, subject text, at timestamptz, body text)"
RECORDS = 80


def main() -> None:
    prepared()
    with connection.cursor() as cursor:
        cursor.execute(TABLE)
    who = Person.objects.get(name="Aino")
    RaiseMany(model=Objective, rows=[VALUES] * RECORDS, name="writers", **as_(who)).execute()
    for n in range(RECORDS):
        PlainObjective(
            kind="objective", number=f"W-{n}", state="draft", owner=who, raised_by=who, digest="0" * 64, **VALUES
        ).save(force_insert=True)
    print(json.dumps({}))
