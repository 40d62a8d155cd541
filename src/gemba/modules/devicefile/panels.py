"""The index on the page of its file."""

from collections.abc import Mapping
from typing import Any

from gemba.kernel import clock
from gemba.kernel.access.scope import Access
from gemba.modules.devicefile.finding import index_of
from gemba.modules.devicefile.models import DesignFile, DeviceFile


def index_shown(file: DesignFile | DeviceFile, _access: Access) -> Mapping[str, Any]:
    index = index_of(file, clock.today())
    return {"index": index, "parts": list(index.by_part()), "missing": index.missing, "file": file}
