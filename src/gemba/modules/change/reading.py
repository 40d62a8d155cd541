"""What belongs to a change: its tasks, the training it asked for, and the records that wait for it."""

from dataclasses import dataclass
from functools import cached_property

from gemba.kernel.lifecycle.machine import VOID
from gemba.kernel.links.holding import records_under
from gemba.kernel.links.models import Link
from gemba.kernel.records.models import Record
from gemba.modules.change.models import Change, ChangeTask

PART_OF, BECAUSE_OF, PLANS = "part_of", "because_of", "plans_to_change"
IN_THE_MAKING = ("draft", "review", "approval")
"""States of a revision that nobody has approved yet."""
DROPPED = "dropped"


@dataclass(frozen=True)
class Around:
    """Everything a change waits for, read once. Past the viewer's scope: what one may not see counts all the same."""

    change: Change

    @cached_property
    def tasks(self) -> list[ChangeTask]:
        named = Link.objects.standing().filter(target_id=self.change.pk, role=PART_OF)
        rows = ChangeTask._base_manager.filter(pk__in=named.values("source")).exclude(state=VOID)
        return list(rows.select_related("owner").order_by("pk"))

    @cached_property
    def trainings(self) -> list[Record]:
        links = Link.objects.standing().filter(target_id=self.change.pk, role=BECAUSE_OF, source__kind="training")
        return [link.source for link in links.exclude(source__state=VOID).select_related("source", "source__owner")]

    @cached_property
    def waiting(self) -> list[Record]:
        return records_under(self.change)

    @cached_property
    def planned(self) -> list[Record]:
        links = Link.objects.standing().filter(source_id=self.change.pk, role=PLANS).select_related("target")
        return [link.target for link in links]

    @property
    def open_tasks(self) -> list[ChangeTask]:
        return [task for task in self.tasks if task.open]

    @property
    def open_trainings(self) -> list[Record]:
        return [training for training in self.trainings if training.state == "assigned"]

    @property
    def unapproved(self) -> list[Record]:
        return [record for record in self.waiting if record.kind == "revision" and record.state in IN_THE_MAKING]

    def added_later(self, task: ChangeTask) -> bool:
        """Raised after the approval: it was done, and it was not planned."""
        return self.change.approved_at is not None and task.entered_at > self.change.approved_at

    @property
    def surprises(self) -> list[ChangeTask]:
        """Tasks that were added later, done differently, or dropped."""
        return [
            task for task in self.tasks
            if self.added_later(task) or task.state == DROPPED or task.outcome == ChangeTask.Outcome.DIFFERENTLY
        ]  # fmt: skip
