"""The record spine: what every quality record of any kind has. Cross-type screens read these columns only."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import cache
from typing import Any, ClassVar, NoReturn, TypeVar

from django.db import connection, models
from django.db.models import Q
from django.db.models.functions import Left
from django.db.models.lookups import Exact
from django.utils.translation import gettext_lazy as _

from gemba.kernel import clock
from gemba.kernel.access.viewer import current_access
from gemba.kernel.commitments.held import committed, keep
from gemba.kernel.people.models import Person, Product, Site
from gemba.kernel.rows_at_once import Put
from gemba.kernel.trail.canonical import Canonical, digest_of_plain, plain
from gemba.kernel.ulid import ulid

M_co = TypeVar("M_co", bound=models.Model, covariant=True)

TECHNICAL = frozenset({"id", "record_ptr_id", "digest", "version"})
"""Columns that follow from others and therefore stand in no snapshot."""
SPINE_CONTENT = ("title", "event_date", "site_id", "product_id", "exercise")
"""Spine columns that are part of what a record says, and so of what is signed."""

NO_DATE = "9999-12-31"
"""Where rows without a date stand in `AsListed`: the last day there can be, so that nothing is ever due on it."""
EXERCISE_PREFIX = "EX-"
NUMBERED_APART = Exact(Left("number", len(EXERCISE_PREFIX)), EXERCISE_PREFIX)
"""What tells an exercise from a real record stands in two columns that hold each other: neither changes alone."""


class AsListed(models.Func):
    """A day as an index that is walked along holds it: written otherwise than in any filter.

    A database takes such an index for whoever asks in these words, and for nothing else; an index of the plain column
    drew SQLite away from the rows of one owner or of one state. No date comes after all dates. The date stands in the
    text, because SQLite recognises no expression with a parameter in it.
    """

    arity = 1
    template = f"COALESCE(%(expressions)s, '{NO_DATE}')"


class SilentWriteError(TypeError):
    """A write that would leave no trail."""


class RecordQuerySet(models.QuerySet[M_co]):
    """Reading only."""

    def _refuse(self, *_args: Any, **_kwargs: Any) -> NoReturn:
        raise SilentWriteError("Records are written through gemba.kernel.actions only.")

    update = delete = bulk_create = bulk_update = get_or_create = update_or_create = create = _refuse
    aupdate = adelete = abulk_create = abulk_update = aget_or_create = aupdate_or_create = acreate = _refuse
    _raw_delete = _refuse


class ScopedManager(models.Manager.from_queryset(RecordQuerySet)):  # type: ignore[misc]
    """Holds only what the current viewer may see; raises when nobody is looking."""

    def get_queryset(self) -> RecordQuerySet[Any]:
        found: RecordQuerySet[Any] = super().get_queryset()
        access = current_access()
        return found if access.everything else found.filter(access.visible())


class Record(models.Model):
    """What every quality record has. Subclassed exactly once; a system check refuses a second level."""

    uid = models.CharField(max_length=26, default=ulid, editable=False)
    kind = models.CharField(_("kind"), max_length=40, editable=False)
    number = models.CharField(_("number"), max_length=40, unique=True, editable=False)
    title = models.CharField(_("title"), max_length=200)
    state = models.CharField(_("state"), max_length=40, editable=False)
    open = models.BooleanField(_("open"), default=True, editable=False)
    """False once the state is final; kept beside `state` so that work lists need no knowledge of lifecycles."""
    owner = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name=_("owner"), db_index=False)
    raised_by = models.ForeignKey(Person, models.PROTECT, related_name="+", editable=False, db_index=False)
    site = models.ForeignKey(
        Site, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("site"), db_index=False
    )
    product = models.ForeignKey(
        Product, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("product")
    )
    confidential = models.BooleanField(_("confidential"), default=False)
    due = models.DateField(_("due"), null=True, blank=True)
    first_due = models.DateField(null=True, blank=True, editable=False)
    extensions = models.PositiveSmallIntegerField(_("extensions"), default=0, editable=False)
    event_date = models.DateField(_("happened on"), default=clock.today)
    """When it happened, as people say. The server's own time of entry stands beside it."""
    entered_at = models.DateTimeField(_("entered"), default=clock.now, editable=False)
    state_since = models.DateTimeField(default=clock.now, editable=False)
    valid_from = models.DateField(_("valid from"), null=True, blank=True, editable=False)
    valid_to = models.DateField(_("valid to"), null=True, blank=True, editable=False)
    exercise = models.BooleanField(_("exercise"), default=False, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    digest = models.CharField(max_length=64, editable=False)
    """SHA-256 of what the record says (fields and files): what signatures and links remember."""

    WORKFLOW_COLUMNS: ClassVar[frozenset[str]] = frozenset()
    """Columns of a type that only follow from its life, and are no part of what is signed. They stand in no form."""
    COPIES: ClassVar[frozenset[str]] = frozenset()
    """Columns that hold a copy of other texts: part of what is signed, neither searched nor told on the page."""
    PERSONAL: ClassVar[frozenset[str]] = frozenset()
    """Text columns with data of people: events and signatures hold salted commitments, and the value can be erased."""

    objects: ClassVar[Any] = ScopedManager()

    class Meta:
        app_label = "kernel"
        indexes = (  # each costs every raise: what a list or a page does not walk along has none
            models.Index(models.F("kind"), AsListed("due"), models.F("id"), name="record_by_due"),
            models.Index(models.F("kind"), AsListed("event_date"), models.F("id"), name="record_by_event"),
            models.Index(fields=["owner", "kind", "id"], name="record_owned"),
            models.Index(fields=["owner", "due"], condition=Q(open=True), name="record_worklist"),
            models.Index(fields=["kind", "state", "-id"], name="record_state"),
            models.Index(fields=["kind", "-id"], name="record_newest"),
            models.Index(fields=["kind", "number"], name="record_number"),
            models.Index(fields=["kind", "state", "due"], condition=Q(open=True), name="record_open"),
            models.Index(
                fields=["kind", "state", "site", "product", "exercise", "event_date", "valid_from"],
                name="record_evidence",
            ),
        )
        constraints = (
            models.UniqueConstraint(fields=["uid"], name="record_uid"),
            models.CheckConstraint(
                condition=Q(NUMBERED_APART, exercise=True) | Q(~Q(NUMBERED_APART), exercise=False),
                name="exercise_numbered_apart",
            ),
        )

    def __str__(self) -> str:
        return f"{self.number} {self.title}"

    def save(self, *_args: Any, **_kwargs: Any) -> NoReturn:
        raise SilentWriteError("Records are written through gemba.kernel.actions only.")

    def delete(self, *_args: Any, **_kwargs: Any) -> NoReturn:
        raise SilentWriteError("Quality records are never deleted. Void them with a reason; the number stays.")

    @property
    def subject(self) -> str:
        """The name of this record's chain of events."""
        return f"{self.kind}/{self.uid}"

    @property
    def overdue(self) -> bool:
        return self.open and self.due is not None and self.due < clock.today()

    def snapshot(self) -> dict[str, Canonical]:
        """Every business column of spine and type with its canonical value: what an event's `state` commits to."""
        found = {name: column_value(self, name, places) for name, places in _business_columns(type(self))}
        return committed(self, self.subject, found) if self.PERSONAL else found

    def content(self, whole: Mapping[str, Canonical] | None = None) -> dict[str, Canonical]:
        """What the record says, without its workflow: number, title and the columns of its own type.

        `whole` is its snapshot, where the caller has it already.
        """
        columns = _content_columns(type(self))
        if whole is not None:
            return {name: whole[name] for name, _places in columns}
        found = {name: column_value(self, name, places) for name, places in columns}
        return committed(self, self.subject, found) if self.PERSONAL else found


@cache
def _business_columns(model: type[Record]) -> tuple[tuple[str, Decimal | None], ...]:
    """Each column that events tell of; for decimals with the step that its number of places allows."""
    return tuple(
        (column.attname, Decimal(1).scaleb(-column.decimal_places) if isinstance(column, models.DecimalField) else None)
        for column in model._meta.concrete_fields
        if column.attname not in TECHNICAL
    )


@cache
def _content_columns(model: type[Record]) -> tuple[tuple[str, Decimal | None], ...]:
    own = {column.attname for column in model._meta.local_concrete_fields if column.name not in model.WORKFLOW_COLUMNS}
    wanted = own | {"number", *SPINE_CONTENT}
    return tuple((name, places) for name, places in _business_columns(model) if name in wanted)


def column_value(record: models.Model, name: str, step: Decimal | None) -> Canonical:
    """The canonical value of one column. Decimals have the column's number of places, as the database returns them."""
    value = getattr(record, name)
    if step is not None and value is not None:
        return format(Decimal(value).quantize(step), "f")
    return plain(value)


def state_digest(snapshot: dict[str, Canonical]) -> str:
    """SHA-256 of a snapshot, whose values are canonical already."""
    return digest_of_plain(snapshot)


def content_digest(
    record: Record, files: list[tuple[str, str, int]], whole: Mapping[str, Canonical] | None = None
) -> str:
    """SHA-256 of what the record says: its content and its files (name, digest, bytes), in a fixed order."""
    named: list[Canonical] = [plain(file) for file in sorted(files)]
    return digest_of_plain({"kind": record.kind, "content": record.content(whole), "files": named})


def store_many(model: type[Record], records: Sequence[Record]) -> None:
    """Insert new records of one type in two statements per batch, the spine first. For `gemba.kernel.actions` alone."""
    spine: Any = Record._base_manager
    made: Sequence[Any] = records
    spine.bulk_create(made)
    for record in made:
        record.record_ptr_id = record.id
    fields = model._meta.local_concrete_fields
    own: Any = model._base_manager.all()
    size = max(connection.ops.bulk_batch_size(fields, records), 1)
    for start in range(0, len(records), size):
        own._insert(records[start : start + size], fields=fields, using=own.db)
    if model.PERSONAL:
        keep(records)


def columns_to_store(record: Record, columns: frozenset[str]) -> tuple[Put, Put]:
    """These columns of a stored record's spine and type rows. For `gemba.kernel.actions` alone."""
    return Put(record, Record, columns), Put(record, type(record), columns)
