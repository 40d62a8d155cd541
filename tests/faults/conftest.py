"""What the tests that must catch a fault ask for."""

from tests.kernel.conftest import manager, quality, store
from tests.kernel.test_record_life import objective

__all__ = ["manager", "objective", "quality", "store"]
