"""The description of the interface is made once in a process: it takes seconds, and anybody may ask for it."""

from collections.abc import Callable
from threading import Lock

from django.http import HttpRequest, HttpResponse

View = Callable[[HttpRequest], HttpResponse]


def made_once(view: View) -> View:
    """The same answer to everybody, as bytes. Who asks while it is being made waits for that one."""
    made: list[HttpResponse] = []
    lock = Lock()

    def answer(request: HttpRequest) -> HttpResponse:
        with lock:
            if not made:
                made.append(view(request))
        return HttpResponse(made[0].content, content_type=made[0]["Content-Type"])

    return answer
