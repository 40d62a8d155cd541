"""One file for each product and version. What it holds is linked or found; nothing is copied into it."""

from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gemba.kernel.records.fields import LineColumn, LinesField
from gemba.kernel.records.models import Record
from gemba.modules.devicefile.parts import DESIGN, DEVICE, Part, choices_of


def absent_parts(parts: "tuple[Part, ...]") -> LinesField:
    return LinesField(
        gettext_lazy("parts that do not apply"),
        columns=(
            LineColumn(name="part", label=gettext_lazy("Part"), kind="choice", choices=choices_of(parts)),
            LineColumn(name="why", label=gettext_lazy("Why it does not apply"), kind="long"),
        ),
    )  # fmt: skip


class File(models.Model):
    """What both files say of themselves."""

    WORKFLOW_COLUMNS: ClassVar[frozenset[str]] = frozenset({"confirmed_at"})

    variant = models.CharField(gettext_lazy("version or variant"), max_length=100)
    about = models.TextField(gettext_lazy("device and intended use, in a few sentences"))
    confirmed_at = models.DateTimeField(gettext_lazy("last confirmed"), null=True, blank=True, editable=False)

    class Meta:
        abstract = True

    absent: Any

    def clean(self) -> None:
        named = [line["part"] for line in self.absent]
        if len(set(named)) != len(named):
            raise ValidationError({"absent": _("Name each part once.")})


class DesignFile(File, Record):  # noqa: DJ008  the spine has one
    """How a version of a product was designed, verified, validated and transferred (formerly DHF)."""

    absent = absent_parts(tuple(DESIGN))


class DeviceFile(File, Record):  # noqa: DJ008  the spine has one
    """What is needed to make, check, label, install and service a version of a product (formerly DMR)."""

    absent = absent_parts(tuple(DEVICE))
