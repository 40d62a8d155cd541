"""Declarations: documents, their revisions, readings, fit checks and periodic reviews (ISO 13485 4.2; M33 to M57)."""

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from gemba.kernel.lifecycle.machine import VOID
from gemba.kernel.roles import STAFF, Role
from gemba.kernel.types import After, Area, Flag, LinkRole, Permissions, RecordType, Section, Verb
from gemba.modules.document import effects, facts, flags, forms, guards, panels, proofs, screens, validity, verbs
from gemba.modules.document.asked import FitCheck, PeriodicReview, Reading
from gemba.modules.document.family import Document, Revision
from gemba.modules.document.numbers import number_of_document, number_of_revision
from gemba.modules.document.states import (
    APPROVAL,
    APPROVED,
    ASKED,
    DRAFT,
    EFFECTIVE,
    IN_FORCE,
    LOOKING,
    PREPARATION,
    QUESTION,
    RETIRED,
    REVIEW,
)
from gemba.modules.document.workflow import (
    document_lifecycle,
    fit_check_lifecycle,
    reading_lifecycle,
    review_lifecycle,
    revision_lifecycle,
)  # fmt: skip

STANDING = (PREPARATION, IN_FORCE)


document = RecordType(
    model=Document, prefix="DOC", label=_("document"), plural=_("documents"),
    area=Area.DOCUMENTS,
    purpose=_("What the quality system says in writing, who keeps it and until when. Every document is controlled."),
    lifecycle=document_lifecycle, number=number_of_document,
    columns=("type", "area", "next_review", "owner"),
    sections=(
        Section(_("Document"), ("title", "type", "area"), (PREPARATION,)),
        Section(_("Responsibility"), ("owner", "site", "product", "confidential"), STANDING),
        Section(
            _("Review and approval"),
            ("signers", "in_order", "takes_effect", "trained_percent", "review_months"), STANDING,
        ),
        Section(_("Readers"), ("readers", "reading_days", "governs"), STANDING),
        Section(_("Retention"), ("retention", "retention_years", "retention_from", "retention_basis"), STANDING),
        Section(_("On paper"), ("place", "custodian", "proves", "event_date"), STANDING),
        Section(_("From outside"), ("issuer", "edition", "source"), STANDING),
    ),
    links=(
        LinkRole(
            "belongs_to", _("belongs to the process"), to=("process",), back=_("described in"),
            offer=_("Write a document for it"),
        ),
    ),
    yields=proofs.OF_DOCUMENTS,
    flags=flags.OF_DOCUMENTS, claim_checks=validity.CLAIM_CHECKS,
    permissions=Permissions(create=STAFF, change=(Role.QUALITY,), void=(Role.QUALITY,), company_wide=True),
    keeps=(guards.kept_for_retention,),
    verbs=(
        Verb(
            name="revise", label=_("Start a revision"), run=verbs.revise, by=STAFF, states=STANDING,
            form=forms.ReviseForm, objections=(verbs.none_under_way,), primary=True,
        ),
        Verb(
            name="look_over", label=_("Review it"), run=verbs.look_over, by=(Role.QUALITY,), owner=True,
            states=(IN_FORCE,), form=forms.LookOverForm,
            help=_("The periodic review: whether it still holds. It is signed on the next page."),
        ),
        Verb(
            name="note_destruction", label=_("Note its destruction"), run=verbs.note_destruction, by=(Role.QUALITY,),
            states=(RETIRED,), form=forms.DestructionForm, objections=(verbs.not_destroyed,),
        ),
    ),
    panels=panels.OF_DOCUMENTS, elsewhere=panels.ELSEWHERE, screens=screens.OF_DOCUMENTS,
)  # fmt: skip

revision = RecordType(
    model=Revision, prefix="REV", label=_("revision"), plural=_("revisions"),
    area=Area.DOCUMENTS, part_of="document",
    purpose=_("One text of a document, from draft to superseded. Approved ones never change."),
    lifecycle=revision_lifecycle, number=number_of_revision,
    columns=("document", "sequence", "valid_from", "valid_to", "owner"),
    sections=(
        Section(_("Revision"), ("title", "document", "change_reason", "what_changed"), (DRAFT,)),
        Section(_("Text"), ("body", "terms"), (DRAFT,)),
        Section(_("Work"), ("steps", "cadence"), (DRAFT,)),
        Section(_("Taking effect"), ("effective_on", "training_needed", "provenance"), (DRAFT,)),
        Section(_("Responsibility"), ("owner", "site", "product", "confidential"), (DRAFT,)),
    ),
    links=(
        LinkRole("made_from", _("made from"), to=("revision",), back=_("template of")),
        LinkRole("answers", _("answers"), back=_("led to the revision")),
        LinkRole("under_change", _("under the change"), to=("change",), back=_("changes the document")),
    ),
    yields=proofs.OF_REVISIONS, facts=facts.OF_REVISIONS, evidence_checks=validity.CHECKS,
    flags=flags.OF_REVISIONS,
    permissions=Permissions(create=STAFF, change=(Role.QUALITY,), void=(Role.QUALITY,), company_wide=True),
    keeps=(guards.approved_is_kept,),
    after=(After("revision", VOID, effects.let_go), After("change", "put_into_effect", effects.change_took_effect)),
    verbs=(
        Verb(
            name="resolve_comments", label=_("Resolve comments"), run=verbs.resolve_comments, by=(Role.QUALITY,),
            owner=True, states=(DRAFT, REVIEW, APPROVAL), form=forms.ResolveForm,
            objections=(verbs.comments_are_open,),
        ),
        Verb(
            name="ask_fit", label=_("Ask whether it fits the work"), run=verbs.ask_fit, by=(Role.QUALITY,), owner=True,
            states=(DRAFT, REVIEW, APPROVAL), form=forms.FitPeopleForm,
            help=_("People who do the work say who does it, how often, with which tool, and what differs."),
        ),
        Verb(
            name="go_on_without_fit", label=_("Go on without asking"), run=verbs.go_on_without_fit,
            by=(Role.QUALITY, Role.MANAGEMENT), states=(REVIEW, APPROVAL), reason=True, objections=(verbs.fit_is_open,),
            help=_("The text is approved though nobody who does the work looked at it. That is shown and counted."),
        ),
        Verb(
            name="ask_to_read", label=_("Ask to read"), run=verbs.ask_to_read, by=(Role.QUALITY,),
            states=(APPROVED, EFFECTIVE), form=forms.PeopleForm,
        ),
    ),
    panels=panels.OF_REVISIONS, screens=screens.OF_REVISIONS,
)  # fmt: skip

reading = RecordType(
    model=Reading, prefix="READ", label=_("reading"), plural=_("readings"),
    area=Area.DOCUMENTS, part_of="document",
    purpose=_("That one person has read one revision and understood it, signed. Training begins with it."),
    lifecycle=reading_lifecycle, columns=("revision", "due", "read_on", "owner"),
    sections=(Section(_("Reading"), ("title", "revision", "owner", "due", "site"), (ASKED,)),),
    yields=proofs.OF_READINGS,
    flags=(
        Flag("late", _("Not read in time"), _("Read it and sign, or ask for more time."),
             lambda today: Q(state=ASKED.name, due__lt=today)),
    ),
    permissions=Permissions(create=(Role.QUALITY,), change=(Role.QUALITY,), void=(Role.QUALITY,)),
    panels=panels.OF_READINGS,
)  # fmt: skip

fit_check = RecordType(
    model=FitCheck, prefix="FIT", label=_("fit check"), plural=_("fit checks"),
    area=Area.DOCUMENTS, part_of="document",
    purpose=_("Whether a text describes the work as it is done here, said by somebody who does it."),
    lifecycle=fit_check_lifecycle, columns=("revision", "fits", "answered_on", "owner"),
    sections=(
        Section(_("Question"), ("title", "revision", "owner", "due", "site"), (QUESTION,)),
        Section(_("Answer"), ("fits", "who_does_it", "how_often", "which_tool", "what_differs"), (QUESTION,)),
    ),
    permissions=Permissions(create=(Role.QUALITY,), change=(Role.QUALITY,), void=(Role.QUALITY,)),
    verbs=(
        Verb(
            name="answer", label=_("Answer"), run=verbs.answer_fit, by=(), owner=True, states=(QUESTION,),
            form=forms.AnswerForm, primary=True,
        ),
    ),
)  # fmt: skip

periodic_review = RecordType(
    model=PeriodicReview, prefix="DREV", label=_("periodic review"), plural=_("periodic reviews"),
    area=Area.DOCUMENTS, part_of="document",
    purpose=_("Whether a document still holds, looked at and signed. Each document is reviewed again in its period."),
    lifecycle=review_lifecycle, columns=("document", "outcome", "reviewed_on", "owner"),
    sections=(
        Section(_("Review"), ("title", "document", "owner", "site", "product", "confidential"), (LOOKING,)),
        Section(_("Outcome"), ("outcome", "considered", "newer_edition"), (LOOKING,)),
    ),
    yields=proofs.OF_REVIEWS,
    permissions=Permissions(create=STAFF, change=(Role.QUALITY,), void=(Role.QUALITY,), company_wide=True),
)  # fmt: skip
