"""Declarations: suppliers, their evaluations, decisions, figures, orders and deliveries (ISO 13485 7.4.1 to 7.4.3)."""

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from gemba.kernel.links.holding import UNDER_CHANGE
from gemba.kernel.roles import Role
from gemba.kernel.types import Area, Flag, LinkRole, Panel, Permissions, RecordType, Screen, Section, Verb, Yields
from gemba.modules.supplier import buying, controls, panels, screens, verbs
from gemba.modules.supplier import states as at
from gemba.modules.supplier.choices import Look, Ruling
from gemba.modules.supplier.models import (
    Incoming,
    Purchase,
    Supplier,
    SupplierDecision,
    SupplierEvaluation,
    SupplierPerformance,
)
from gemba.modules.supplier.standing import beyond_limits
from gemba.modules.supplier.workflow import (
    BUYERS,
    DECIDERS,
    decision_lifecycle,
    evaluation_lifecycle,
    performance_lifecycle,
    supplier_lifecycle,
)

KEPT = (at.PROPOSED, at.APPROVED, at.CONDITIONAL, at.SUSPENDED, at.DISQUALIFIED)
MAY = Permissions(
    create=BUYERS, change=(Role.OPERATIONS, Role.QUALITY, Role.MANAGEMENT), void=DECIDERS, company_wide=True
)  # fmt: skip
RESPONSIBILITY = _("Responsibility")
PLACE = ("owner", "due", "site", "product", "confidential")

supplier = RecordType(
    model=Supplier, prefix="SUP", label=_("supplier"), plural=_("suppliers"),
    area=Area.PRODUCT,
    purpose=_("Somebody we buy from, or who does our work: chosen, approved and watched by what a mistake could do "
              "(7.4.1)."),
    lifecycle=supplier_lifecycle, columns=("criticality", "valid_from", "owner"),
    sections=(
        Section(_("Supplier"), ("title", "supplies", "address", "event_date"), (at.PROPOSED,),
                help=_("Once it is approved, a signed decision changes these.")),
        Section(_("Class"), ("criticality", "criticality_reason"), (at.PROPOSED,),
                help=_("The class decides which controls it must be under.")),
        Section(_("Contact and quality agreement"), ("contact", "agreement_from", "agreement_until"), KEPT,
                help=_("Link the text of the agreement as “agreed in”.")),
        Section(_("When we act"), ("most_late", "most_faulty"), KEPT),
        Section(RESPONSIBILITY, PLACE, KEPT),
    ),
    links=(
        LinkRole(controls.AGREED_IN, _("agreed in"), back=_("quality agreement with")),
        LinkRole("makes_for", _("belongs to"), back=_("uses the supplier")),
        LinkRole("had", _("had"), to=("nonconformity", "capa", "complaint"), back=_("concerns the supplier")),
    ),
    yields=(
        Yields("quality_agreement", (at.APPROVED, at.CONDITIONAL), on="agreement_from",
               where=Q(agreement_from__isnull=False)),
    ),
    flags=(
        Flag("control-missing", _("Lacks a control of its class"),
             _("Look at the page: it says which control is missing. Add it, or suspend the supplier."),
             controls.control_missing),
        Flag("overdue", _("Re-evaluation overdue"), _("Evaluate it again, or suspend it until somebody has."),
             controls.overdue),
        Flag("expiring", _("Certificate runs out within three months"),
             _("Ask for the new certificate and look whether it covers the same site and goods."), controls.expiring),
    ),
    permissions=MAY,
    evidence_checks=(buying.SUPPLIER_APPROVED,),
    verbs=(
        Verb(name="evaluate", label=_("Evaluate"), run=verbs.evaluate, form=verbs.EvaluateForm, by=BUYERS, owner=True,
             states=KEPT, help=_("First qualification, re-evaluation, audit, or a new certificate.")),
        Verb(name="count", label=_("Count a period"), run=verbs.count, form=verbs.CountForm, by=BUYERS, owner=True,
             states=KEPT, help=_("How much came, late or faulty.")),
        Verb(name="propose", label=_("Propose a decision"), run=verbs.propose, form=verbs.DecisionForm, by=BUYERS,
             owner=True, states=KEPT, primary=True,
             help=_("Approve, approve with conditions, suspend or disqualify. Somebody else decides.")),
    ),
    panels=(
        Panel(name="controls", title=_("What its class asks for"), template="supplier/controls.html",
              context=panels.controls_shown, place="top", statements=1),
        Panel(name="file", title=_("Supplier file"), template="supplier/panel_file.html", context=panels.file_shown,
              statements=10),
    ),
    screens=(
        Screen(name="supplier_list", path="suppliers", view=screens.approved_list, menu=_("Approved suppliers")),
        Screen(name="supplier_file", path="file", view=screens.supplier_file, on_record=True),
    ),
)  # fmt: skip

evaluation = RecordType(
    model=SupplierEvaluation, prefix="SEV", label=_("supplier evaluation"), plural=_("supplier evaluations"),
    area=Area.PRODUCT, part_of="supplier",
    purpose=_("A look at a supplier: first qualification, re-evaluation, audit or certificate, signed (7.4.1)."),
    lifecycle=evaluation_lifecycle, columns=("supplier", "look", "result", "expires", "next_due"),
    sections=(
        Section(_("Evaluation"), ("title", "supplier", "look", "means", "event_date"), (at.OPEN,)),
        Section(_("Criteria"), ("criteria",), (at.OPEN,),
                help=_("Judged by ability, performance, effect on the device, and risk.")),
        Section(_("Certificate"), ("standard", "certificate", "issuer", "expires", "covers"), (at.OPEN,),
                help=_("Attach it. Look whether it covers the site and the goods.")),
        Section(_("Result"), ("result", "reasons", "next_due"), (at.OPEN,)),
        Section(RESPONSIBILITY, PLACE, (at.OPEN,)),
    ),
    links=(LinkRole("seen_in", _("can be seen in"), back=_("shown to the evaluation")),),
    yields=(
        Yields("supplier_file", (at.SIGNED,), on="signed_on", where=Q(look__in=(Look.QUALIFICATION, Look.AUDIT))),
        Yields("supplier_criteria", (at.SIGNED,), on="signed_on", where=Q(look__in=(Look.QUALIFICATION, Look.AGAIN))),
        Yields("supplier_reeval", (at.SIGNED,), on="signed_on", where=Q(look=Look.AGAIN)),
    ),
    permissions=MAY,
    panels=(
        Panel(name="score", title=_("Score"), template="supplier/score.html", context=panels.score_shown,
              place="beside", statements=0),
    ),
)  # fmt: skip

decision = RecordType(
    model=SupplierDecision, prefix="SDEC", label=_("supplier decision"), plural=_("supplier decisions"),
    area=Area.PRODUCT, part_of="supplier",
    purpose=_("A status of a supplier from a day on, for named goods from a named place, signed (7.4.1)."),
    lifecycle=decision_lifecycle, columns=("supplier", "ruling", "valid_from", "valid_to", "until"),
    sections=(
        Section(_("Decision"), ("title", "supplier", "ruling", "grounds", "conditions", "until", "event_date"),
                (at.ASKED,)),
        Section(_("For what"), ("supplies", "address"), (at.ASKED,)),
        Section(_("Class"), ("criticality", "criticality_reason"), (at.ASKED,)),
        Section(RESPONSIBILITY, PLACE, (at.ASKED,)),
    ),
    links=(
        LinkRole(UNDER_CHANGE, _("under the change"), to=("change",), back=_("changes the supplier")),
        LinkRole("rests_on", _("rests on"), back=_("led to the decision")),
    ),
    yields=(
        Yields("supplier_file", (at.DECIDED,), on="valid_from",
               where=Q(ruling__in=(Ruling.APPROVE, Ruling.CONDITIONS))),
    ),
    flags=(
        Flag("in-force", _("In force"), _("The decision that holds now."), lambda _today: Q(standing=True)),
    ),
    permissions=MAY,
    panels=(
        Panel(name="before", title=_("Before it is decided"), template="supplier/before.html",
              context=panels.differs_shown, place="top", statements=2),
    ),
)  # fmt: skip

performance = RecordType(
    model=SupplierPerformance, prefix="SPER", label=_("supplier performance"), plural=_("supplier performance"),
    area=Area.PRODUCT, part_of="supplier",
    purpose=_("What a supplier delivered in a period, and how much of it late or faulty (7.4.1)."),
    lifecycle=performance_lifecycle, columns=("supplier", "ends", "deliveries", "late", "faulty"),
    sections=(
        Section(_("Figures"), ("title", "supplier", "begins", "ends", "deliveries", "late", "faulty", "source"),
                (at.OPEN,)),
        Section(_("What we did about it"), ("acted",), (at.OPEN,)),
        Section(RESPONSIBILITY, PLACE, (at.OPEN,)),
    ),
    links=(LinkRole("led_to", _("led to"), to=("nonconformity", "capa"), back=_("was seen in the figures")),),
    yields=(Yields("supplier_monitoring", (at.SIGNED,), on="ends"),),
    flags=(
        Flag("beyond", _("Beyond the limit"), _("Say what was done about it, or open a CAPA."), beyond_limits),
    ),
    permissions=MAY,
)  # fmt: skip

NOT_APPROVED = Flag(
    "not-approved", _("Supplier not approved on that day"),
    _("Approve the supplier before the next order, and look at what came in full."), buying.from_nobody_approved,
)  # fmt: skip

purchase = RecordType(
    model=Purchase, prefix="PUR", label=_("order"), plural=_("orders"),
    area=Area.PRODUCT, part_of="supplier",
    purpose=_("What a supplier was told to deliver, with revision and requirements, checked before it went out "
              "(7.4.2)."),
    lifecycle=buying.purchase_lifecycle, columns=("supplier", "reference", "event_date", "owner"),
    sections=(
        Section(_("Order"), ("title", "supplier", "reference", "event_date"), (at.OPEN,)),
        Section(_("What the supplier is told"), ("items", "asked", "change_notice", "at_supplier"), (at.OPEN,)),
        Section(RESPONSIBILITY, PLACE, (at.OPEN,)),
    ),
    links=(LinkRole("says", _("refers to the specification"), back=_("ordered by")),),
    yields=(Yields("purchase_order", (buying.ORDERED,)),),
    flags=(
        NOT_APPROVED,
        Flag("exception", _("Let go as an exception"), _("The rule was bypassed for a reason; it stays counted."),
             lambda _today: Q(exception=True)),
    ),
    permissions=MAY,
)  # fmt: skip

incoming = RecordType(
    model=Incoming, prefix="GIN", label=_("incoming inspection"), plural=_("incoming inspections"),
    area=Area.PRODUCT, part_of="supplier",
    purpose=_("What was looked at when goods came, what was found, and what became of them (7.4.3)."),
    lifecycle=buying.incoming_lifecycle, columns=("supplier", "item", "lot", "outcome", "event_date"),
    sections=(
        Section(_("Goods"), ("title", "supplier", "of_order", "item", "lot", "quantity", "papers", "event_date"),
                (at.OPEN,)),
        Section(_("Inspection"), ("checked", "outcome", "reasons"), (at.OPEN,)),
        Section(RESPONSIBILITY, PLACE, (at.OPEN,)),
    ),
    links=(LinkRole("by_plan", _("checked by the plan"), back=_("plan of the inspection")),),
    yields=(Yields("incoming_inspection", (at.SIGNED,)),),
    flags=(
        NOT_APPROVED,
        Flag("no-nonconformity", _("Faulty goods without a nonconformity"),
             _("Report the nonconformity from this page."), buying.without_nonconformity),
    ),
    permissions=Permissions(create=(*BUYERS, Role.EMPLOYEE), change=MAY.change, void=DECIDERS),
    panels=(
        Panel(name="extent", title=_("How much is looked at"), template="supplier/extent.html",
              context=buying.extent_shown, place="top", statements=1),
    ),
)  # fmt: skip
