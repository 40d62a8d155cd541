"""`gemba worker`: background work in a process of its own. As many as wanted on PostgreSQL."""

import argparse
import signal
import sys
import threading
from types import FrameType

from django.conf import settings

from gemba.cli.starting import UnreadyError, refuse_unready, tell
from gemba.kernel.jobs.worker import Background


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.description = "Run mails, reminders and other background work until stopped; the job at hand is finished."


def run(_options: argparse.Namespace) -> int:
    try:
        refuse_unready()
    except UnreadyError as error:
        print(tell(error.args), file=sys.stderr)
        return 1
    if settings.GEMBA_WORKER_INSIDE:
        print("gemba: on SQLite 'gemba serve' does the background work itself.", file=sys.stderr)
        return 1
    stopping = threading.Event()

    def stop(_number: int, _frame: FrameType | None) -> None:
        stopping.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    background = Background()
    background.start()
    stopping.wait()
    background.stop()
    return 0
