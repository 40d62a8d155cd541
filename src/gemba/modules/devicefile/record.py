"""Declarations: design and development files, medical device files (ISO 13485 7.3.10, 4.2.3; M37, M38, M50)."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from gemba.kernel.attachments.models import Attachment
from gemba.kernel.lifecycle.machine import Text
from gemba.kernel.links.models import Link
from gemba.kernel.roles import Role
from gemba.kernel.types import Area, Flag, LinkRole, Panel, Permissions, RecordType, Screen, Section, Yields
from gemba.modules.devicefile import panels, screens
from gemba.modules.devicefile.models import DesignFile, DeviceFile
from gemba.modules.devicefile.parts import DESIGN, DEVICE, Part
from gemba.modules.devicefile.states import CLOSED, CURRENT, FILLING
from gemba.modules.devicefile.workflow import KEEPERS, lifecycle


def changed_since(_today: dt.date) -> Q:
    """Something was linked, unlinked or said otherwise since the index was confirmed."""
    links = Link.objects.filter(source=OuterRef("pk"))
    later = Q(made_at__gt=OuterRef("confirmed_at")) | Q(ended__gt=OuterRef("confirmed_at"))
    suspect = Q(ended=None) & ~Q(seen=F("target__digest"))
    return Q(state=CURRENT.name) & Q(Exists(links.filter(later | suspect)))


def loose_file(_today: dt.date) -> Q:
    return Q(Exists(Attachment.objects.filter(record=OuterRef("pk"), removed=None)))


FLAGS = (
    Flag("changed", _("Changed since it was confirmed"), _("Look through the index and confirm it again."),
         changed_since),
    Flag("loose", _("Holds a file outside control"),
         _("Bring the file in as a document or record, link that, and take the file out here."), loose_file),
)  # fmt: skip


def roles_of(parts: Sequence[Part], back: Text) -> tuple[LinkRole, ...]:
    return tuple(LinkRole(part.name, part.label, back=back) for part in parts)


@dataclass(frozen=True, slots=True)
class Words:
    """How a file is called, what it is for, and which evidence it is."""

    prefix: str
    label: Text
    plural: Text
    purpose: Text
    back: Text
    evidence: str


def declared(model: Any, parts: Sequence[Part], words: Words) -> RecordType[Any]:
    """Both files differ in their parts and words alone."""
    return RecordType(
        model=model, prefix=words.prefix, label=words.label, plural=words.plural, area=Area.PRODUCT,
        purpose=words.purpose, lifecycle=lifecycle(), columns=("product", "variant", "confirmed_at", "owner"),
        sections=(
            Section(_("File"), ("title", "variant", "about", "event_date"), (FILLING,)),
            Section(_("Parts that do not apply"), ("absent",), (FILLING,),
                    help=_("An empty part is a gap unless somebody says why it does not apply.")),
            Section(_("Responsibility"), ("owner", "due", "site", "product", "confidential"), (FILLING, CURRENT)),
        ),
        links=roles_of(parts, words.back),
        yields=(Yields(words.evidence, (CURRENT, CLOSED), on="valid_from"),),
        flags=FLAGS,
        permissions=Permissions(create=KEEPERS, change=KEEPERS, void=(Role.QUALITY, Role.MANAGEMENT)),
        panels=(
            Panel(name="index", title=_("Index"), template="devicefile/panel_index.html", context=panels.index_shown,
                  statements=14),
        ),
        screens=(Screen(name=f"{words.prefix.lower()}_index", path="index", view=screens.index, on_record=True),),
    )  # fmt: skip


designfile = declared(DesignFile, DESIGN, Words(
    "DDF", _("design and development file"), _("design and development files (formerly DHF)"),
    _("Shows how a version of a product was designed, verified, validated and transferred (7.3.10)."),
    back=_("in the design and development file"), evidence="ddf",
))  # fmt: skip
devicefile = declared(DeviceFile, DEVICE, Words(
    "MDF", _("medical device file"), _("medical device files (formerly DMR)"),
    _("Holds or points to everything needed to make, check, label, install and service a product (4.2.3)."),
    back=_("in the medical device file"), evidence="mdf",
))  # fmt: skip
