"""A new database with its tables and two people."""

import django
from django.core.management import call_command

django.setup()

from gemba.kernel.roles import Role  # noqa: E402
from tests.kernel.people import person  # noqa: E402

call_command("migrate", verbosity=0)
person("Aino", Role.QUALITY)
person("Marta", Role.MANAGEMENT)
