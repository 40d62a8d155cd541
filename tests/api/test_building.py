"""Building the interface: answers of the same shape share one model, and the library is left as it was."""

from ninja import NinjaAPI
from ninja.operation import Operation

from gemba.api.building import MADE_BY, shared_answers
from gemba.api.shapes import REFUSALS, Problem
from gemba.api.urls import api
from gemba.kernel.types import registry


def operations(interface: NinjaAPI, below: str = "") -> list[Operation]:
    return [
        operation
        for prefix, router in interface._routers
        if prefix.startswith(below)
        for view in router.path_operations.values()
        for operation in view.operations
    ]


def test_a_refusal_has_one_model_for_all_records() -> None:
    """SPD: a process makes a few models for each kind of record, not one for each status of each endpoint."""
    of_records = operations(api, "/records/")
    assert len(of_records) > 20 * len(list(registry))
    assert len({operation.response_models[status] for operation in of_records for status in REFUSALS}) == 1
    made = {model for operation in of_records for model in operation.response_models.values()}
    assert len(made) < 6 * len(list(registry))


def test_interfaces_built_elsewhere_are_built_as_ever() -> None:
    """SPD: sharing ends with the block, also where building fails in it."""
    before = getattr(Operation, MADE_BY)
    try:
        with shared_answers():
            assert getattr(Operation, MADE_BY) is not before
            raise RuntimeError
    except RuntimeError:
        pass
    assert getattr(Operation, MADE_BY) is before
    other = NinjaAPI(urls_namespace="elsewhere")
    other.get("/", response={200: Problem, 400: Problem})(lambda request: None)
    assert len(set(operations(other)[0].response_models.values())) == 2
