"""Import a folder in a process of its own: `import_process.py PERSON FILES FOLDER`; a line for each document."""

import datetime as dt
import sys
from pathlib import Path

import django

django.setup()

from django.conf import settings  # noqa: E402

from gemba.kernel.people.models import Person  # noqa: E402
from gemba.modules.document.bringing import gather  # noqa: E402
from gemba.modules.document.bringing_in import Import  # noqa: E402
from tests.kernel.people import as_  # noqa: E402

person, files, folder = sys.argv[1:4]
settings.GEMBA_FILES = files
gathered = gather(Path(folder), as_of=dt.date(2026, 6, 30), processes=1)
who = as_(Person.objects.get(pk=int(person)))
Import(**who, tell=lambda done, of: print(f"{done} of {of}", flush=True)).execute(gathered)
