"""A complaint with somebody's name in it, signed, and the people who erase it."""

from dataclasses import dataclass, field
from typing import Any

from gemba.kernel.commitments.models import Erasure
from gemba.kernel.people.models import Person
from gemba.kernel.privacy.actions import AskErasure, Erase
from gemba.kernel.roles import Role
from gemba.modules.complaint.models import Complaint
from tests.kernel.people import as_
from tests.kernel.samples import again
from tests.modules.complaint.support import complaint, edited, sign
from tests.tamper.histories import joined

NAME = "Eeva Korpela-Niskanen\nTorikatu 7, Oulu"
FIRST = "Eeva Korpela, tel. 040 1234567"
GROUND = Erasure.Ground.NOT_NEEDED


@dataclass
class Office:
    """Quality asks, management decides; both came the way people come."""

    quality: Person = field(default_factory=lambda: joined("Aino", Role.QUALITY, confidential=True))
    manager: Person = field(default_factory=lambda: joined("Marta", Role.MANAGEMENT, confidential=True))

    def signed_complaint(self, **values: Any) -> Complaint:
        """The name was entered, corrected, and stood there when somebody signed."""
        made = complaint(self.quality, **{"complainant": FIRST, "patient_initials": "EK", **values})
        edited(made, self.quality, complainant=NAME)
        signed: Complaint = sign(
            edited(made, self.quality, no_investigation_reason="Known."), "no_investigation", self.quality
        )
        return signed

    def ask(self, row: Any, *names: str, reason: str = "She asked us to.") -> Erasure:
        return AskErasure(row=row, names=names, ground=GROUND, reason=reason, **as_(self.quality)).execute()

    def erase(self, asked: Erasure) -> Erasure:
        return Erase(row=asked, **as_(self.manager)).execute()

    def erased(self, row: Any, *names: str) -> Any:
        self.erase(self.ask(row, *names))
        return again(row)
