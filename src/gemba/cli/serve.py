"""`gemba serve`: answer browsers. On SQLite one process that also does the background work, else one per processor."""

import argparse
import os
import sys
from urllib.parse import urlsplit

from django.conf import settings
from django.db import connections
from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

from gemba.cli.starting import UnreadyError, refuse_unready, tell

LOCAL = ("localhost", "127.0.0.1", "::1")
DEFAULT_PORT = 8000
THREADS = 8
"""Requests one process works on at the same time; slow browsers wait outside them, the server buffers."""
MOST_PROCESSES = 8


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--address", default="127.0.0.1", help="where to listen (default: %(default)s, for a proxy)")
    parser.add_argument("--port", type=int, help=f"default: the port of GEMBA_URL on this machine, else {DEFAULT_PORT}")
    parser.add_argument("--processes", type=int, help="default: one on SQLite, else one per processor, up to 8")


def port_of_address() -> int:
    parts = urlsplit(settings.GEMBA_URL)
    return parts.port or DEFAULT_PORT if parts.hostname in LOCAL else DEFAULT_PORT


def processes(wanted: int | None) -> int:
    """More than one process on SQLite would wait for each other's writes and gain nothing."""
    if settings.GEMBA_WORKER_INSIDE:
        return 1
    return max(1, wanted or min(os.cpu_count() or 1, MOST_PROCESSES))


def run(options: argparse.Namespace) -> int:
    try:
        refuse_unready()
    except UnreadyError as error:
        print(tell(error.args), file=sys.stderr)
        return 1
    connections.close_all()
    port = options.port or port_of_address()
    print(f"Gemba {settings.GEMBA_BUILD} answers at {settings.GEMBA_URL} (listening on {options.address}:{port}).")
    print("Stop it with Ctrl-C.", flush=True)
    Granian(
        "gemba.config.wsgi:application", address=options.address, port=port, interface=Interfaces.WSGI,
        workers=processes(options.processes), blocking_threads=THREADS, websockets=False, log_access=False,
        log_level=LogLevels.error, workers_kill_timeout=15,
    ).serve()  # fmt: skip
    return 0
