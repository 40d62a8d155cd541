"""What the audit trail and the log of security events call an act, in words."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy

from gemba.kernel.lifecycle.machine import Text
from gemba.kernel.types import registry
from gemba.web.timeline import OF_PEOPLE, readable_verb, verb_title

SUBJECTS: Mapping[str, Text] = {
    "absence": gettext_lazy("Absence"), "department": gettext_lazy("Department"), "grant": gettext_lazy("Role"),
    "job": gettext_lazy("Job of a person"), "job-role": gettext_lazy("Job"), "organisation": gettext_lazy("Company"),
    "person": gettext_lazy("Person"), "product": gettext_lazy("Product"), "site": gettext_lazy("Site"),
    "token": gettext_lazy("Program"), "expectation": gettext_lazy("Expected evidence"),
}  # fmt: skip
"""What an act is about where that is no record."""
ALONE: Mapping[str, Text] = {
    "log.seal": gettext_lazy("Audit trail sealed"), "log.jobs": gettext_lazy("Daily jobs run"),
    "key.add": gettext_lazy("Key of the trail added"), "key.retire": gettext_lazy("Key of the trail retired"),
    "key.revoke": gettext_lazy("Key of the trail revoked"), "key.lost": gettext_lazy("Key of the trail lost"),
    "clock.step": gettext_lazy("Clock of the server moved"), "organisation.name": gettext_lazy("Company named"),
    "grant.add": gettext_lazy("Role: Given"), "job.add": gettext_lazy("Job of a person: Assigned"),
    "grant.confirm": gettext_lazy("Role: Confirmed by a second person"),
}  # fmt: skip
SECURITY: Mapping[str, Text] = {
    "account.dormant": gettext_lazy("Login closed after long disuse"), "clock.step": ALONE["clock.step"],
    "code.failed": gettext_lazy("Wrong code of the second factor"), "denied": gettext_lazy("Address denied"),
    "link.start-made": gettext_lazy("First link for signing in made"),
    "log.behind": gettext_lazy("Sealing of the trail is behind"), "log.damaged": gettext_lazy("Audit trail damaged"),
    "password.changed": gettext_lazy("Password changed"),
    "password.link-asked": gettext_lazy("Link for a new password asked for"),
    "person.told": gettext_lazy("Own data handed out"), "personal.looked_up": gettext_lazy("Personal data looked up"),
    "refused": gettext_lazy("Act refused"), "session.replaced": gettext_lazy("Older sign-in ended by a newer one"),
    "sign-in": gettext_lazy("Signed in"), "sign-in.alert": gettext_lazy("Many failed sign-ins"),
    "sign-in.failed": gettext_lazy("Sign-in failed"), "sign-in.held": gettext_lazy("Sign-in made to wait"),
    "sign-out": gettext_lazy("Signed out"), "signing.blocked": gettext_lazy("Signing blocked"),
    "signing.failed": gettext_lazy("Signing failed: wrong password or code"),
    "signing.proved": gettext_lazy("Identity proved for signing"),
    "signing.refused": gettext_lazy("Signing refused"), "token.refused": gettext_lazy("Token of a program refused"),
    "trail.guards_restored": gettext_lazy("Guards of the trail put back"),
    "trail.older": gettext_lazy("Older state of the data brought back"),
    "verify.clean": gettext_lazy("Check of the trail: nothing amiss"),
    "verify.findings": gettext_lazy("Check of the trail: findings"),
    "viewed": gettext_lazy("Page viewed by somebody who only reads"),
}  # fmt: skip


def act_words(act: str) -> str:
    """`training.raise` as "Training: Raised"; what nobody has named is made readable."""
    if act in ALONE:
        return str(ALONE[act])
    subject, _dot, verb = act.partition(".")
    if subject in registry:
        declared = registry.named(subject)
        label = str(declared.label)
        return f"{label[:1].upper()}{label[1:]}: {verb_title(verb, declared)}"
    done = str(OF_PEOPLE[act]) if act in OF_PEOPLE else readable_verb(verb)
    return f"{SUBJECTS[subject]}: {done}" if subject in SUBJECTS else readable_verb(act.replace(".", " "))


def security_words(what: str) -> str:
    """A kind of security event as people say it."""
    return str(SECURITY[what]) if what in SECURITY else readable_verb(what.replace(".", " "))
