"""The demonstration's own installation: a data folder, the invented company in it, and a server on a free port.

Everything runs as the programs of real use do, `init`'s tables and guards and `serve`, in processes of their own: this
one never loads a database.
"""

import ctypes
import hashlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass
from enum import Enum, auto
from pathlib import Path
from typing import Any, NoReturn

from gemba import __version__

PACKAGE = Path(__file__).resolve().parents[1]
MARK = ".gemba-demo"
"""Lies in every data folder that this program made, and holds the fingerprint of the program that completed it."""
FIRST_PORT, LAST_PORT = 8000, 8019
IDLE_MINUTES = 240
"""Nobody's secrets are on the screen; being signed out while reading would only annoy."""
STARTING, STOPPING = 60.0, 10.0
"""Seconds a server may take."""
END_ON_PARENTS_DEATH = 1
"""Linux: `prctl(PR_SET_PDEATHSIG, ...)`."""
LINUX = ctypes.CDLL(None) if sys.platform == "linux" else None


def _end_with_parent() -> None:
    """In the new process: the system ends it when we are killed so that we cannot."""
    if LINUX is not None:
        LINUX.prctl(END_ON_PARENTS_DEATH, signal.SIGTERM)


END_WITH_US = _end_with_parent if LINUX is not None else None
STOP_REQUESTS = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]
PROGRAM = (sys.executable, "-m", "gemba.config.main")


class State(Enum):
    NEW = auto()
    READY = auto()
    UNFINISHED = auto()
    """Stopped while it was made."""
    OUTDATED = auto()
    """Made by another version of the program."""
    FOREIGN = auto()
    """Somebody else's files lie there."""


class DemoError(RuntimeError):
    """The demonstration cannot be made or started; the text says why and what to do."""


def fingerprint() -> str:
    """Changes with everything that decides what the data folder must look like."""
    files = [*PACKAGE.glob("**/migrations/*.py"), *(Path(__file__).parent / "company").glob("*.py")]
    digest = hashlib.sha256(__version__.encode())
    for path in sorted(files):
        digest.update(b"\0" + path.read_bytes())
    return digest.hexdigest()


def state_of(data: Path) -> State:
    mark = data / MARK
    if mark.is_file():
        found = mark.read_text("ascii", errors="replace").strip()
        return State.READY if found == fingerprint() else State.OUTDATED if found else State.UNFINISHED
    return State.FOREIGN if data.exists() and (not data.is_dir() or any(data.iterdir())) else State.NEW


def clear(data: Path, *, fresh: bool) -> bool:
    """Make room for a new company. False where the one that is there can be used; raises `DemoError`."""
    state = state_of(data)
    if state is State.FOREIGN:
        raise DemoError(f"{data} holds files that are not a demonstration's. Name another folder with --data.")
    if state is State.READY and not fresh:
        return False
    try:
        if state is not State.NEW:
            shutil.rmtree(data)
        data.mkdir(mode=0o700, parents=True, exist_ok=True)
        (data / MARK).touch()
    except OSError as error:
        raise DemoError(f"{data} cannot be made anew: {error.strerror}. Is a demonstration still running?") from None
    return True


def free_port() -> int:
    """The first free one from 8000 on; any other where all of those are taken."""
    for port in (*range(FIRST_PORT, LAST_PORT + 1), 0):
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            found: int = probe.getsockname()[1]
            return found
    raise DemoError("No port is free on this machine.")


@dataclass(frozen=True, slots=True)
class Installation:
    """One data folder, answered for at one address. Settings of a real installation never reach it."""

    data: Path
    port: int

    @property
    def address(self) -> str:
        return f"http://localhost:{self.port}"

    def environment(self) -> dict[str, str]:
        kept = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith("GEMBA_") and name != "DJANGO_SETTINGS_MODULE"
        }
        return kept | {
            "GEMBA_MODE": "demo", "GEMBA_DATA": str(self.data.resolve()), "GEMBA_URL": self.address,
            "GEMBA_IDLE_MINUTES": str(IDLE_MINUTES),
        }  # fmt: skip


class Programs:
    """Our own commands as processes beside this one. Whatever happens here, none of them stays behind.

    Each is in a session of its own: Ctrl-C comes to us alone, and we tell it once. Being told to end (`kill`, a closed
    terminal) is taken like Ctrl-C.
    """

    def __init__(self, installation: Installation) -> None:
        self.installation = installation
        self._started: list[subprocess.Popen[str]] = []
        self._before: dict[int, Any] = {}

    def __enter__(self) -> "Programs":
        self._before = {number: signal.signal(number, _stop) for number in STOP_REQUESTS}
        return self

    def __exit__(self, *_: object) -> None:
        for number in self._before:
            signal.signal(number, signal.SIG_IGN)
        for process in self._started:
            if process.poll() is None:
                process.terminate()
        for process in self._started:
            try:
                process.communicate(timeout=STOPPING)
            except subprocess.TimeoutExpired:
                process.kill()
                process.communicate()
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def begin(self, *command: str, heard: bool = False) -> "subprocess.Popen[str]":
        """Start one. `heard` keeps its first words for the caller; its complaints are seen in any case."""
        out = subprocess.PIPE if heard else subprocess.DEVNULL
        environment = self.installation.environment()
        process = subprocess.Popen(  # noqa: S603  our own program
            [*PROGRAM, *command], env=environment, text=True, stdout=out, start_new_session=True,
            preexec_fn=END_WITH_US,  # noqa: PLW1509  before any thread of ours; it makes one system call
        )  # fmt: skip
        self._started.append(process)
        return process

    def make_company(self, *, then_serve: bool) -> "subprocess.Popen[str]":
        """Fill the cleared data folder, in the background. The same program may then answer at the address."""
        serving = ["--then-serve", str(self.installation.port)] if then_serve else []
        return self.begin("demo-company", *serving, heard=True)

    def finish(self, making: "subprocess.Popen[str]") -> str:
        """Wait for the company; what was made, as a sentence. Raises `DemoError`."""
        said = making.stdout.readline().strip() if making.stdout else ""
        if not said:
            making.wait()
            raise DemoError("The invented company could not be made; the lines above say why.")
        (self.installation.data / MARK).write_text(fingerprint() + "\n", "ascii")
        return said

    def serve(self) -> "subprocess.Popen[str]":
        """A server on the company that is there, once it answers. Raises `DemoError` where it does not."""
        return self.answering(self.begin("serve", "--port", str(self.installation.port)))

    def answering(self, process: "subprocess.Popen[str]") -> "subprocess.Popen[str]":
        """Wait until the process answers at the address."""
        until = time.monotonic() + STARTING
        while time.monotonic() < until:
            if process.poll() is not None:
                raise DemoError("The server stopped while it was starting; the lines above say why.")
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.installation.port)) == 0:
                    return process
            time.sleep(0.1)
        raise DemoError(f"The server did not answer within {STARTING:.0f} seconds.")


def _stop(*_: object) -> NoReturn:
    raise KeyboardInterrupt
