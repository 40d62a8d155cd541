"""The interface is built in well under half the time: answers of the same shape share one model."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from ninja.operation import Operation

MADE_BY = "_create_response_model"
"""The library's own method, which makes a model for each status of each endpoint: eight thousand, nearly all alike."""


@contextmanager
def shared_answers() -> Iterator[None]:
    """Within the block, endpoints that answer with the same type are given the same model, as no endpoint changes it.

    `AttributeError` where the library makes its models elsewhere by now.
    """
    make: Callable[[Operation, Any], Any] = getattr(Operation, MADE_BY)
    known: dict[Any, Any] = {}

    def shared(operation: Operation, answer: Any) -> Any:
        if answer not in known:
            known[answer] = make(operation, answer)
        return known[answer]

    setattr(Operation, MADE_BY, shared)
    try:
        yield
    finally:
        setattr(Operation, MADE_BY, make)
