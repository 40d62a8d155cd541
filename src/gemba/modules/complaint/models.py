"""What customers say, what becomes of it, and what authorities and users are told."""

import datetime as dt
import re
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from gemba.kernel import clock
from gemba.kernel.commitments.models import is_mark
from gemba.kernel.lifecycle.machine import VOID
from gemba.kernel.records.fields import LineColumn, LinesField, RichTextField
from gemba.kernel.records.models import Record
from gemba.modules.complaint.choices import (
    ActionSort,
    AgeGroup,
    Channel,
    Harm,
    Problem,
    RiskImpact,
    Sort,
    Stage,
    Verdict,
)  # fmt: skip
from gemba.modules.complaint.rules import (
    LONGEST_KEY,
    deadline_of,
    market_choices,
    markets,
    rule_choices,
    rules,
    zone_choices,
)
from gemba.modules.complaint.trend import Judged, Span, Windows

OPEN, DRAFT, NOT_COMPLAINT = "open", "draft", "not_complaint"
"""States in which a figure is still reckoned, or a complaint is none."""
COUNTRY = 60
INITIALS = re.compile(r"[^\W\d_]{1,3}")


class Feedback(Record):
    """Anything that customers, users or our own production tell us, before it is decided whether it complains."""

    PERSONAL = frozenset({"said_by"})

    details = models.TextField(_("what was said"))
    sort = models.CharField(_("what it is"), max_length=12, choices=Sort, default=Sort.PROBLEM)
    channel = models.CharField(_("how it reached us"), max_length=12, choices=Channel, default=Channel.PHONE)
    said_by = models.CharField(_("who said it"), max_length=200, blank=True)
    device_name = models.CharField(_("device name"), max_length=200, blank=True)
    complaint_reason = models.TextField(_("why it is or is not a complaint"), blank=True)
    use_made = models.TextField(_("what it is used for"), blank=True)


class ComplaintImport(Record):
    """One table of reports on its way in. The file is attached; what came of it is counted here."""

    file_name = models.CharField(_("file"), max_length=120, blank=True, editable=False)
    file_digest = models.CharField(_("SHA-256 of the file"), max_length=64, blank=True, editable=False)
    remark = models.TextField(_("where the table comes from"), blank=True)
    total = models.PositiveIntegerField(_("reports in the table"), default=0, editable=False)
    known = models.PositiveIntegerField(_("known before"), default=0, editable=False)
    made = models.PositiveIntegerField(_("complaints raised"), default=0, editable=False)
    put_up = models.PositiveIntegerField(_("put up for decision"), default=0, editable=False)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["file_digest"], condition=~Q(file_digest=""), name="complaint_table_once"
            ),
        )  # fmt: skip


class Complaint(Record):
    """A complaint with the facts that 21 CFR 820.35(a) asks for. Of a patient it holds no name."""

    PERSONAL = frozenset({"complainant", "patient_initials"})

    date_received = models.DateField(_("received on"), default=clock.today)
    channel = models.CharField(_("how it reached us"), max_length=12, choices=Channel, default=Channel.PHONE)
    complainant = models.TextField(_("complainant: name, address, telephone"), blank=True)
    country = models.CharField(_("country of the event"), max_length=COUNTRY, blank=True)
    details = models.TextField(_("nature and details"))
    complaint_reason = models.TextField(_("why it is or is not a complaint"), blank=True)
    problem = models.CharField(_("kind of problem"), max_length=12, choices=Problem, blank=True)
    device_name = models.CharField(_("device name"), max_length=200)
    udi = models.CharField(_("UDI or UPC"), max_length=200, blank=True)
    identifiers = models.CharField(
        _("other identification"), max_length=300, blank=True,
        help_text=_("Model, lot, serial number, software version."),
    )  # fmt: skip
    manufacturer = models.CharField(_("manufacturer, if not us"), max_length=200, blank=True)
    returned_on = models.DateField(_("device came back on"), null=True, blank=True)
    returned_how = models.TextField(_("its identification, where it is kept apart, what becomes of it"), blank=True)
    harm = models.CharField(_("harm"), max_length=12, choices=Harm, default=Harm.UNKNOWN)
    patient_initials = models.CharField(
        _("patient's initials"), max_length=3, blank=True, help_text=_("Letters only, never a name.")
    )
    patient_age = models.CharField(_("patient's age group"), max_length=8, choices=AgeGroup, blank=True)
    outcome = models.TextField(_("outcome for the person"), blank=True)
    no_report_reason = models.TextField(_("why no authority need be told"), blank=True)
    no_investigation_reason = models.TextField(_("why it is not investigated"), blank=True)
    findings = models.TextField(_("what the investigation found"), blank=True)
    cause = models.TextField(_("cause"), blank=True)
    contributor = models.TextField(_("outside party that contributed, and what was exchanged with it"), blank=True)
    risk_impact = models.CharField(_("what it means for risk"), max_length=8, choices=RiskImpact, blank=True)
    risk_reason = models.TextField(_("why, or which entry of the risk file"), blank=True)
    action = models.TextField(_("correction or corrective action taken"), blank=True)
    capa_reason = models.TextField(_("why a CAPA is or is not needed"), blank=True)
    reply = models.TextField(_("reply to the complainant"), blank=True)
    replied_on = models.DateField(_("replied on"), null=True, blank=True)
    source_key = models.CharField(_("number at its source"), max_length=60, blank=True, editable=False)
    imported_with = models.ForeignKey(
        ComplaintImport, models.PROTECT, null=True, editable=False, related_name="+", verbose_name=_("imported with")
    )

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["source_key"], condition=~Q(source_key=""), name="complaint_source_once"),
        )
        indexes = (models.Index(fields=["date_received", "problem"], name="complaint_trend"),)

    def clean(self) -> None:
        """Whatever tells of a patient is confidential, whoever forgot to say so."""
        if self.patient_initials and not (INITIALS.fullmatch(self.patient_initials) or is_mark(self.patient_initials)):
            raise ValidationError({"patient_initials": _now("Initials only: one to three letters. Never a name.")})
        if self.patient_initials or self.patient_age:
            self.confidential = True


class Reportability(Record):
    """Must this market's authority be told? One record for each market, with a clock from its own awareness."""

    PERSONAL = frozenset({"aware_by"})

    market = models.CharField(_("market"), max_length=2, choices=market_choices)
    criterion = models.CharField(
        _("what may have to be reported"), max_length=LONGEST_KEY, choices=rule_choices,
        help_text=_("In doubt choose the shorter clock: a report that was not needed can be taken back."),
    )  # fmt: skip
    aware_at = models.DateTimeField(_("became aware"), default=clock.now)
    zone = models.CharField(_("time zone of that place"), max_length=60, choices=zone_choices, default="UTC")
    aware_by = models.CharField(_("who became aware"), max_length=200)
    aware_how = models.TextField(_("how, and what was known then"), blank=True)
    seen_reportable_on = models.DateField(_("seen to be reportable on"), null=True, blank=True)
    rationale = models.TextField(_("why it is or is not reportable"), blank=True)
    report_by = models.DateField(_("to be reported by"), null=True, editable=False)
    deadline = models.DateTimeField(_("too late from"), null=True, editable=False)

    def clean(self) -> None:
        """The legal deadline follows from market, criterion and awareness alone; nobody can type it."""
        if self.state != OPEN:
            return
        rule = rules().get(self.criterion)
        if rule is None or self.market not in markets() or not isinstance(self.aware_at, dt.datetime):
            return
        if rule.market != self.market:
            raise ValidationError({"criterion": _now("This clock belongs to another market.")})
        found = deadline_of(rule, self.aware_at, self.zone)
        if self.report_by != found.last_day:
            self.report_by = self.due = found.last_day
        self.deadline = found.moment


class VigilanceReport(Record):
    """A report to an authority: first, follow-up or final."""

    market = models.CharField(_("market"), max_length=2, choices=market_choices)
    stage = models.CharField(_("stage"), max_length=10, choices=Stage, default=Stage.FIRST)
    authority = models.CharField(_("authority"), max_length=200)
    wording = models.TextField(_("what is reported"))
    informed_on = models.DateField(
        _("new information received on"), null=True, blank=True, help_text=_("Starts the clock of a follow-up.")
    )
    submitted_on = models.DateField(_("submitted on"), null=True, blank=True)
    channel = models.CharField(_("how it was submitted"), max_length=120, blank=True)
    reference = models.CharField(_("number at the authority"), max_length=120, blank=True)
    acknowledged_on = models.DateField(_("acknowledged on"), null=True, blank=True)
    answer = models.TextField(_("what the authority answered"), blank=True)
    report_by = models.DateField(_("to be reported by"), null=True, editable=False)

    def clean(self) -> None:
        """The clock of a follow-up, where the market's rule has one; a first report has that of its decision."""
        market = markets().get(self.market)
        if self.state != DRAFT or self.stage == Stage.FIRST or market is None or market.follow_up is None:
            return
        if isinstance(self.informed_on, dt.date):
            last = market.calendar.after_calendar_days(self.informed_on, market.follow_up.count)
            if self.report_by != last:
                self.report_by = self.due = last


RECIPIENT = (
    LineColumn(name="name", label=_("Recipient")),
    LineColumn(name="country", label=_("Country"), required=False),
    LineColumn(name="units", label=_("Devices"), kind="number", required=False),
    LineColumn(name="sent", label=_("Sent on"), kind="day", required=False),
    LineColumn(name="answered", label=_("Acknowledged on"), kind="day", required=False),
    LineColumn(name="outcome", label=_("What was done, or why no answer"), required=False),
)


class FieldAction(Record):
    """An action on devices that are out already, and the notice that users get of it."""

    sort = models.CharField(_("what is done"), max_length=12, choices=ActionSort, default=ActionSort.CORRECTION)
    why = models.TextField(_("what is wrong, and with which devices"))
    affected = models.CharField(_("UDI, lots or serial numbers"), max_length=400)
    units = models.PositiveIntegerField(_("devices concerned"), null=True, blank=True)
    hazard = models.TextField(_("evaluation of the hazard to health"), blank=True)
    plan = models.TextField(_("what is to be done by whom"), blank=True)
    urgent_reason = models.TextField(_("why it begins before authorities were told"), blank=True)
    no_report_reason = models.TextField(_("why no authority need be told"), blank=True)
    notice = RichTextField(_("text of the notice"), blank=True)
    notice_on = models.DateField(_("notice sent on"), null=True, blank=True)
    started_on = models.DateField(_("begun on"), null=True, blank=True)
    recipients = LinesField(_("recipients and their answers"), columns=RECIPIENT)
    effectiveness = models.TextField(_("how we know that it reached everybody and worked"), blank=True)

    @property
    def unanswered(self) -> list[dict[str, Any]]:
        """Recipients without an answer and without a word on why there is none."""
        return [line for line in self.recipients if not line.get("answered") and not line.get("outcome")]


class ComplaintTrend(Record):
    """One look at the trend: the figures are counted when it is raised, the conclusion is somebody's."""

    problem = models.CharField(_("kind of problem"), max_length=12, choices=Problem, blank=True)
    conclusion = models.TextField(_("what it means, and what follows"), blank=True)
    recent_from = models.DateField(_("window from"), null=True, editable=False)
    before_from = models.DateField(_("compared with the time from"), null=True, editable=False)
    recent = models.PositiveIntegerField(_("complaints in the window"), default=0, editable=False)
    before = models.PositiveIntegerField(_("complaints in the time before"), default=0, editable=False)
    expected = models.DecimalField(
        _("expected in the window"), max_digits=12, decimal_places=2, default=0, editable=False
    )
    chance = models.DecimalField(
        _("chance of so many if nothing changed"), max_digits=10, decimal_places=8, null=True, editable=False
    )
    verdict = models.CharField(
        _("verdict"), max_length=14, choices=Verdict, default=Verdict.NOT_EVALUABLE, editable=False
    )

    def clean(self) -> None:
        """Count anew until it is concluded; nobody types a figure."""
        if self.state != DRAFT or not isinstance(self.event_date, dt.date):
            return
        judged = judged_on(self.event_date, counted(exercise=self.exercise), self.problem, self.product_id)
        self.recent_from = judged.windows.recent.first
        self.before_from = judged.windows.before.first if judged.windows.before else None
        self.recent, self.before = judged.recent, judged.before
        self.expected = round(Decimal(judged.expected), 2)
        self.chance = None if judged.probability is None else round(Decimal(judged.probability), 8)
        self.verdict = judged.verdict


def counted(*, exercise: bool = False) -> "models.QuerySet[Complaint]":
    """The complaints that a trend counts: real ones that were neither void nor found to be none."""
    return models.QuerySet(Complaint).filter(exercise=exercise).exclude(state__in=(VOID, NOT_COMPLAINT))


def judged_on(
    day: dt.date, rows: "models.QuerySet[Complaint]", problem: str = "", product: int | None = None, groups: int = 1
) -> Judged:
    """One group's judgement on a day."""
    since: dt.date | None = rows.aggregate(since=models.Min("date_received"))["since"]
    windows = Windows.ending(day, since)
    wanted = Q(**({"problem": problem} if problem else {}), **({"product": product} if product else {}))

    def count(span: Span) -> Q:
        return wanted & Q(date_received__gte=span.first, date_received__lte=span.last)

    found = rows.aggregate(
        recent=models.Count("pk", filter=count(windows.recent)),
        before=models.Count("pk", filter=count(windows.before or Span(day, day - dt.timedelta(days=1)))),
    )
    return Judged(windows, found["recent"], found["before"], groups)
