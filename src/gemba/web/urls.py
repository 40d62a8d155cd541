"""The addresses of all screens. Record numbers stand in them as people say them."""

from django.urls import path, register_converter

from gemba.web.views import advance, connections, due, home, lists, record, talk, verbs
from gemba.web.views.screens import screen_patterns


class NumberConverter:
    """`OBJ-2026-0001`, `EX-CAPA-2026-0007`."""

    regex = r"[A-Z][A-Z0-9]*(?:-[A-Z0-9]+)+"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(NumberConverter, "number")

RECORD = "records/<slug:kind>/<number:number>"

urlpatterns = [
    path("", home.home, name="home"),
    path("search", home.search, name="search"),
    path("search/jump", home.jump, name="jump"),
    path("search/candidates", home.candidates, name="candidates"),
    path("people/candidates", home.people_candidates, name="people_candidates"),
    path("health", home.health, name="health"),
    path("health/checkpoint", home.checkpoint, name="checkpoint"),
    path("style", home.style, name="style"),
    path("theme", talk.theme, name="theme"),
    path("notices", talk.notices, name="notices"),
    path("notices/seen", talk.notices_seen, name="notices_seen"),
    path("tasks/<int:pk>", talk.finish_task, name="finish_task"),
    path("files/<str:uid>", connections.download, name="file"),
    path("records/", lists.registers, name="registers"),
    path("records/<slug:kind>/", lists.register, name="register"),
    path("records/<slug:kind>/new", record.new, name="raise"),
    path("records/<slug:kind>/filters", lists.save_filter, name="save_filter"),
    path("records/<slug:kind>/filters/<int:pk>", lists.drop_filter, name="drop_filter"),
    path("r/<number:number>", record.by_number, name="by_number"),
    path(RECORD, record.show, name="record"),
    path(f"{RECORD}/history", record.past, name="history"),
    path(f"{RECORD}/edit/<int:index>", record.edit, name="edit"),
    path(f"{RECORD}/step/<slug:name>", advance.step, name="step"),
    path(f"{RECORD}/do/<slug:name>", verbs.verb, name="verb"),
    path(f"{RECORD}/void", advance.void, name="void"),
    path(f"{RECORD}/extend", due.extend, name="extend"),
    path(f"{RECORD}/assign", advance.assign, name="assign"),
    path(f"{RECORD}/attach", connections.attach, name="attach"),
    path(f"{RECORD}/files/<str:uid>/out", connections.detach, name="detach"),
    path(f"{RECORD}/link", connections.link, name="link"),
    path(f"{RECORD}/links/<int:pk>/end", connections.end_link, name="end_link"),
    path(f"{RECORD}/links/<int:pk>/look", connections.look_again, name="look_again"),
    path(f"{RECORD}/comment", talk.comment, name="comment"),
    path(f"{RECORD}/task", talk.task, name="task"),
    path(f"{RECORD}/watch", talk.follow, name="watch"),
    *screen_patterns(),
]
