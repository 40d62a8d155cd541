"""The company, its sites, departments, products and job roles."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar
from zoneinfo import available_timezones

from django.utils.translation import gettext as _

from gemba.kernel.actions.rows import MANAGERS, RowAction, clean_row, refuse_unless, set_values
from gemba.kernel.people.models import Department, Named, Organisation, Site
from gemba.kernel.people.organisation import forget
from gemba.kernel.refusals import Invalid, Refused
from gemba.kernel.roles import Role

N = TypeVar("N", bound=Named)


def _settable(model: type[Named]) -> frozenset[str]:
    own = {Site: {"time_zone"}, Department: {"is_quality"}}.get(model, set())
    return frozenset({"name", "ended"} | own)


def _check_zone(row: Named) -> None:
    if isinstance(row, Site) and row.time_zone not in available_timezones():
        raise Invalid({"time_zone": [_("Give a time zone such as Europe/Helsinki.")]})


@dataclass(kw_only=True)
class NameOrganisation(RowAction[Organisation]):
    """Give the company its name. Its identity in the trail stays what it is."""

    name: str
    row: Organisation = field(init=False)

    def prepare(self) -> None:
        self.row = self.hold(Organisation.objects.order_by("pk")[0])

    def check(self) -> Refused | None:
        return refuse_unless(self.access, Role.ADMINISTRATOR, Role.MANAGEMENT)

    def perform(self) -> Organisation:
        self.row.name = self.name
        clean_row(self.row)
        self.keep(self.row, "name")
        forget()
        return self.row


@dataclass(kw_only=True)
class AddToOrganisation(RowAction[N], Generic[N]):
    """A new site, department, product or job role."""

    model: type[N]
    values: Mapping[str, Any]

    def check(self) -> Refused | None:
        return refuse_unless(self.access, *MANAGERS)

    def perform(self) -> N:
        row = self.model()
        set_values(row, self.values, _settable(self.model))
        clean_row(row)
        _check_zone(row)
        self.keep(row, "add")
        return row


@dataclass(kw_only=True)
class ChangeInOrganisation(RowAction[N], Generic[N]):
    """Rename, or end. What records point to stays."""

    row: N
    values: Mapping[str, Any]

    def prepare(self) -> None:
        self.row = self.hold(self.row)

    def check(self) -> Refused | None:
        return refuse_unless(self.access, *MANAGERS)

    def perform(self) -> N:
        set_values(self.row, self.values, _settable(type(self.row)))
        clean_row(self.row)
        _check_zone(self.row)
        self.keep(self.row, "change")
        return self.row
