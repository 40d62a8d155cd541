"""What a serving process does before its first answer and after its last."""

import atexit
from importlib import import_module
from threading import Timer

from django.conf import settings

from gemba.cli.starting import refuse_unready
from gemba.kernel.jobs.worker import Background

SETTLED = 20.0
"""Seconds after which the REST interface is built, so that the first program that asks for it need not wait."""


def begin() -> None:
    """Refuse what is not ready; on SQLite start the background work beside the answers."""
    refuse_unready()
    warm = Timer(SETTLED, import_module, [settings.GEMBA_API_URLCONF])
    warm.daemon = True
    warm.start()
    if settings.GEMBA_WORKER_INSIDE:
        background = Background()
        background.start()
        atexit.register(background.stop, 5.0)
