"""Declarations: the scope of the quality system (ISO 13485 4.1.1, 4.2.2) and registrations (M9)."""

import datetime as dt

from dateutil.relativedelta import relativedelta
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from gemba.kernel.roles import Role
from gemba.kernel.types import Area, Flag, Panel, Permissions, RecordType, Screen, Section, Yields
from gemba.modules.scope import panels, screens
from gemba.modules.scope.models import Registration, Scope
from gemba.modules.scope.workflow import DRAFT, IN_FORCE, KEPT, registration_lifecycle, scope_lifecycle

MONTHS_BEFORE = 6
"""A registration is renewed for longer than a season; half a year before is late enough."""
MAY = Permissions(
    create=(Role.QUALITY, Role.MANAGEMENT),
    change=(Role.QUALITY, Role.MANAGEMENT),
    void=(Role.MANAGEMENT,),
    company_wide=True,
)


def expiring(today: dt.date) -> Q:
    """Kept registrations that expire within half a year, or have."""
    return Q(state=KEPT.name, expires__lt=today + relativedelta(months=MONTHS_BEFORE))


scope = RecordType(
    model=Scope, prefix="SCO", label=_("scope"), plural=_("scopes"),
    area=Area.SYSTEM,
    purpose=_("What the quality system is for, and which duties of which frameworks it has. Figures begin with it."),
    lifecycle=scope_lifecycle, columns=("purpose", "role", "valid_from", "owner"),
    sections=(
        Section(_("Purpose"), ("title", "purpose", "role", "statement", "site"), (DRAFT,)),
        Section(_("Markets"), ("markets",), (DRAFT,), help=_("Each market brings its laws.")),
        Section(_("Devices"), ("devices",), (DRAFT,)),
        Section(_("Answers"), ("answers",), (DRAFT,), help=_("The questionnaire asks them one by one.")),
        Section(_("Decisions"), ("decisions",), (DRAFT,), help=_("Only where an answer does not decide by itself.")),
        Section(_("Responsibility"), ("owner", "due"), (DRAFT,)),
    ),
    yields=(Yields("applicability_matrix", (IN_FORCE,), on="valid_from"),),
    permissions=MAY,
    panels=(Panel(name="applies", title=_("What follows from it"), template="scope/follows.html",
                  context=panels.follows, place="top", statements=0),),
    elsewhere=(Panel(name="no_scope", title=_("There is no scope yet"), template="scope/none.html",
                     context=panels.missing, place="top", statements=1),),
    screens=(
        Screen(name="questions", path="questions", view=screens.questions, on_record=True),
        Screen(name="applicability", path="applicability", view=screens.applicability, on_record=True),
    ),
)  # fmt: skip
registration = RecordType(
    model=Registration, prefix="REG", label=_("registration"), plural=_("registrations"),
    area=Area.PRODUCT,
    purpose=_("Leave to sell a product in a market, its certificate and when it expires."),
    lifecycle=registration_lifecycle, columns=("product", "market", "status", "expires", "owner"),
    sections=(
        Section(_("Registration"), ("title", "product", "market", "device_class", "route"), (DRAFT,)),
        Section(_("Standing"), ("status", "certificate", "expires", "owner"), (DRAFT, KEPT)),
    ),
    flags=(Flag("expiring", _("Expires soon"), _("Renew it, or end it with a reason."), expiring),),
    yields=(Yields("reg_register", (KEPT,)),),
    permissions=MAY,
)  # fmt: skip
