"""The scenario library: invented situations with steps, roles and expected results, as data (`data/scenarios.yaml`)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from gemba.evidence.claims.catalogued import known_catalogue

LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class ScenarioError(ValueError):
    """A scenario that cannot be walked through; stops the start with a sentence."""


@dataclass(frozen=True, slots=True)
class ScenarioStep:
    role: str
    does: str
    expects: str


@dataclass(frozen=True, slots=True)
class Scenario:
    """`kinds` are record types by name, `evidence` the types of evidence that a run rehearses."""

    id: str
    title: str
    situation: str
    kinds: tuple[str, ...]
    evidence: tuple[str, ...]
    steps: tuple[ScenarioStep, ...]


@cache
def scenarios() -> Mapping[str, Scenario]:
    """Those that come with Gemba, in their order."""
    text = files("gemba.modules.dryrun").joinpath("data/scenarios.yaml").read_text(encoding="utf-8")
    return read_scenarios(yaml.load(text, Loader=LOADER))  # noqa: S506  a safe loader


def read_scenarios(data: Any) -> Mapping[str, Scenario]:
    """Raises `ScenarioError` for one without steps, named twice, or with evidence that nobody knows."""
    rows = data.get("scenarios") if isinstance(data, Mapping) else None
    if not isinstance(rows, list) or not rows:
        raise ScenarioError("There is no list of scenarios.")
    found: dict[str, Scenario] = {}
    for row in rows:
        each = _scenario(row)
        if each.id in found:
            raise ScenarioError(f"The scenario {each.id!r} stands twice.")
        found[each.id] = each
    return found


def _scenario(row: Any) -> Scenario:
    if not isinstance(row, Mapping):
        raise ScenarioError("A scenario must have named values.")
    name = str(row.get("id", ""))
    try:
        steps = tuple(ScenarioStep(str(s["role"]), str(s["does"]), str(s["expects"])) for s in row["steps"])
        made = Scenario(
            name, str(row["title"]), str(row["situation"]).strip(), tuple(map(str, row["kinds"])),
            tuple(map(str, row["evidence"])), steps,
        )  # fmt: skip
    except (KeyError, TypeError) as error:
        raise ScenarioError(f"The scenario {name!r} is not complete: {error}.") from None
    unknown = sorted(set(made.evidence) - set(known_catalogue().evidence_types))
    if not steps or unknown:
        what = f"names unknown evidence: {', '.join(unknown)}" if unknown else "has no steps"
        raise ScenarioError(f"The scenario {name!r} {what}.")
    return made


def titles() -> Sequence[tuple[str, str]]:
    return [(each.id, each.title) for each in scenarios().values()]


def rehearsing(evidence: Sequence[str]) -> Scenario | None:
    """The scenario that rehearses most of these types of evidence."""
    wanted = set(evidence)
    best = max(scenarios().values(), key=lambda each: len(wanted & set(each.evidence)))
    return best if wanted & set(best.evidence) else None
