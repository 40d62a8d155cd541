"""What happens to an objective beside its plan: comments, tasks, moved dates, new owners, an end. Days count back."""

from dataclasses import dataclass
from typing import Protocol

from gemba.demo.company.days import Calendar
from gemba.demo.company.stage import Life, Stage
from gemba.kernel.actions.advance import Void
from gemba.kernel.actions.talk import AskFor, FinishTask, Say
from gemba.kernel.actions.write import Assign


class Happening(Protocol):
    def life(self, stage: Stage, days: Calendar, title: str) -> Life: ...


@dataclass(frozen=True, slots=True)
class Said:
    """A comment; people named in it are told."""

    ago: int
    who: str
    text: str

    def life(self, stage: Stage, days: Calendar, title: str) -> Life:
        yield days.ago(self.ago, 11, 20)
        stage.do(self.who, Say, record=stage.record(title), text=self.text)


@dataclass(frozen=True, slots=True)
class Asked:
    """A task, done some days ago or still open."""

    ago: int
    who: str
    whom: str
    what: str
    due: int
    done: int | None = None
    step: str = ""

    def life(self, stage: Stage, days: Calendar, title: str) -> Life:
        yield days.ago(self.ago, 13, 40)
        given = {"person": stage.person(self.whom), "due": days.day(self.due), "transition": self.step}
        task = stage.do(self.who, AskFor, record=stage.record(title), what=self.what, **given)
        if self.done is not None:
            yield days.ago(self.done, 15, 10)
            stage.do(self.whom, FinishTask, task=task)


@dataclass(frozen=True, slots=True)
class Moved:
    """The due date moves, with a reason."""

    ago: int
    who: str
    due: int
    why: str

    def life(self, stage: Stage, days: Calendar, title: str) -> Life:
        yield days.ago(self.ago, 10, 50)
        stage.put_off(self.who, stage.record(title), days.day(self.due), self.why)


@dataclass(frozen=True, slots=True)
class Taken:
    """Somebody else becomes the owner."""

    ago: int
    who: str
    to: str
    why: str

    def life(self, stage: Stage, days: Calendar, title: str) -> Life:
        yield days.ago(self.ago, 9, 30)
        stage.do(self.who, Assign, record=stage.record(title), owner=stage.person(self.to), reason=self.why)


@dataclass(frozen=True, slots=True)
class Ended:
    """The objective is no longer pursued; signed."""

    ago: int
    who: str
    why: str

    def life(self, stage: Stage, days: Calendar, title: str) -> Life:
        yield days.ago(self.ago, 14)
        stage.sign(self.who, stage.record(title), "end", self.why)


@dataclass(frozen=True, slots=True)
class Voided:
    """It should not have been raised. The number stays in the register."""

    ago: int
    who: str
    why: str

    def life(self, stage: Stage, days: Calendar, title: str) -> Life:
        yield days.ago(self.ago, 14)
        stage.do(self.who, Void, record=stage.record(title), reason=self.why)
