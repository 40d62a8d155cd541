"""Import a table in a process of its own: `import_process.py PERSON FILES TABLE`; a line for each step of progress."""

import sys
from pathlib import Path

import django

django.setup()

from django.conf import settings  # noqa: E402

from gemba.kernel.people.models import Person  # noqa: E402
from gemba.modules.complaint.arrivals import bring_in, receive  # noqa: E402
from tests.kernel.people import as_  # noqa: E402

person, files, path = sys.argv[1:4]
settings.GEMBA_FILES = files
who = as_(Person.objects.get(pk=int(person)))
data = Path(path).read_bytes()
record = receive(data, Path(path).name, **who)
bring_in(record, progress=lambda what, done, of: print(f"{what}: {done} of {of}", flush=True), **who)
