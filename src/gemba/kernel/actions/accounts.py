"""Logins: invitations, new passwords by one-time link, second factors taken away, waiting shortened.

Nobody ever sets somebody else's password, and a lost second factor needs two people (ACL-13).
"""

from dataclasses import dataclass, field

from allauth.mfa.models import Authenticator
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from gemba.kernel import clock
from gemba.kernel.access.scope import Access
from gemba.kernel.actions.alerts import alert, holders, warn
from gemba.kernel.actions.grants import GrantRole
from gemba.kernel.actions.people import AddPerson, free_address
from gemba.kernel.actions.rows import RowAction, refuse_unless, refuse_without_reason
from gemba.kernel.actor import Actor, Via
from gemba.kernel.entrance.brake import account_key, release
from gemba.kernel.entrance.links import MadeLink, find_link, make_link
from gemba.kernel.entrance.models import FactorReset, OneTimeLink
from gemba.kernel.notices.mail import post
from gemba.kernel.people.models import Account, Person, UserName
from gemba.kernel.people.organisation import organisation
from gemba.kernel.refusals import Conflict, Invalid, NotAllowed, Refused
from gemba.kernel.roles import Role

INVITE, RESET, START = OneTimeLink.Purpose.INVITE, OneTimeLink.Purpose.RESET, OneTimeLink.Purpose.START


class LinkUsedUpError(Refused):
    """The one-time link does not work: used, too old, withdrawn or never made. The answer is the same for all."""

    def __init__(self) -> None:
        super().__init__(_("This link does not work any more. Each link works once and for a limited time."))


def open_account(person: Person) -> Account:
    """The login of a person, without a password until the person chooses one. The address is theirs for ever."""
    free_address(person.email, person)
    account = Account.objects.select_for_update().filter(person=person).first()
    account = account or Account(person=person, email=person.email.casefold())
    if account.pk is None:
        account.set_unusable_password()
    account.is_active = True
    account.save()
    UserName.objects.get_or_create(email=account.email, defaults={"person": person})
    return account


def choose_password(account: Account, password: str) -> None:
    """Raises `Invalid` with the sentences of the rules. Ends every session."""
    try:
        validate_password(password, account)
    except ValidationError as error:
        raise Invalid({"password": error.messages}) from None
    account.set_password(password)
    account.session_epoch += 1
    account.save(update_fields=["password", "session_epoch"])


@dataclass(kw_only=True)
class Invite(RowAction[MadeLink]):
    """Send a link by which the person chooses a password: once, within seven days, for this person only (AUT-09)."""

    person: Person

    def prepare(self) -> None:
        self.person = self.hold(self.person)

    def check(self) -> Refused | None:
        if refusal := refuse_unless(self.access, Role.ADMINISTRATOR):
            return refusal
        if not self.person.active or self.person.kind == Person.Kind.SYSTEM:
            return Refused(_("%s cannot be invited.") % self.person)
        if not self.person.email:
            return Invalid({"email": [_("An invitation needs an address. Enter it first.")]})
        account = Account.objects.filter(person=self.person).first()
        if account is not None and account.is_active and account.has_usable_password():
            return Conflict(_("%s has a login already. Send a link for a new password instead.") % self.person)
        return None

    def perform(self) -> MadeLink:
        open_account(self.person)
        link = make_link(INVITE, self.person)
        company = organisation().name or _("our company")
        post(
            self.person.email, _("Your way into Gemba"),
            _(
                "%(who)s invites you to the quality system of %(company)s.\n\n"
                "Choose a password here within seven days; the link works once:\n%(link)s\n\n"
                "If you did not expect this, ignore it."
            )
            % {"who": self.actor.person, "company": company, "link": link.placeholder},
        )  # fmt: skip
        self.keep(self.person, "invite", store=False, extra=(("invitation", None, link.row.uid),))
        return link


@dataclass(kw_only=True)
class SendPasswordLink(RowAction[MadeLink]):
    """Help somebody who forgot the password. The link goes to their own address and nobody else sees it (ACL-13)."""

    person: Person

    def prepare(self) -> None:
        self.person = self.hold(self.person)

    def check(self) -> Refused | None:
        if refusal := refuse_unless(self.access, Role.ADMINISTRATOR):
            return refusal
        account = Account.objects.select_related("person").filter(person=self.person).first()
        if account is None or not account.may_enter:
            return Refused(_("%s has no login.") % self.person)
        return None

    def perform(self) -> MadeLink:
        link = send_password_link(self.person)
        self.keep(self.person, "password-link", store=False, extra=(("password_link", None, link.row.uid),))
        alert(
            _("%(who)s sent %(person)s a link for a new password.") % {"who": self.actor.person, "person": self.person},
            besides=self.actor.person,
        )
        return link


def send_password_link(person: Person) -> MadeLink:
    """Also for those who ask themselves, before they are signed in; that leaves a security event, not a change."""
    link = make_link(RESET, person)
    post(
        person.email, _("A new password for Gemba"),
        _(
            "Choose a new password here within one hour; the link works once:\n%s\n\n"
            "If you did not ask for it, ignore it. Nothing changes."
        )
        % link.placeholder,
    )  # fmt: skip
    return link


@dataclass(kw_only=True)
class ChoosePassword(RowAction[Account]):
    """The invited or forgetful person uses the link and chooses a password. The link is used up with it."""

    uid: str
    secret: str
    password: str
    link: OneTimeLink = field(init=False)
    person: Person = field(init=False)

    def prepare(self) -> None:
        link = find_link(self.uid, self.secret, lock=True)
        if link is None or link.person is None:
            raise LinkUsedUpError
        self.link, self.person = link, self.hold(link.person)

    def check(self) -> Refused | None:
        account = Account.objects.select_related("person").filter(person=self.person).first()
        if account is None or not account.may_enter or self.actor.person != self.person:
            return LinkUsedUpError()
        return None

    def perform(self) -> Account:
        account = Account.objects.select_for_update().get(person=self.person)
        choose_password(account, self.password)
        self.link.used_at = clock.now()
        self.link.save(update_fields=["used_at"])
        self.keep(self.person, "password-chosen", store=False, extra=(("link", self.link.uid, "used"),))
        if self.link.purpose == RESET:
            release(account_key(account.email))
            warn(
                self.person, _("Your password in Gemba was changed"),
                _("Your password was changed by a one-time link. If that was not you, tell your administrator now."),
            )  # fmt: skip
        return account


def follow_link(uid: str, secret: str, password: str, *, auth: str = "link") -> Account:
    """Use an invitation or a link for a new password, as the person it was made for."""
    link = find_link(uid, secret)
    if link is None or link.person is None:
        raise LinkUsedUpError
    actor = Actor(link.person, Via.UI, auth=auth)
    return ChoosePassword(
        actor=actor, access=Access(link.person), uid=uid, secret=secret, password=password
    ).execute()  # fmt: skip


@dataclass(kw_only=True)
class _FirstLogin(RowAction[Account]):
    """The login of the first administrator, with the password they chose: told on the person's chain like any other."""

    person: Person
    password: str

    def prepare(self) -> None:
        self.person = self.hold(self.person)

    def check(self) -> Refused | None:
        return None

    def perform(self) -> Account:
        account = open_account(self.person)
        choose_password(account, self.password)
        self.keep(self.person, "first-login", store=False)
        return account


@transaction.atomic
def first_administrator(uid: str, secret: str, *, name: str, email: str, password: str) -> Account:
    """Use the link of the first start: a person, a login and the administrator's role, each with its event."""
    link = find_link(uid, secret, lock=True)
    if link is None or link.purpose != START:
        raise LinkUsedUpError
    actor = Actor.system(Via.UI)
    access = Access(actor.person, everything=True)
    person = AddPerson(actor=actor, access=access, values={"name": name, "email": email}).execute()
    if not person.email:
        raise Invalid({"email": [_("Somebody who signs in needs an address.")]})
    link.used_at, link.person = clock.now(), person
    link.save(update_fields=["used_at", "person"])
    account = _FirstLogin(actor=actor, access=access, person=person, password=password).execute()
    GrantRole(
        actor=actor, access=access, person=person, role=Role.ADMINISTRATOR, reason=_("First start")
    ).execute()  # fmt: skip
    alert(_("%s became administrator by a link from the command line.") % person, besides=person)
    return account


@dataclass(kw_only=True)
class AskFactorReset(RowAction[FactorReset]):
    """Somebody lost every second factor. An administrator asks; somebody else has to confirm."""

    person: Person

    def prepare(self) -> None:
        self.person = self.hold(self.person)

    def check(self) -> Refused | None:
        if refusal := refuse_unless(self.access, Role.ADMINISTRATOR) or refuse_without_reason(self.reason):
            return refusal
        if FactorReset.objects.filter(person=self.person, done_at=None).exists():
            return Conflict(_("This was asked for already and waits for a second person."))
        if not Authenticator.objects.filter(user__person=self.person).exists():
            return Refused(_("%s has no second factor set up.") % self.person)
        return None

    def perform(self) -> FactorReset:
        asked = FactorReset.objects.create(person=self.person, asked_by=self.actor.person)
        self.keep(self.person, "factor-reset-asked", store=False, extra=(("factor_reset", None, asked.uid),))
        words = {"who": self.actor.person, "person": self.person}
        text = _("%(who)s asks to take away the second factors of %(person)s. A second person must confirm.") % words
        alert(text, besides=self.actor.person)
        warn(self.person, _("Your second factor in Gemba"), text)
        return asked


@dataclass(kw_only=True)
class ConfirmFactorReset(RowAction[FactorReset]):
    """The second person confirms. The factors are gone, every session ends, and signing waits for a new factor."""

    asked: FactorReset
    person: Person = field(init=False)

    def prepare(self) -> None:
        self.asked = FactorReset.objects.select_for_update(of=("self",)).get(pk=self.asked.pk)
        self.person = self.hold(self.asked.person)

    def check(self) -> Refused | None:
        if self.asked.done_at is not None:
            return Conflict(_("This was confirmed already."))
        if self.actor.person.pk in (self.asked.asked_by_id, self.asked.person_id):
            return NotAllowed(_("A second person confirms this, not who asked and not who is helped."))
        return refuse_unless(self.access, Role.ADMINISTRATOR, Role.QUALITY, Role.MANAGEMENT)

    def perform(self) -> FactorReset:
        now = clock.now()
        account = Account.objects.select_for_update().get(person=self.person)
        Authenticator.objects.filter(user=account).delete()
        account.must_enrol, account.factors_reset_at = True, now
        account.session_epoch += 1
        account.save(update_fields=["must_enrol", "factors_reset_at", "session_epoch"])
        self.asked.confirmed_by, self.asked.done_at = self.actor.person, now
        self.asked.save(update_fields=["confirmed_by", "done_at"])
        self.keep(self.person, "factor-reset", store=False, extra=(("factors", "set up", "taken away"),))
        words = {"who": self.actor.person, "person": self.person}
        text = _("%(who)s confirmed that the second factors of %(person)s were taken away.") % words
        alert(text, besides=self.actor.person)
        warn(self.person, _("Your second factor in Gemba was taken away"), text)
        return self.asked


@dataclass(kw_only=True)
class ShortenWait(RowAction[Person]):
    """Let somebody try again at once who mistyped too often. The counters of addresses stay."""

    person: Person

    def prepare(self) -> None:
        self.person = self.hold(self.person)

    def check(self) -> Refused | None:
        if refusal := refuse_unless(self.access, Role.ADMINISTRATOR):
            return refusal
        if not Account.objects.filter(person=self.person).exists():
            return Refused(_("%s has no login.") % self.person)
        return None

    def perform(self) -> Person:
        account = Account.objects.get(person=self.person)
        release(account_key(account.email))
        self.keep(self.person, "unlock", store=False, extra=(("sign_in", "waiting", "free"),))
        return self.person


@dataclass(kw_only=True)
class EndSessions(RowAction[Person]):
    """Sign somebody out everywhere, for a lost laptop. One's own, or by an administrator."""

    person: Person

    def prepare(self) -> None:
        self.person = self.hold(self.person)

    def check(self) -> Refused | None:
        if self.person == self.actor.person:
            return None
        return refuse_unless(self.access, Role.ADMINISTRATOR)

    def perform(self) -> Person:
        account = Account.objects.select_for_update().get(person=self.person)
        account.session_epoch += 1
        account.save(update_fields=["session_epoch"])
        self.keep(self.person, "sessions-end", store=False, extra=(("sessions", "open", "ended"),))
        return self.person


def waiting_resets(access: Access) -> list[FactorReset]:
    """What the viewer could confirm."""
    if not access.holds_everywhere(Role.ADMINISTRATOR, Role.QUALITY, Role.MANAGEMENT):
        return []
    rows = FactorReset.objects.filter(done_at=None).select_related("person", "asked_by")
    return [row for row in rows if access.person.pk not in (row.person_id, row.asked_by_id)]


def administered() -> bool:
    """Whether somebody can administer this installation: an administrator with a password."""
    accounts = Account.objects.filter(person__in=holders(Role.ADMINISTRATOR)).select_related("person")
    return any(account.may_enter and account.has_usable_password() for account in accounts)
