"""What the pages of documents and revisions show besides their fields, and the procedure beside every other record."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from gemba.kernel.types import Panel
from gemba.modules.document import life_panels, own_panels
from gemba.modules.document.usage import used

USED: Panel[Any] = Panel(
    name="used", title=_("Is it used?"), template="document/panel_used.html", context=used, place="main", statements=3
)
OF_DOCUMENTS: tuple[Panel[Any], ...] = (*own_panels.OF_DOCUMENTS, USED)
OF_REVISIONS: tuple[Panel[Any], ...] = (*own_panels.OF_REVISIONS, *life_panels.OF_REVISIONS)
OF_READINGS: tuple[Panel[Any], ...] = (*own_panels.OF_READINGS,)
ELSEWHERE: tuple[Panel[Any], ...] = (*life_panels.ELSEWHERE, *own_panels.ELSEWHERE)
