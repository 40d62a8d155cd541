"""What a reference to another record says to whoever is looking."""

from typing import Any

from gemba.kernel.access.viewer import current_access
from gemba.kernel.records.models import Record


def named(target: Any) -> str:
    """What a foreign key leads to, in words. Of a record that the viewer may not see, its number alone (ACL-03).

    The number is no secret: it stands in the reference's own record and in the trail. The title may be one.
    Raises `UnscopedAccessError` when nobody is looking at a record.
    """
    if isinstance(target, Record) and not current_access().sees(target):
        return target.number
    return str(target)
