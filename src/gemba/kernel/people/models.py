"""People, accounts, organisation, job roles and granted roles. Rows are ended, never deleted."""

import datetime as dt
import uuid
from typing import ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from gemba.kernel import clock
from gemba.kernel.prepared import Prepared
from gemba.kernel.roles import Role
from gemba.kernel.ulid import ulid


class Organisation(models.Model):
    """The company that this installation belongs to: one row, made with the tables. Every event names its `uid`."""

    class Use(models.TextChoices):
        PRODUCTION = "production"
        DEMO = "demo"
        TEST = "test"

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(_("name"), max_length=120, blank=True)
    use = models.CharField(max_length=10, choices=Use, default=Use.PRODUCTION, editable=False)
    """What the records in here are for. A demonstration never becomes production, and the other way round."""

    class Meta:
        app_label = "kernel"

    def __str__(self) -> str:
        return self.name


class Named(models.Model):
    """Something of the organisation with a unique name and an end instead of a deletion."""

    uid = models.CharField(max_length=26, default=ulid, unique=True, editable=False)
    name = models.CharField(_("name"), max_length=120, unique=True)
    ended = models.DateField(_("ended"), null=True, blank=True)

    class Meta:
        abstract = True
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


class Site(Named):
    """A place where the company works. Deadlines are reckoned in its time zone."""

    time_zone = models.CharField(_("time zone"), max_length=60, default="UTC")

    class Meta(Named.Meta):
        app_label = "kernel"


class Department(Named):
    """A function of the company. `is_quality` separates the quality unit from everybody else in ownership figures."""

    is_quality = models.BooleanField(_("quality unit"), default=False)

    class Meta(Named.Meta):
        app_label = "kernel"


class Product(Named):
    """A device or device family by which access to records can be narrowed."""

    class Meta(Named.Meta):
        app_label = "kernel"


class JobRole(Named):
    """What somebody does in the company (assembler, design lead). Apart from permissions in Gemba."""

    class Meta(Named.Meta):
        app_label = "kernel"


class Person(models.Model):
    """A human being, or the system itself. Signatures and events point here, so a person is never deleted."""

    class Kind(models.TextChoices):
        EMPLOYEE = "employee", _("Employee")
        CONSULTANT = "consultant", _("Consultant")
        EXTERNAL = "external", _("External (auditor, customer, authority)")
        SYSTEM = "system", _("Gemba itself")

    PERSONAL: ClassVar[frozenset[str]] = frozenset({"name", "email", "user_name"})
    """What stands in events as salted commitments only; `user_name` is the address of the login."""

    uid = models.CharField(max_length=26, default=ulid, unique=True, editable=False)
    name = models.CharField(_("name"), max_length=120)
    email = models.EmailField(_("e-mail"), blank=True)
    kind = models.CharField(_("kind"), max_length=12, choices=Kind, default=Kind.EMPLOYEE)
    department = models.ForeignKey(Department, models.PROTECT, null=True, blank=True, related_name="people")
    site = models.ForeignKey(Site, models.PROTECT, null=True, blank=True, related_name="people")
    started = models.DateField(_("started"), null=True, blank=True)
    ended = models.DateField(_("left"), null=True, blank=True)

    class Meta:
        app_label = "kernel"
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name

    @property
    def active(self) -> bool:
        return self.ended is None or self.ended > clock.today()


class JobAssignment(models.Model):
    """A person holds a job role from one day to another."""

    uid = models.CharField(max_length=26, default=ulid, unique=True, editable=False)
    person = models.ForeignKey(Person, models.PROTECT, related_name="jobs")
    job_role = models.ForeignKey(JobRole, models.PROTECT, related_name="assignments")
    valid_from = models.DateField(default=clock.today)
    valid_to = models.DateField(null=True, blank=True)

    class Meta:
        app_label = "kernel"

    def __str__(self) -> str:
        return f"{self.person}: {self.job_role}"


class AccountManager(BaseUserManager["Account"]):
    """Accounts are made by invitation or first start only; there is no sign-up and no default password."""

    def get_by_natural_key(self, username: str | None) -> "Account":
        return self.get(email__iexact=username)


class Account(AbstractBaseUser):
    """The login of one person. Deactivated, never deleted; an e-mail once used stays reserved (21 CFR 11.100(a))."""

    person = models.OneToOneField(Person, models.PROTECT, related_name="account")
    email = models.EmailField(_("e-mail"), unique=True)
    is_active = models.BooleanField(_("may sign in"), default=True)
    session_epoch = models.PositiveIntegerField(default=0, editable=False)
    """Raised to end every session and token of this account at its next request."""
    signing_blocked_until = models.DateTimeField(null=True, blank=True, editable=False)
    must_enrol = models.BooleanField(default=False, editable=False)
    """Set when the second factors were taken away by others: no signing until the person has set up a new one."""
    factors_reset_at = models.DateTimeField(null=True, blank=True, editable=False)
    """Signatures of the day after are marked, since somebody else took the second factors away (ACL-13)."""
    created = models.DateTimeField(default=clock.now, editable=False)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    objects = AccountManager()

    class Meta:
        app_label = "kernel"

    def __str__(self) -> str:
        return self.email

    def get_full_name(self) -> str:
        return self.person.name

    @property
    def may_enter(self) -> bool:
        """Whether this account may be signed in at all: it is active and its person has not left."""
        return self.is_active and self.person.active

    def get_session_auth_hash(self) -> str:
        """Also changes with `session_epoch`, so that raising it signs the person out everywhere."""
        return f"{super().get_session_auth_hash()}.{self.session_epoch}"


def erased_address(person: Person) -> str:
    """What stands in place of an erased user name: unlike any other, and nobody's (RFC 2606)."""
    return f"erased-{person.uid.lower()}@erased.invalid"


class UserName(models.Model):
    """Every address that ever was a user name, and whose: never given to anybody else (21 CFR 11.100(a), SIG-09)."""

    APPEND_ONLY: ClassVar[bool] = True

    email = models.EmailField(unique=True)
    """In lower case."""
    person = models.ForeignKey(Person, models.PROTECT, related_name="user_names")
    since = models.DateTimeField(default=clock.now)

    class Meta:
        app_label = "kernel"

    def __str__(self) -> str:
        return self.email


class GrantQuerySet(models.QuerySet["RoleGrant"]):
    def in_force(self, on: dt.date) -> "GrantQuerySet":
        """Grants confirmed where a second person is needed, and valid on that day (site time is not considered)."""
        return self.filter(
            Q(valid_to=None) | Q(valid_to__gte=on), valid_from__lte=on, awaits_confirmation=False, withdrawn=None
        )


class RoleGrant(models.Model):
    """A permission role held by a person, everywhere or within a site or product, from one day to another."""

    uid = models.CharField(max_length=26, default=ulid, unique=True, editable=False)
    person = models.ForeignKey(Person, models.PROTECT, related_name="grants")
    role = models.CharField(_("role"), max_length=20, choices=Role.choices)
    site = models.ForeignKey(Site, models.PROTECT, null=True, blank=True, related_name="+")
    product = models.ForeignKey(Product, models.PROTECT, null=True, blank=True, related_name="+")
    confidential = models.BooleanField(_("confidential records too"), default=False)
    valid_from = models.DateField(default=clock.today)
    valid_to = models.DateField(null=True, blank=True)
    granted_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    confirmed_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    awaits_confirmation = models.BooleanField(default=False)
    withdrawn = models.DateTimeField(null=True, blank=True)

    objects = GrantQuerySet.as_manager()

    class Meta:
        app_label = "kernel"
        indexes = (models.Index(fields=["person", "valid_from"], name="grant_person"),)

    def __str__(self) -> str:
        return f"{self.person}: {self.get_role_display()}"


class Absence(models.Model):
    """While away, a deputy sees this person's work and acts in the deputy's own name, for this person."""

    uid = models.CharField(max_length=26, default=ulid, unique=True, editable=False)
    person = models.ForeignKey(Person, models.PROTECT, related_name="absences")
    deputy = models.ForeignKey(Person, models.PROTECT, related_name="deputises")
    valid_from = models.DateField()
    valid_to = models.DateField()
    confidential = models.BooleanField(_("confidential records too"), default=False)
    """Whether the deputy also sees the confidential records that the absent person sees."""
    cancelled = models.BooleanField(default=False, editable=False)

    class Meta:
        app_label = "kernel"
        constraints = (
            models.CheckConstraint(condition=~Q(person=models.F("deputy")), name="absence_deputy_is_another"),
            models.CheckConstraint(condition=Q(valid_to__gte=models.F("valid_from")), name="absence_in_order"),
        )

    def __str__(self) -> str:
        return f"{self.deputy} for {self.person}, {self.valid_from} to {self.valid_to}"


def system_person() -> Person:
    """The person in whose name scheduled work acts. Made on first use."""
    if found := SYSTEM():
        return found[0]
    made: Person = Person.objects.get_or_create(kind=Person.Kind.SYSTEM, defaults={"name": "Gemba"})[0]
    return made


SYSTEM: Prepared[Person] = Prepared(lambda: Person.objects.filter(kind=Person.Kind.SYSTEM))
