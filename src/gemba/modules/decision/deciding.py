"""Who decides, who has signed, and what follows from it."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from gemba.kernel import clock
from gemba.kernel.actions.advance import Advance
from gemba.kernel.actions.talk import AskFor
from gemba.kernel.actions.write import Edit
from gemba.kernel.lifecycle.doing import Doing
from gemba.kernel.people.models import Person
from gemba.kernel.rows import load
from gemba.kernel.signing.models import Signature
from gemba.modules.decision.models import Decision

FEWEST_OPTIONS = 2


def named(lines: Iterable[dict[str, str]]) -> list[str]:
    """The people of a small table, each once."""
    return list(dict.fromkeys(line["person"] for line in lines if line.get("person")))


def weighed(decision: Decision) -> str | None:
    """At least two options, exactly one chosen, with reasons: otherwise nothing was decided (M118)."""
    options = decision.options or []
    if len(options) < FEWEST_OPTIONS:
        return _("Name at least two options; to leave everything as it is, is one.")
    if sum(bool(option["chosen"]) for option in options) != 1:
        return _("Mark exactly one option as the one proposed.")
    return None


def has_deciders(decision: Decision) -> str | None:
    uids = named(decision.deciders or [])
    here = Person.objects.filter(uid__in=uids)
    if not uids or sum(person.active for person in here) != len(uids):
        return _("Name who decides; each of them must work here.")
    return None


def signers(decision: Decision) -> set[str]:
    """Those who have signed what the decision says now, since it was last sent back."""
    sent_back = Signature.objects.filter(record=decision, transition="send_back").order_by("-seq").first()
    rows = Signature.objects.filter(
        record=decision, transition="sign", content=decision.digest, seq__gt=sent_back.seq if sent_back else 0
    )
    found = rows.select_related("person", "on_behalf_of")
    return {person.uid for row in found for person in (row.person, row.on_behalf_of) if person is not None}


def one_of_the_deciders(decision: Decision, person: Person) -> str | None:
    if person.uid not in named(decision.deciders or []):
        return _("Only those named decide this.")
    return _("You have signed this already.") if person.uid in signers(decision) else None


def ask_the_deciders(decision: Decision, doing: Doing) -> None:
    people = Person.objects.filter(uid__in=named(decision.deciders)).order_by("pk")
    for person in people:
        AskFor(
            record=decision, what=_("Decide: %s") % decision.title[:150], person=person, due=decision.due,
            transition="sign", **doing.following(_("Put up for decision")),
        ).execute()  # fmt: skip


def decide_when_all_have_signed(decision: Decision, doing: Doing) -> None:
    fresh = load(Decision, decision.pk)
    if set(named(fresh.deciders)) - signers(fresh):
        return
    following = doing.following(_("Everybody named has signed."))
    Edit(record=fresh, fixed={"decided_on": clock.today()}, verb="date", **following).execute()
    Advance(record=fresh, name="decide", **following).execute()
