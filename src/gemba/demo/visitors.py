"""As whom to look around, what to try, and the password of everybody in the invented company. Good there only."""

from typing import NamedTuple

MAIL = "kuvitelma.example"
PASSWORD = "every drop counts"  # noqa: S105  printed on the screen; a demonstration refuses to become anything else


class Visitor(NamedTuple):
    address: str
    who: str
    what: str


VISITORS = (
    Visitor(f"mikael.sundberg@{MAIL}", "quality manager", "confirm two figures, look at the link that turned suspect"),
    Visitor(
        f"priya.raman@{MAIL}", "engineer", "stands in for Oskari Niemi, who is away today, and may confirm for him"
    ),
    Visitor(f"aino.lehtovaara@{MAIL}", "top management", "approve or send back the objective that waits for her"),
    Visitor(
        f"beatrix.maas@{MAIL}", "external auditor", "reads what belongs to Tampere for three weeks, changes nothing"
    ),
)
