"""In whose name a command acts: everything is written, and read, as somebody."""

from gemba.kernel.people.models import Account, Person
from gemba.kernel.refusals import Refused


def person_at(email: str) -> Person:
    """Who signs in with this address. Raises `Refused` with a sentence where nobody does."""
    account = Account.objects.filter(email__iexact=email).select_related("person").first()
    if account is None or not account.may_enter:
        raise Refused(f"Nobody who may sign in has the address {email[:80]}.")
    return account.person
