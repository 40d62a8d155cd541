"""Tell the people who must know when somebody's rights or way in change."""

from gemba.kernel import clock
from gemba.kernel.notices.mail import post
from gemba.kernel.notices.models import Notice
from gemba.kernel.notices.tell import tell
from gemba.kernel.people.models import Person, RoleGrant
from gemba.kernel.roles import Role


def holders(*roles: Role) -> list[Person]:
    """Active people who hold one of the roles today, in their own right and without bounds of site or product."""
    day = clock.today()
    held = RoleGrant.objects.in_force(day).filter(role__in=roles, site=None, product=None)
    people = Person.objects.filter(pk__in=held.values("person"), account__is_active=True)
    return [person for person in people.select_related("account") if person.active]


def alert(text: str, *, besides: Person | None = None) -> None:
    """A security notice to quality, and to the administrators where nobody holds quality yet."""
    people = holders(Role.QUALITY) or holders(Role.ADMINISTRATOR)
    tell([person for person in people if person != besides], None, Notice.Reason.SECURITY, text)


def warn(person: Person, subject: str, text: str, *, to: str = "") -> None:
    """A security notice to the person concerned, and a mail at once, whatever mails they wish for."""
    tell([person], None, Notice.Reason.SECURITY, text)
    if to or person.email:
        post(to or person.email, subject, text)
