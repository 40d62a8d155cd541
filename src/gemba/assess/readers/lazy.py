"""Modules that only some folders need are loaded when the first such file is met: start-up is most of a small run."""

from functools import cache
from importlib import import_module
from typing import Any


@cache
def attribute(module: str, name: str) -> Any:
    """`name` of `module`, imported on first use. Only ever called with names written in this package."""
    return getattr(import_module(module), name)
