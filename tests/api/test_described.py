"""The description of the interface is costly to make and open to everybody: it is made once."""

from concurrent.futures import ThreadPoolExecutor
from time import sleep

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.test import RequestFactory

from gemba.api.described import made_once
from gemba.api.urls import api


def test_many_who_ask_at_once_make_the_description_once() -> None:
    """WEB-11: nobody can keep the server busy by asking for it again and again."""
    asked: list[str] = []

    def slow(request: HttpRequest) -> HttpResponse:
        asked.append(request.path)
        sleep(0.05)
        return JsonResponse({"times": len(asked)})

    view, request = made_once(slow), RequestFactory().get("/api/v1/openapi.json")
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _number: view(request), range(16)))
    assert asked == ["/api/v1/openapi.json"]
    assert {answer.content for answer in answers} == {b'{"times": 1}'}
    assert {answer["Content-Type"] for answer in answers} == {"application/json"}
    assert len({id(answer) for answer in answers}) == 16  # headers that one request adds reach no other


def test_the_interface_describes_itself_that_way() -> None:
    """WEB-11: the rule above is in use."""
    assert api.docs_decorator is made_once
