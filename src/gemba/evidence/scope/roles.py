"""Roles in the chain of supply and markets, as data: what commonly does not apply, and the laws of a market."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import yaml

from gemba.evidence.catalogue.load import DATA

SOFTWARE = "iec62304"
EVERYWHERE = ("iso13485", "iso14971")
"""Frameworks that every company of this trade is measured by."""
BY_MARKET: Mapping[str, tuple[str, ...]] = {
    "US": ("qmsr", "part11", "mdsap"), "EU": ("mdr",), "CA": ("mdsap",), "AU": ("mdsap",), "BR": ("mdsap",),
    "JP": ("mdsap",),
}  # fmt: skip
"""Frameworks that a market switches on. MDSAP is a programme one may join; the others are law there."""
OPTIONAL = frozenset({"mdsap"})


@dataclass(frozen=True, slots=True)
class OrganisationRole:
    """A role of the organisation. Clauses in `commonly_not_applicable` are proposals; those in `never` are refused."""

    id: str
    label: str
    commonly_not_applicable: tuple[str, ...]
    why: str
    never: tuple[str, ...]
    design: str
    """Whether clause 7.3 can be left out."""
    note: str
    laws: Mapping[str, tuple[str, ...]]
    """Laws that apply in this role, by market."""


@dataclass(frozen=True, slots=True)
class Market:
    id: str
    authority: str
    laws: tuple[str, ...]
    quality_system: str
    local_role: str
    confidence: str


def _rows() -> Mapping[str, Any]:
    found: Mapping[str, Any] = yaml.safe_load((DATA / "reference" / "roles.yaml").read_text(encoding="utf-8"))
    return found


@cache
def roles() -> Mapping[str, OrganisationRole]:
    """Every role the catalogue knows, by id."""
    return {row["role"]: _role(row) for row in _rows()["roles"]}


def _role(row: Mapping[str, Any]) -> OrganisationRole:
    laws = {market: tuple(entry.get("applicable", ())) for market, entry in row.get("markets", {}).items()}
    return OrganisationRole(
        row["role"], row["desc"], tuple(row["commonly_na"]), row["why"], tuple(row["never"]), row["exclude_7_3"],
        row.get("note", ""), laws,
    )  # fmt: skip


@cache
def markets() -> Mapping[str, Market]:
    """Every market the catalogue knows, by id."""
    return {
        name: Market(name, row["authority"], tuple(row["law"]), row["qms"], row["local_role"], row["confidence"])
        for name, row in _rows()["markets"].items()
    }


def frameworks_for(chosen: Iterable[str], *, software: bool) -> tuple[str, ...]:
    """The frameworks a company is under: those for everybody, those its markets bring, and the one for software."""
    found = [*EVERYWHERE, *(framework for market in chosen for framework in BY_MARKET.get(market, ()))]
    return tuple(dict.fromkeys([*found, *((SOFTWARE,) if software else ())]))
