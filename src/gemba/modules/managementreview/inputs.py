"""What a management review looks at (ISO 13485 5.6.2, in our own words), and where each figure comes from."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True, kw_only=True)
class Input:
    """One input. `kinds` are counted by their columns on the spine, `evidence` by what proves it, of whatever kind."""

    name: str
    label: str | Promise
    duty: str = ""
    """The duty of ISO 13485 that asks for it; empty where the clause asks for it in passing or we do."""
    kinds: tuple[str, ...] = ()
    evidence: tuple[str, ...] = ()
    leaders: bool = False
    """Counts what lies with top management itself, by role and never by name."""


INPUTS: tuple[Input, ...] = (
    Input(name="earlier", label=_("decisions of earlier reviews"), duty="5.6.2-i", kinds=("managementaction",)),
    Input(name="feedback", label=_("feedback"), duty="5.6.2-a", kinds=("feedback",)),
    Input(name="complaints", label=_("complaints"), duty="5.6.2-b", kinds=("complaint",)),
    Input(name="authorities", label=_("reports to authorities"), duty="5.6.2-c",
          kinds=("reportability", "vigilancereport", "fieldaction")),
    Input(name="audits", label=_("audits, internal and external"), duty="5.6.2-d", kinds=("certificationvisit",),
          evidence=("audit_report", "audit_finding")),
    Input(name="processes", label=_("processes: figures and risks"), duty="5.6.2-e", kinds=("process", "processrisk"),
          evidence=("process_kpi",)),
    Input(name="product", label=_("conformity of the product"), duty="5.6.2-f",
          kinds=("nonconformity", "concession", "rework"), evidence=("inspection_test",)),
    Input(name="corrective", label=_("corrective actions"), duty="5.6.2-g", kinds=("capa",),
          evidence=("capa", "capa_effectiveness")),
    Input(name="preventive", label=_("preventive actions"), duty="5.6.2-h", evidence=("preventive_action",)),
    Input(name="changes", label=_("changes that could affect the system"), duty="5.6.2-j", kinds=("change",)),
    Input(name="improvement", label=_("recommendations for improvement"), duty="5.6.2-k",
          kinds=("improvement", "report")),
    Input(name="regulation", label=_("new or revised requirements of law"), duty="5.6.2-l", kinds=("registration",),
          evidence=("reg_register", "external_doc_register")),
    Input(name="objectives", label=_("quality policy and objectives"), kinds=("objective",)),
    Input(name="training", label=_("training and competence"), kinds=("training", "competence")),
    Input(name="suppliers", label=_("suppliers"), kinds=("supplier", "supplierevaluation", "purchase")),
    Input(name="leaders", label=_("what lies with top management"), leaders=True),
)  # fmt: skip
BY_NAME: Mapping[str, Input] = {each.name: each for each in INPUTS}
CHOICES = tuple((each.name, each.label) for each in INPUTS)
