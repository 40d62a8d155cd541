"""The lives of the documents: written, asked about, reviewed, approved, read, changed, looked over, forgotten."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

from gemba.demo.company.colleagues import HOME
from gemba.demo.company.days import Calendar
from gemba.demo.company.papers import MIKAEL, Change, Fit, Paper, Reviewed, added, bytes_of, template_of, text_of
from gemba.demo.company.stage import Life, Stage
from gemba.evidence.claims.actions import ClaimDuties
from gemba.evidence.claims.catalogued import duties_of_clause, known_catalogue
from gemba.kernel import clock
from gemba.kernel.actions.advance import Advance, Void
from gemba.kernel.actions.connect import MakeLink
from gemba.kernel.actions.files import Attach
from gemba.kernel.actions.talk import Say
from gemba.kernel.actions.verbs import Do
from gemba.kernel.actions.write import Edit, Raise
from gemba.kernel.rows import load
from gemba.kernel.types import registry
from gemba.modules.document.guards import fit_checked
from gemba.modules.document.jobs import release_what_is_due, remind_of_reviews
from gemba.modules.document.models import Document, FitCheck, PeriodicReview, Reading, Revision

DAY = dt.timedelta(days=1)
FIRST_DAY, PER_DAY = 6, 4
STANDARD = "iso13485"
REVIEWERS_TIME, APPROVERS_TIME, READERS_TIME = 2 * DAY, 5 * DAY, 4 * DAY


def appear(stage: Stage, days: Calendar, paper: Paper, order: int) -> Life:
    """Everything about one document from its first day to today."""
    start = days.founding + (FIRST_DAY + order // PER_DAY) * DAY if paper.raised is None else days.day(paper.raised)
    yield days.at(start, 8, 20)
    raise_paper(stage, days, paper)
    if paper.void:
        yield days.at(start, 8, 50)
        stage.do(MIKAEL, Void, record=stage.record(paper.number), reason=paper.void)
        return
    if paper.outside:
        yield days.at(start, 9)
        stage.sign(MIKAEL, stage.record(paper.number), "register")
    else:
        first_revision(stage, paper)
        yield from circulate(stage, days, paper, Change(0, "", "", stops=paper.stops, fit=paper.fit), start)
    yield from later(stage, days, paper)


def raise_paper(stage: Stage, days: Calendar, paper: Paper) -> None:
    writer = MIKAEL if paper.outside or paper.owner == "Henrik" else paper.author
    values: dict[str, Any] = {
        "title": paper.title, "type": paper.type, "area": paper.area, "owner": stage.person(paper.owner),
        "site": stage.sites[HOME], "signers": signers(stage, paper),
        "readers": [{"group": group, "person": ""} for group in paper.readers],
        "governs": [{"kind": kind} for kind in paper.governs if kind in registry],
        "review_months": paper.review_months, "retention": paper.retention, "retention_years": paper.years,
        "issuer": paper.issuer, "edition": paper.edition, "source": paper.source, "place": paper.place,
        "proves": paper.proves, "takes_effect": "day" if paper.on_a_day else "approved",
        "product": stage.products.get(paper.product),
    }  # fmt: skip
    if paper.place:
        values |= {"custodian": stage.person(paper.owner), "event_date": days.founding - 60 * DAY}
    made = stage.do(writer, Raise, model=Document, values=values)
    stage.records[paper.number] = made
    known = known_catalogue()
    duties = [(STANDARD, duty.id) for each in paper.clauses for duty in duties_of_clause(known, STANDARD, each)]
    if duties:
        stage.do(MIKAEL, ClaimDuties, record=made, duties=duties)


def signers(stage: Stage, paper: Paper) -> list[dict[str, Any]]:
    """Who reviews, if anybody, and who approves: by name, as small companies do."""
    lines = [("review", paper.reviewer)] if paper.reviewer else []
    return [
        {"task": task, "role": "", "person": stage.person(who).uid, "order": None}
        for task, who in (*lines, ("approve", paper.signed_by))
    ]


def first_revision(stage: Stage, paper: Paper) -> None:
    """The text that the company brought along."""
    template = template_of(paper.template) if paper.template else ""
    scanned = paper.file.endswith(".pdf")
    values: dict[str, Any] = {
        "title": paper.title, "document": stage.record(paper.number), "site": stage.sites[HOME],
        "body": "" if scanned else text_of(paper.file), "steps": steps_of(paper.steps),
        "provenance": "template" if template else "authored", "product": stage.products.get(paper.product),
        "training_needed": bool(paper.readers),
    }  # fmt: skip
    if paper.on_a_day:
        values["effective_on"] = clock.today()
    fixed = {"template_name": paper.template, "template_text": template} if template else {}
    made = stage.do(paper.author, Raise, model=Revision, values=values, fixed=fixed)
    if scanned:
        stage.do(paper.author, Attach, record=made, name=paper.file.rpartition("/")[2], chunks=[bytes_of(paper.file)])


def steps_of(steps: Any) -> list[dict[str, Any]]:
    return [
        {"role": s.role, "action": s.action, "kind": s.kind if s.kind in registry else "", "tool": s.tool,
         "minutes": s.minutes}
        for s in steps
    ]  # fmt: skip


def working(stage: Stage, paper: Paper) -> Revision:
    """The revision that is being worked on."""
    found: Revision = Revision._base_manager.get(document=stage.record(paper.number), working=True)
    return found


def circulate(stage: Stage, days: Calendar, paper: Paper, change: Change, start: dt.date) -> Life:
    """From the draft to the last reader, or as far as it has come."""
    writer = change.author or paper.author
    if change.stops == "draft":
        return
    yield days.at(start, 15)
    stage.do(writer, Advance, record=working(stage, paper), name="submit")
    if change.rejected:
        yield days.at(start + REVIEWERS_TIME, 9, 30)
        stage.sign(paper.reviewer or paper.signed_by, working(stage, paper), "reject", change.rejected)
        yield days.at(start + 2 * REVIEWERS_TIME, 10)
        stage.do(writer, Advance, record=working(stage, paper), name="submit")
        start += 2 * REVIEWERS_TIME
    yield days.at(start + REVIEWERS_TIME, 11)
    look_at(stage, paper, change)
    if change.stops:
        return
    yield days.at(start + APPROVERS_TIME, 14)
    approve(stage, paper, change)
    for late, reader in enumerate(readers_now(stage, paper)):
        yield days.at(start + APPROVERS_TIME + (1 + late % 3) * READERS_TIME, 8 + late % 7, 12)
        sign_reading(stage, paper, reader)


def look_at(stage: Stage, paper: Paper, change: Change) -> None:
    """Who does the work says whether it fits, the reviewer reads and signs."""
    fit = change.fit or (paper.fit if fit_checked(working(stage, paper)) else None)
    if fit:
        answer_fit(stage, paper, fit)
    if change.remark:
        stage.do(paper.reviewer or paper.signed_by, Say, record=working(stage, paper), text=change.remark)
    if paper.reviewer:
        stage.sign(paper.reviewer, working(stage, paper), "review")


def answer_fit(stage: Stage, paper: Paper, fit: Fit) -> None:
    who = stage.person(fit.who)
    asked = FitCheck._base_manager.filter(revision=working(stage, paper), owner=who, open=True).first()
    if asked is None:
        stage.do(MIKAEL, Do, record=working(stage, paper), name="ask_fit", values={"people": [who]})
        asked = FitCheck._base_manager.get(revision=working(stage, paper), owner=who, open=True)
    values = {
        "fits": "partly" if fit.differs else "yes", "who_does_it": who.name, "how_often": fit.how_often,
        "which_tool": fit.tool, "what_differs": fit.differs,
    }  # fmt: skip
    stage.do(fit.who, Do, record=asked, name="answer", values=values)


def approve(stage: Stage, paper: Paper, change: Change) -> None:
    if change.remark:
        comments = list(working(stage, paper).comments.all())
        values = {"comments": comments, "answer": "Yes. It is in the text now."}
        stage.do(
            change.author or paper.author, Do, record=working(stage, paper), name="resolve_comments", values=values
        )
    if paper.bypass:
        stage.do(
            MIKAEL, Do, record=working(stage, paper), name="go_on_without_fit", reason=paper.bypass
        )  # fmt: skip
    stage.sign(paper.signed_by, working(stage, paper), "approve")


def readers_now(stage: Stage, paper: Paper) -> list[str]:
    """Who was asked to read the revision in effect and will, in the order of names."""
    asked = Reading._base_manager.filter(revision__document=stage.record(paper.number), state="asked")
    names = asked.order_by("owner__name").values_list("owner__name", flat=True)
    return [name for name in names if name.split()[0] not in paper.unread]


def sign_reading(stage: Stage, paper: Paper, reader: str) -> None:
    """If it is still asked: a later revision may have come in between."""
    asked = Reading._base_manager.filter(
        revision__document=stage.record(paper.number), owner=stage.person(reader), state="asked"
    )
    for reading in asked:
        stage.sign(reader, reading, "read")


def later(stage: Stage, days: Calendar, paper: Paper) -> Life:
    """Changes and periodic reviews in the order of their days, and the end."""
    happenings: list[Change | Reviewed] = [*paper.changes, *paper.reviews]
    for happening in sorted(happenings, key=lambda each: -each.ago):
        if isinstance(happening, Change):
            yield from revise(stage, days, paper, happening)
        else:
            yield from look_over(stage, days, paper, happening)
    if paper.retired:
        ago, why = paper.retired
        yield days.ago(ago, 10, 40)
        stage.sign(MIKAEL, stage.record(paper.number), "retire", why)


def revise(stage: Stage, days: Calendar, paper: Paper, change: Change) -> Life:
    """A new revision of the text, for a reason."""
    yield days.ago(change.ago, 9, 25)
    writer = change.author or paper.author
    document = stage.record(paper.number)
    stage.do(writer, Do, record=document, name="revise", values={"change_reason": change.why})
    made = working(stage, paper)
    values: dict[str, Any] = {"body": made.body + added(change.adds), "what_changed": change.adds.strip("# ")[:200]}
    if change.steps is not None:
        values["steps"] = steps_of(change.steps)
    if change.effective_in is not None:
        values["effective_on"] = days.day(-change.effective_in)
    stage.do(writer, Edit, record=made, values=values)
    yield from circulate(stage, days, paper, change, days.day(change.ago))


def look_over(stage: Stage, days: Calendar, paper: Paper, review: Reviewed) -> Life:
    """The periodic review, begun and signed."""
    yield days.ago(review.ago, 13, 30)
    values = {"outcome": review.outcome, "considered": review.what}
    if review.newer:
        values["newer_edition"] = review.newer
    made = stage.do(MIKAEL, Do, record=stage.record(paper.number), name="look_over", values=values)
    stage.sign(MIKAEL, load(PeriodicReview, made.pk), "confirm")


def described_by(papers: tuple[Paper, ...], process: str) -> Iterator[Paper]:
    """The documents of a process that are not void."""
    return (paper for paper in papers if paper.process == process and not paper.void)


def belong(stage: Stage, papers: tuple[Paper, ...], title: str) -> None:
    """Link the documents that there are to their process."""
    for paper in described_by(papers, title):
        if paper.number in stage.records and stage.record(paper.number).open:
            stage.do(MIKAEL, MakeLink, record=stage.record(paper.number), role="belongs_to", to=stage.record(title))


def nights(days: Calendar) -> Life:
    """What happens without anybody: what has come due is put into effect, and what is late is told of."""
    yield days.ago(1, 5)
    release_what_is_due()
    remind_of_reviews()
