"""A folder that is a witness."""

from pathlib import Path

import pytest
from pytest_django import Settings


@pytest.fixture
def witness(tmp_path: Path, settings: Settings) -> Path:
    """A folder that is configured as a witness."""
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    settings.GEMBA_WITNESS = [str(folder)]
    return folder
