"""The demonstration's own installation: a data folder, the invented company in it, and a server on a free port.

Everything runs as the programs of real use do, `init`'s tables and guards and `serve`, in processes of their own: this
one never loads a database.
"""

import hashlib
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, auto
from pathlib import Path

from gemba import __version__

PACKAGE = Path(__file__).resolve().parents[1]
MARK = ".gemba-demo"
"""Lies in every data folder that this program made, and holds the fingerprint of the program that completed it."""
FIRST_PORT, LAST_PORT = 8000, 8019
IDLE_MINUTES = 240
"""Nobody's secrets are on the screen; being signed out while reading would only annoy."""
STARTING, STOPPING = 60.0, 10.0
"""Seconds a server may take."""
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

    def begin(self, command: Sequence[str], *, quiet: bool) -> "subprocess.Popen[str]":
        """Start one of our own commands. `quiet` keeps what it says for the caller; else only complaints are seen.

        It is in a session of its own: Ctrl-C comes to us alone, and we tell it once.
        """
        out, err = (subprocess.PIPE, subprocess.PIPE) if quiet else (subprocess.DEVNULL, None)
        return subprocess.Popen(  # noqa: S603  our own program
            [*PROGRAM, *command], env=self.environment(), text=True, stdout=out, stderr=err, start_new_session=True
        )


class Making:
    """The company being made in the background."""

    def __init__(self, installation: Installation) -> None:
        self.installation = installation
        self.process = installation.begin(["demo-company"], quiet=True)

    def finish(self) -> str:
        """Wait for it; what was made, as a sentence. Raises `DemoError`."""
        said, complaint = self.process.communicate()
        if self.process.returncode:
            raise DemoError(complaint.strip().removeprefix("gemba: ") or "The invented company could not be made.")
        mark = self.installation.data / MARK
        mark.write_text(fingerprint() + "\n", "ascii")
        return said.strip()

    def stop(self) -> None:
        if self.process.poll() is None:
            self.process.terminate()
            self.process.communicate()


class Serving:
    """The server, once it answers. Raises `DemoError` where it does not."""

    def __init__(self, installation: Installation) -> None:
        self.process = installation.begin(["serve", "--port", str(installation.port)], quiet=False)
        try:
            self._wait_until_it_answers(installation.port)
        except BaseException:
            self.stop()
            raise

    def _wait_until_it_answers(self, port: int) -> None:
        until = time.monotonic() + STARTING
        while time.monotonic() < until:
            if self.process.poll() is not None:
                raise DemoError("The server stopped while it was starting; the lines above say why.")
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    return
            time.sleep(0.1)
        raise DemoError(f"The server did not answer within {STARTING:.0f} seconds.")

    def wait(self) -> int:
        """Until Ctrl-C, or until the server ends by itself."""
        try:
            return self.process.wait()
        except KeyboardInterrupt:
            self.stop()
            return 0

    def stop(self) -> None:
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(STOPPING)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
