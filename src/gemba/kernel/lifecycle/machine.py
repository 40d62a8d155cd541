"""States and transitions as plain values. Nothing here touches the database."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import KW_ONLY, dataclass, field
from typing import Any, Generic, TypeVar

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from gemba.kernel.lifecycle.doing import Doing
from gemba.kernel.people.models import Person
from gemba.kernel.records.models import Record
from gemba.kernel.roles import Role

R = TypeVar("R", bound=Record)
Text = str | Promise
Guard = Callable[[R], str | None]
"""A guard answers None when satisfied, else the sentence that the user reads."""
PersonalGuard = Callable[[R, Person], str | None]
"""A guard that depends on who takes the step, such as being one of the approvers named."""
Effect = Callable[[R, Doing], None]
"""What follows from a step, in its transaction: written through actions, all or nothing together with the step."""

VOID = "void"
"""Every record can be voided with a reason; the number stays in the register."""


class UnknownTransitionError(LookupError):
    """The lifecycle has no transition of that name."""


@dataclass(frozen=True, slots=True)
class State:
    """`tone` is for the eye: `calm`, `busy`, `good`, `bad`. The word always stands beside the colour.

    `busy` also means that the record waits for somebody: a signed step out of such a state stands in the work list of
    everybody who may take it.
    """

    name: str
    label: Text
    final: bool = False
    tone: str = "busy"

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True, slots=True)
class Transition(Generic[R]):
    """A declared edge. `signature` is the statement signed (21 CFR 11.50(a)(3)), empty where none is asked for.

    `independent_of` names who may not take it: `owner`, `raiser`, `editor` (anybody who changed the content), or the
    name of an earlier transition whose signer may not sign this one. Deputies count as themselves and as the absent.
    """

    name: str
    label: Text
    source: State | tuple[State, ...]
    target: State
    _: KW_ONLY
    by: Collection[Role]
    guards: Sequence[Guard[Any]] = ()
    signature: Text = ""
    meaning: Text = ""
    independent_of: Collection[str] = ()
    reason: bool = False
    """A reason must be given."""
    rejects: bool = False
    """Sends the record back: a signed rejection is kept for ever and the next round starts without signatures."""
    personal: Sequence[PersonalGuard[Any]] = ()
    effects: Sequence[Effect[Any]] = ()
    fits: Callable[[R], bool] | None = None
    """Whether the step concerns this record at all; one that does not is not shown. Its guards still refuse it."""
    automatic: bool = False
    """Follows from something else: nobody is offered it, the system takes it, and nobody signs it."""

    @property
    def sources(self) -> tuple[State, ...]:
        return self.source if isinstance(self.source, tuple) else (self.source,)

    def leaves(self, state: str) -> bool:
        return any(source.name == state for source in self.sources)

    @property
    def stays(self) -> bool:
        """One of several signatures that are asked for: the record stays where it is until the last one."""
        return self.source == self.target

    def objections(self, record: R, people: Sequence[Person] = ()) -> list[str]:
        """The sentences of the guards that are not satisfied, for the reader.

        `people` are the one who acts and, for a deputy, the absent person; one of them satisfies each personal guard.
        """
        found = [text for guard in self.guards if (text := guard(record))]
        for guard in self.personal if people else ():
            answers = [guard(record, person) for person in people]
            if all(answers):
                found.append(str(answers[0]))
        return found


@dataclass(frozen=True)
class Lifecycle(Generic[R]):
    """All transitions of a record type; the source of the first one is where records start."""

    transitions: tuple[Transition[R], ...]
    by_name: dict[str, Transition[R]] = field(init=False)

    def __init__(self, *transitions: Transition[R]) -> None:
        object.__setattr__(self, "transitions", transitions)
        object.__setattr__(self, "by_name", {transition.name: transition for transition in transitions})

    @property
    def start(self) -> State:
        return self.transitions[0].sources[0]

    @property
    def states(self) -> tuple[State, ...]:
        seen = {self.start.name: self.start}
        for transition in self.transitions:
            for state in (*transition.sources, transition.target):
                seen.setdefault(state.name, state)
        return tuple(seen.values())

    def state(self, name: str) -> State:
        if name == VOID:
            return State(VOID, _("Void"), final=True, tone="bad")
        return next(state for state in self.states if state.name == name)

    def transition(self, name: str) -> Transition[R]:
        try:
            return self.by_name[name]
        except KeyError:
            raise UnknownTransitionError(name) from None

    def leaving(self, state: str) -> list[Transition[R]]:
        return [transition for transition in self.transitions if transition.leaves(state)]

    def offered(self, state: str) -> list[Transition[R]]:
        """The steps that people may take from there; the others follow by themselves."""
        return [transition for transition in self.leaving(state) if not transition.automatic]

    def problems(self) -> list[str]:
        """Mistakes found at start instead of in an audit, as sentences."""
        found = [*self._duplicates(), *self._unreachable(), *self._endings(), *self._signatures()]
        names = set(self.by_name) | {"owner", "raiser", "editor"}
        for transition in self.transitions:
            found += [
                f"transition {transition.name!r} must be independent of {other!r}, which is nobody"
                for other in transition.independent_of
                if other not in names
            ]
            if transition.automatic and (transition.by or transition.signature):
                found.append(f"transition {transition.name!r} is automatic, so nobody can take or sign it")
        return found

    def _duplicates(self) -> list[str]:
        found = [f"state {VOID!r} is given to every record and cannot be declared"] if self._declares_void() else []
        if len(self.by_name) != len(self.transitions):
            found.append("two transitions have the same name")
        return found

    def _declares_void(self) -> bool:
        return any(state.name == VOID for state in self.states)

    def _unreachable(self) -> list[str]:
        reached = {self.start.name}
        while True:
            step = {t.target.name for t in self.transitions if {s.name for s in t.sources} & reached}
            if step <= reached:
                break
            reached |= step
        return [f"state {s.name!r} cannot be reached" for s in self.states if s.name not in reached]

    def _endings(self) -> list[str]:
        return [
            f"state {state.name!r} has no way out and is not final"
            for state in self.states
            if not state.final and not self.leaving(state.name)
        ]

    def _signatures(self) -> list[str]:
        return [
            f"transition {t.name!r} ends the record in {t.target.name!r} without a signature"
            for t in self.transitions
            if t.target.final and not t.signature and not t.automatic
        ]


def filled(*fields: str) -> Guard[Any]:
    """The named fields must have a value."""

    def guard(record: Record) -> str | None:
        names = [
            str(record._meta.get_field(name).verbose_name)  # type: ignore[union-attr]
            for name in fields
            if getattr(record, name) in (None, "")
        ]
        return _("Fill in first: %(fields)s.") % {"fields": ", ".join(names)} if names else None

    return guard
