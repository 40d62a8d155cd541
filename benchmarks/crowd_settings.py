"""The settings of tests with passwords hashed as in real use, since every signature checks one."""

from tests.settings import *  # noqa: F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.ScryptPasswordHasher"]
