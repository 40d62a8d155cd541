"""Declarations: CAPA and its actions (ISO 13485 8.5.2, 8.5.3; M108, M149-M155)."""

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from gemba.kernel.types import Area, LinkRole, Panel, Permissions, RecordType, Screen, Section, Yields
from gemba.modules.capa import facts, flags, screens, states
from gemba.modules.capa.actions_of import ROLE
from gemba.modules.capa.models import Capa, CapaAction
from gemba.modules.capa.panels import actions_shown, drawings_shown, effect_shown, seen_before
from gemba.modules.capa.workflow import DECIDERS, WORKERS, action_lifecycle, capa_lifecycle

BEGINNING = (states.OPENED, states.INVESTIGATION)
WORKING = (*BEGINNING, states.IMPLEMENTATION)
UNFINISHED = (*WORKING, states.APPROVAL, states.WATCHED)

action = RecordType(
    model=CapaAction, prefix="ACT", label=_("CAPA action"), plural=_("CAPA actions"),
    area=Area.IMPROVEMENT, part_of="capa",
    purpose=_("One thing that somebody does because of a CAPA, with a day, done where one can see it (8.5.2 e)."),
    lifecycle=action_lifecycle, columns=("purpose", "type", "due", "owner"),
    sections=(
        Section(_("What is to be done"), ("title", "what", "purpose", "type"), (states.PLANNED,)),
        Section(_("Responsibility"), ("owner", "due", "site", "product"), (states.PLANNED,)),
        Section(_("What was done"), ("done_on", "outcome"), (states.AGREED,),
                help=_("Attach a file or link a record in which one can see it.")),
    ),
    links=(
        LinkRole(ROLE, _("is part of"), to=("capa",), back=_("action"), offer=_("Plan an action")),
        LinkRole("shown_by", _("can be seen in"), back=_("shows")),
    ),
    permissions=Permissions(create=WORKERS, change=DECIDERS),
    flags=(flags.LOOSE,),
)  # fmt: skip

capa = RecordType(
    facts=facts.OF_CAPAS, model=Capa, prefix="CAPA", label=_("CAPA"), plural=_("CAPAs"),
    area=Area.IMPROVEMENT,
    purpose=_("Removes the cause of what went wrong or could, and shows from records that it did (8.5.2, 8.5.3)."),
    lifecycle=capa_lifecycle, columns=("risk_level", "due", "owner"),
    sections=(
        Section(_("Problem"), ("title", "symptom", "unmet", "source", "nature", "extent", "event_date"),
                BEGINNING),
        Section(_("Figure that shows it"), ("measure", "unit", "before", "period"), BEGINNING,
                help=_("The same figure, taken before and after, tells whether anything improved.")),
        Section(_("Risk and people"), ("risk_level", "risk_reason", "team"), BEGINNING,
                help=_("Ask people from where the work is done, not from quality alone.")),
        Section(_("Correction"), ("corrected", "corrected_on"), WORKING,
                help=_("What put this case right. It does not remove the cause.")),
        Section(_("Investigation and root cause"), screens.INVESTIGATED, (states.INVESTIGATION,)),
        Section(_("Plan and criterion"),
                ("justification", "side_effects", "criterion", "direction", "target", "records_needed"),
                (states.INVESTIGATION,),
                help=_("By which figure the effect will be judged is set now, before anything is done.")),
        Section(_("When the effect is observed"), ("check_from", "check_due"),
                (states.INVESTIGATION, states.IMPLEMENTATION)),
        Section(_("What else changed"), ("no_document", "no_training"), (states.IMPLEMENTATION,),
                help=_("Link what changed and how people understood it; give a reason only where nothing had to.")),
        Section(_("Effect"), ("after", "result"), (states.WATCHED,)),
        Section(_("Responsibility"), ("owner", "due", "site", "product", "confidential"), UNFINISHED),
    ),
    links=(
        LinkRole("raised_from", _("was raised from"), back=_("led to"), offer=_("Open a CAPA")),
        LinkRole("recurrence_of", _("is a recurrence of"), to=("capa",), back=_("came back as")),
        LinkRole("revises", _("revised"), back=_("was revised by")),
        LinkRole("understood", _("was understood through"), back=_("explained")),
        LinkRole("seen_in", _("its effect is seen in"), back=_("shows the effect of")),
        LinkRole("changes", _("is carried out by the change"), back=_("carries out")),
    ),
    yields=(
        Yields("capa", (states.WATCHED, states.CLOSED), on="implemented_on", where=Q(nature=Capa.Nature.CORRECTIVE)),
        Yields("preventive_action", (states.WATCHED, states.CLOSED), on="implemented_on",
               where=Q(nature=Capa.Nature.PREVENTIVE)),
        Yields("capa_effectiveness", (states.CLOSED,), on="checked_on"),
        Yields("improvement_record", (states.CLOSED,), on="checked_on"),
    ),
    permissions=Permissions(create=WORKERS, change=DECIDERS, void=DECIDERS),
    flags=flags.OF_A_CAPA,
    panels=(
        Panel(name="actions", title=_("Actions"), template="capa/actions.html", context=actions_shown, statements=1),
        Panel(name="drawings", title=_("How the cause was found"), template="capa/drawings.html",
              context=drawings_shown, statements=0),
        Panel(name="effect", title=_("Before, after, and since"), template="capa/effect.html", context=effect_shown,
              place="top", statements=3),
        Panel(name="before", title=_("Has this happened before?"), template="capa/before.html", context=seen_before,
              place="beside", statements=2),
    ),
    screens=(
        Screen(name="capa_age", path="capa/age", view=screens.age, menu=_("CAPA age and closure")),
        Screen(name="capa_log", path="capa/log", view=screens.log, menu=_("CAPA log")),
        Screen(name="capa_investigate", path="investigate", view=screens.investigate, on_record=True,
               menu=_("Investigate and draw")),
        Screen(name="capa_draw", path="draw", view=screens.draw, on_record=True),
    ),
)  # fmt: skip
