"""Once a day: what was erased stays erased, and every place outside the database knows of it."""

import datetime as dt

from django_tasks import task

from gemba.kernel.commitments.models import PersonalValue
from gemba.kernel.jobs.schedule import every
from gemba.kernel.privacy.register import bring_up_to_date, repeat_erasures


@task()
def look_after_erasures() -> None:
    """Erase again what came back, then tell the places that were out of reach."""
    repeat_erasures()
    bring_up_to_date(set(PersonalValue.objects.filter(erased=True).values_list("commitment", flat=True)))


every("erasures", look_after_erasures, dt.timedelta(days=1), at=dt.timedelta(hours=4))
