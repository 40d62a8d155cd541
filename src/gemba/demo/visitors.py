"""As whom to look around, what to try, and the password of everybody in the invented company. Good there only."""

from typing import NamedTuple

MAIL = "kuvitelma.example"
PASSWORD = "every drop counts"  # noqa: S105  printed on the screen; a demonstration refuses to become anything else


class Visitor(NamedTuple):
    address: str
    who: str
    what: str


VISITORS = (
    Visitor(
        f"mikael.sundberg@{MAIL}", "quality manager", "approve a procedure or send it back, see which processes fail"
    ),
    Visitor(
        f"priya.raman@{MAIL}", "engineer", "has a procedure to read and sign, and stands in for Oskari Niemi today"
    ),
    Visitor(f"aino.lehtovaara@{MAIL}", "top management", "approve or send back the objective that waits for her"),
    Visitor(
        f"beatrix.maas@{MAIL}",
        "external auditor",
        "reads the procedures and what belongs to Tampere for three weeks, changes nothing",
    ),
)
