"""What a serving process does before its first answer and after its last."""

import atexit
from importlib import import_module

from django.conf import settings

from gemba.cli.starting import refuse_unready
from gemba.kernel.jobs.worker import Background


def begin() -> None:
    """Refuse what is not ready; on SQLite start the background work beside the answers."""
    refuse_unready()
    if settings.GEMBA_MODE == "production":  # who asks for the interface first does not wait, and slows nobody else
        import_module(settings.GEMBA_API_URLCONF)
    if settings.GEMBA_WORKER_INSIDE:
        background = Background()
        background.start()
        atexit.register(background.stop, 5.0)
