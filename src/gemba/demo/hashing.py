"""Passwords of people who do not exist."""

from django.contrib.auth.hashers import ScryptPasswordHasher


class KnownPasswordHasher(ScryptPasswordHasher):
    """Scrypt at a small cost: the demonstration prints its password, so that guessing need not be slow.

    A hash says what it cost. Real use would ask for more at the next sign-in, as it does of every cheaper hash.
    """

    work_factor = 2**8
