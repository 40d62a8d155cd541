"""What each of the two files is made of. Each part is a role of links, and names the evidence that comes by itself."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class Part:
    """`evidence` are types of the catalogue: signed records of the same product that are this evidence belong to it."""

    name: str
    label: str | Promise
    evidence: Sequence[str] = ()
    needed: bool = True
    """Whether the file is incomplete while it is empty and nobody has said why it does not apply."""


DESIGN: Sequence[Part] = (
    Part("plan", _("Design and development plan"), ("design_plan",)),
    Part("inputs", _("Inputs"), ("design_input",)),
    Part("outputs", _("Outputs"), ("design_output",)),
    Part("reviews", _("Reviews"), ("design_review",)),
    Part("verification", _("Verification"), ("design_verification",)),
    Part("validation", _("Validation"), ("design_validation",)),
    Part("transfer", _("Transfer to production"), ("design_transfer",)),
    Part("risk", _("Risk management"), ("risk_file",)),
    Part("changes", _("Changes"), ("design_change",), needed=False),
)
"""7.3.10: the records that show design and development was done as asked, with its changes."""
DEVICE: Sequence[Part] = (
    Part("description", _("Description and intended use")),
    Part("specifications", _("Product specifications")),
    Part("drawings", _("Drawings, parts list, source")),
    Part("making", _("Manufacturing and assembly instructions")),
    Part("inspection", _("Inspection criteria and measuring procedures")),
    Part("labelling", _("Labelling and instructions for use"), ("label_release",)),
    Part("packaging", _("Packaging, storage, handling and distribution")),
    Part("installation", _("Installation")),
    Part("servicing", _("Servicing")),
)
"""4.2.3 a to f. What does not apply is said with a reason, so that an empty part is never silence."""
PARTS: Mapping[str, Sequence[Part]] = {"designfile": DESIGN, "devicefile": DEVICE}


def choices_of(parts: Sequence[Part]) -> tuple[tuple[str, str | Promise], ...]:
    return tuple((part.name, part.label) for part in parts)
