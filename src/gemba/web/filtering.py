"""The controls above a list, and the parameters they leave in the address."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from html import escape
from typing import Any

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from gemba.kernel.access.viewer import current_access
from gemba.kernel.lifecycle.machine import VOID
from gemba.kernel.lists.filters import Filters
from gemba.kernel.people.models import Site
from gemba.kernel.types import RecordType
from gemba.web.forms import people

NAMES = {"text": "q", "shown": "show"}
DEFAULT_SORT = "-number"
SELECTED = " selected"


@dataclass(frozen=True, slots=True)
class Control:
    """A filter with its options, made here: a company has hundreds of people, and each list names them."""

    name: str
    label: str
    options: SafeString
    narrowed: bool


def parameters_of(filters: Filters) -> dict[str, str]:
    """As they stand in the address: nothing that says nothing."""
    given = {NAMES.get(name, name): str(value) for name, value in asdict(filters).items() if value}
    if given.get("sort") == DEFAULT_SORT:
        del given["sort"]
    return given


def controls_of(declared: RecordType[Any], filters: Filters) -> list[Control]:
    states = [(s.name, str(s.label)) for s in declared.lifecycle.states]
    states.append((VOID, str(declared.lifecycle.state(VOID).label)))
    shown = [("open", _("Open")), ("finished", _("Finished"))]
    due = [
        ("overdue", _("Overdue")), ("week", _("Within a week")), ("month", _("Within a month")), ("none", _("No date")),
    ]  # fmt: skip
    given: list[tuple[str, str, list[tuple[str, str]], str]] = [
        ("show", _("Shown"), shown, filters.shown),
        ("state", _("State"), states, filters.state),
        ("owner", _("Owner"), [("me", _("Me")), *_owners()], filters.owner),
        ("site", _("Site"), _sites(), filters.site),
        ("due", _("Due"), due, filters.due),
        ("flag", _("Needs a look"), [(flag.name, str(flag.label)) for flag in declared.flags], filters.flag),
    ]
    return [
        Control(name, label, _options(choices, chosen), bool(chosen))
        for name, label, choices, chosen in given
        if choices
    ]


def _options(choices: Sequence[tuple[str, str]], chosen: str) -> SafeString:
    made = (
        f'<option value="{escape(value)}"{SELECTED if value == chosen else ""}>{escape(text)}</option>'
        for value, text in [("", _("Any")), *choices]
    )
    return mark_safe("".join(made))  # noqa: S308  escaped one by one


def _owners() -> list[tuple[str, str]]:
    me = current_access().person
    rows: Sequence[tuple[str, str]] = list(people().values_list("uid", "name"))
    return [(uid, name) for uid, name in rows if uid != me.uid]


def _sites() -> list[tuple[str, str]]:
    return list(Site.objects.filter(ended=None).values_list("uid", "name"))
