"""What is assigned by the passing of days."""

import datetime as dt

from django.db import transaction
from django_tasks import task

from gemba.kernel.jobs.schedule import every
from gemba.modules.training.assigning import renew_everybody


@task()
def assign_trainings() -> None:
    """Jobs that began today, trainings that run out soon."""
    with transaction.atomic():
        renew_everybody()


every("assign trainings", assign_trainings, dt.timedelta(days=1), at=dt.timedelta(hours=3))
