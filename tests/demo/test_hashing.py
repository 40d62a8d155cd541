"""The demonstration's cheap hashes stay in the demonstration."""

from django.contrib.auth.hashers import ScryptPasswordHasher

from gemba.config.environment import Mode
from gemba.config.settings import HASHER_IN
from gemba.demo.hashing import KnownPasswordHasher
from gemba.demo.visitors import PASSWORD


def test_a_password_of_the_demonstration_would_be_hashed_anew_in_real_use() -> None:
    """Real use knows one way of hashing, and takes a cheaper hash for one that must be replaced."""
    cheap = KnownPasswordHasher().encode(PASSWORD, "salt" * 6)
    real = ScryptPasswordHasher()
    assert real.verify(PASSWORD, cheap)
    assert real.must_update(cheap)
    assert not real.must_update(real.encode(PASSWORD, "salt" * 6))
    assert Mode.PRODUCTION not in HASHER_IN
