"""A program that calls the API, and the records it finds."""

import json
from functools import cache
from typing import Any

from django.http import HttpResponse
from django.test import Client

from gemba.api.urls import api
from gemba.kernel.actions.tokens import MakeToken
from gemba.kernel.actions.write import Raise
from gemba.kernel.people.models import Person
from gemba.modules.objective.models import Measurement, Objective
from tests.kernel.people import as_

BASE = "/api/v1/records/objective"
MEASUREMENTS = "/api/v1/records/measurement"
OBJECTIVE = {"title": "Goal", "why": "Why", "measure": "Days", "target": 10, "unit": "days"}
MEASUREMENT = {"title": "Figure", "value": 7, "source": "List"}


@cache
def description() -> dict[str, Any]:
    """What the interface says of itself. It takes seconds to make: tests that ask are in the group "description"."""
    return dict(api.get_openapi_schema(path_prefix="/api/v1/"))


class Caller:
    """A program with a token."""

    def __init__(self, who: Person, *, may_write: bool = True) -> None:
        made = MakeToken(name="test", days=1, may_write=may_write, **as_(who)).execute()
        self.token, self.secret = made.token, made.secret
        self.client = Client(enforce_csrf_checks=True, raise_request_exception=False)

    def send(self, method: str, address: str, **more: Any) -> HttpResponse:
        response: HttpResponse = getattr(self.client, method)(
            address, headers={"Authorization": f"Bearer {self.secret}"}, **more
        )
        return response

    def __call__(self, method: str, address: str, payload: Any = None) -> tuple[int, Any]:
        body = {} if payload is None else {"data": json.dumps(payload), "content_type": "application/json"}
        response = self.send(method, address, **body)
        return response.status_code, json.loads(response.content or b"null")


def objective(who: Person, **values: Any) -> Objective:
    return Raise(model=Objective, values={**OBJECTIVE, **values}, **as_(who)).execute()


def measurement(who: Person, **values: Any) -> Measurement:
    return Raise(model=Measurement, values={**MEASUREMENT, **values}, **as_(who)).execute()
