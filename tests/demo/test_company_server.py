"""`gemba demo` as a whole: a data folder of its own, used again, and a server that comes and goes cleanly."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from gemba.demo.server import MARK, DemoError, Installation, State, clear, fingerprint, free_port, state_of
from gemba.demo.visitors import PASSWORD, VISITORS

PROGRAM = [sys.executable, "-m", "gemba.config.main"]
CLEAN = {k: v for k, v in os.environ.items() if not k.startswith("GEMBA_") and k != "DJANGO_SETTINGS_MODULE"}


def gemba(*arguments: str, folder: Path, **environment: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [*PROGRAM, *arguments], cwd=folder, env=CLEAN | environment, capture_output=True, text=True, check=False,
        timeout=120,
    )  # fmt: skip


def test_a_data_folder_is_made_kept_and_made_anew(tmp_path: Path) -> None:
    """DUR-12: one that was never finished is not shown as if it were; another version's is made anew."""
    data = tmp_path / "var" / "demo"
    assert state_of(data) is State.NEW
    assert clear(data, fresh=False)
    assert state_of(data) is State.UNFINISHED
    assert clear(data, fresh=False)
    (data / MARK).write_text(fingerprint())
    (data / "gemba.sqlite3").touch()
    assert (state_of(data), clear(data, fresh=False)) == (State.READY, False)
    (data / MARK).write_text("0" * 64)
    assert state_of(data) is State.OUTDATED
    assert clear(data, fresh=False)
    assert not (data / "gemba.sqlite3").exists()
    (data / MARK).write_text(fingerprint())
    assert clear(data, fresh=True)
    assert state_of(data) is State.UNFINISHED


@pytest.mark.parametrize("fresh", [False, True])
def test_somebody_elses_files_are_never_removed(tmp_path: Path, *, fresh: bool) -> None:
    (tmp_path / "thesis.txt").write_text("four years of work")
    with pytest.raises(DemoError, match="not a demonstration's"):
        clear(tmp_path, fresh=fresh)
    with pytest.raises(DemoError, match="not a demonstration's"):
        clear(tmp_path / "thesis.txt", fresh=fresh)
    assert (tmp_path / "thesis.txt").read_text() == "four years of work"


def test_settings_of_a_real_installation_never_reach_the_demonstration(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """AUT-16: a shell that is set up for the real database shows the invented company in its own one."""
    monkeypatch.setenv("GEMBA_DATABASE_URL", "postgresql://quality.example/real")
    monkeypatch.setenv("GEMBA_MAIL_URL", "smtp://mail.example")
    given = Installation(tmp_path, 8000).environment()
    assert {name for name in given if name.startswith("GEMBA_")} == {
        "GEMBA_MODE", "GEMBA_DATA", "GEMBA_URL", "GEMBA_IDLE_MINUTES",
    }  # fmt: skip
    assert (given["GEMBA_MODE"], given["GEMBA_URL"]) == ("demo", "http://localhost:8000")


def test_a_port_in_use_is_passed_over() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", free_port()))
        taken.listen()
        assert free_port() != taken.getsockname()[1]


def test_the_company_is_made_once_and_can_be_made_anew(tmp_path: Path) -> None:
    """M80: report and records with one command; the second start changes nothing."""
    first = gemba("demo", "--no-pdf", "--no-serve", folder=tmp_path)
    assert first.returncode == 0, first.stderr
    assert re.search(r"\d+ people, \d+ records, \d+ events\.", first.stdout)
    assert {p.name for p in tmp_path.iterdir()} == {"gemba-demo-report", "var"}
    database = tmp_path / "var" / "demo" / "gemba.sqlite3"
    before = database.read_bytes()
    second = gemba("demo", "--no-pdf", "--no-serve", folder=tmp_path)
    assert (second.returncode, "as you left them" in second.stdout) == (0, True)
    assert database.read_bytes() == before
    refused = gemba("serve", folder=tmp_path, GEMBA_DATA=str(database.parent), GEMBA_MODE="production")
    assert refused.returncode == 1
    assert "demonstration" in refused.stderr
    again = gemba("demo-company", folder=tmp_path, GEMBA_DATA=str(database.parent), GEMBA_MODE="demo")
    assert (again.returncode, "empty installation" in again.stderr) == (1, True)
    third = gemba("demo", "--no-pdf", "--no-serve", "--fresh", folder=tmp_path)
    assert (third.returncode, "people" in third.stdout) == (0, True)


def test_aut_16_the_company_is_not_made_in_a_real_installation(tmp_path: Path) -> None:
    """AUT-16: the command that makes invented people refuses in production, with a sentence."""
    refused = gemba("demo-company", folder=tmp_path, GEMBA_DATA=str(tmp_path / "data"))
    assert refused.returncode == 1
    assert "GEMBA_MODE=demo" in refused.stderr


def test_the_demonstration_answers_says_what_it_is_and_stops_cleanly(tmp_path: Path) -> None:
    """M80, AUT-16: address and visitors are printed, every page says that nothing is real, and nothing stays behind."""
    with subprocess.Popen(
        [*PROGRAM, "demo", "--no-pdf"], cwd=tmp_path, env=CLEAN, text=True, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, start_new_session=True,
    ) as process:  # fmt: skip
        said = ""
        for line in process.stdout or ():
            said += line
            if "Ctrl-C" in line:
                break
        try:
            address = str(re.search(r"http://localhost:\d+", said)[0])  # type: ignore[index]
            with urllib.request.urlopen(f"{address}/accounts/login/", timeout=30) as response:  # noqa: S310  our own
                page = response.read().decode()
        finally:
            process.send_signal(signal.SIGINT)
            rest = process.communicate(timeout=60)[0]
    assert "nothing here is real" in page
    assert PASSWORD in said
    assert all(visitor.address in said for visitor in VISITORS)
    assert (process.returncode, "Traceback" in said + rest) == (0, False)
    time.sleep(0.2)
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", int(address.rsplit(":", 1)[1]))) != 0


@pytest.mark.skipif(sys.platform != "linux", reason="Only Linux ends a process with the one that started it")
def test_the_server_ends_with_a_demonstration_that_was_killed_outright(tmp_path: Path) -> None:
    """M80: `kill -9` leaves no server behind that nobody knows how to stop."""
    with subprocess.Popen(
        [*PROGRAM, "demo", "--no-pdf"], cwd=tmp_path, env=CLEAN, text=True, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, start_new_session=True,
    ) as process:  # fmt: skip
        try:
            said = ""
            for line in process.stdout or ():
                said += line
                if "Ctrl-C" in line:
                    break
            port = int(re.search(r"http://localhost:(\d+)", said)[1])  # type: ignore[index]
        finally:
            process.kill()
    until = time.monotonic() + 20
    while time.monotonic() < until and _answers(port):
        time.sleep(0.1)
    assert not _answers(port)


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
