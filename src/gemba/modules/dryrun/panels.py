"""The report of a dry run: what was exercised, how long each step took, what deviated and what came of it."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from gemba.kernel.access.scope import Access
from gemba.kernel.lines import names_of
from gemba.kernel.links.models import Link
from gemba.kernel.types import Panel
from gemba.modules.dryrun.models import DryRun
from gemba.modules.dryrun.scenarios import scenarios
from gemba.modules.dryrun.workflow import CLOSED, EXERCISED, FINDINGS


def report_shown(run: DryRun, access: Access) -> Mapping[str, Any]:
    """Far ends that the reader may not see are counted and not named."""
    out = list(Link.objects.standing().filter(source=run, role=EXERCISED).select_related("target"))
    back = list(Link.objects.standing().filter(target=run, source__kind__in=FINDINGS).select_related("source"))
    names = names_of({line["by"] for line in run.steps if line["by"]})
    longest = max((line["minutes"] or 0 for line in run.steps), default=0)
    steps = [
        {
            **line,
            "who": names.get(line["by"], ""),
            "share": round(100 * (line["minutes"] or 0) / longest) if longest else 0,
        }
        for line in run.steps
    ]
    return {
        "run": run, "steps": steps, "hours": divmod(run.minutes, 60), "open": run.state != CLOSED.name,
        "records": [link.target for link in out if access.sees(link.target)], "records_hidden": sum(
            not access.sees(link.target) for link in out),
        "findings": [link.source for link in back if access.sees(link.source)], "findings_hidden": sum(
            not access.sees(link.source) for link in back),
        "scenario": scenarios().get(run.scenario), "may_run": run.state == "running",
    }  # fmt: skip


PANELS: tuple[Panel[DryRun], ...] = (
    Panel(name="report", title=_("How it went"), template="dryrun/report.html", context=report_shown, place="top",
          statements=3),
)  # fmt: skip
