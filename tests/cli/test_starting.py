"""First start, configuration, and what refuses to start. AUT-16, OPS-01, OPS-02, ACL-14."""

import os
import re
import socket
import sqlite3
import stat
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import closing
from pathlib import Path

import pytest
from django.conf import settings as active
from pytest_django import Settings

from gemba.cli.starting import other_use, unsafe_settings
from gemba.config.environment import Environment, Factors, Mode, UnsafeSettingsError
from gemba.config.first import prepare_folder
from gemba.config.mail import mail_server
from gemba.config.main import COMMANDS, main
from gemba.kernel.people.models import Organisation
from tests.postgres import free_port

SOURCE = Path(__file__).resolve().parents[2] / "src"


def variables(data: Path, **more: str) -> dict[str, str]:
    return {"GEMBA_DATA": str(data), "GEMBA_MODE": "production", **more}


def gemba(data: Path, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
    """Run the program as a person does, in a process and an environment of its own."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("GEMBA_", "DJANGO_"))}
    return subprocess.run(
        [sys.executable, "-m", "gemba.config.main", *arguments], check=False, capture_output=True, text=True,
        timeout=90, env={**clean, "PYTHONPATH": str(SOURCE), **variables(data, **more)},
    )  # fmt: skip


@pytest.mark.parametrize(("given", "word"), [
    ({"GEMBA_MODE": "live"}, "GEMBA_MODE"), ({"GEMBA_IDLE_MINUTES": "soon"}, "GEMBA_IDLE_MINUTES"),
    ({"GEMBA_IDLE_MINUTES": "0"}, "GEMBA_IDLE_MINUTES"), ({"GEMBA_SESSION_HOURS": "-1"}, "GEMBA_SESSION_HOURS"),
    ({"GEMBA_SESSION_HOURS": "999"}, "GEMBA_SESSION_HOURS"), ({"GEMBA_REQUIRE_MFA": "1"}, "GEMBA_REQUIRE_MFA"),
    ({"GEMBA_ONE_SESSION": "yes"}, "GEMBA_ONE_SESSION"),
    ({"GEMBA_KEEP_SIGNERS_YEARS": "1"}, "GEMBA_KEEP_SIGNERS_YEARS"),
    ({"GEMBA_URL": "quality.example.com"}, "GEMBA_URL"), ({"GEMBA_URL": "https://x/qms"}, "GEMBA_URL"),
    ({"GEMBA_URL": "ftp://x"}, "GEMBA_URL"), ({"GEMBA_URL": "https://[x"}, "GEMBA_URL"),
    ({"GEMBA_URL": "https://x:99999"}, "GEMBA_URL"),
])  # fmt: skip
def test_a_setting_that_makes_no_sense_is_named_with_what_would(given: dict[str, str], word: str) -> None:
    """OPS-01: a sentence, not a stack."""
    with pytest.raises(UnsafeSettingsError, match=word):
        Environment.read(given)


def test_production_refuses_clear_text_and_databases_that_forget(tmp_path: Path) -> None:
    """OPS-01, AUT-16: http is for one's own machine."""

    def problems(**given: str) -> list[str]:
        return Environment.read(variables(tmp_path, **given)).problems()

    assert problems() == []
    assert problems(GEMBA_URL="https://quality.example.com") == []
    assert "https://" in problems(GEMBA_URL="http://quality.example.com")[0]
    assert "https://" in problems(GEMBA_URL="http://localhost.evil.example")[0]
    assert "memory" in problems(GEMBA_DATABASE_URL="sqlite://:memory:")[0]


def test_keys_are_made_once_for_this_user_alone(tmp_path: Path) -> None:
    """OPS-01, OPS-02: four keys, none from another, none replaced; the session key says nothing about the trail."""
    environment = Environment.read(variables(tmp_path / "data"))
    made = prepare_folder(environment)
    assert {path.name for path in made} == {"session.key", "trail.key", "entrance.key", "seal.key"}
    assert len({path.read_text() for path in made}) == 4
    assert {stat.S_IMODE(path.stat().st_mode) for path in made} == {0o600}
    assert stat.S_IMODE(environment.keys.stat().st_mode) == 0o700
    assert prepare_folder(environment) == []
    made[0].chmod(0o644)
    assert "chmod 600" in environment.problems()[0]


def test_a_short_or_missing_session_key_stops_the_start(tmp_path: Path) -> None:
    """OPS-01: with the sentence that mends it."""
    environment = Environment.read(variables(tmp_path))
    with pytest.raises(UnsafeSettingsError, match="gemba init"):
        environment.secret()
    environment.keys.mkdir()
    (environment.keys / "session.key").write_text("short")
    with pytest.raises(UnsafeSettingsError, match="shorter"):
        environment.secret()


def test_lost_keys_are_not_replaced_beside_a_database(tmp_path: Path) -> None:
    """AUD-02: a new trail key would make the old trail unverifiable for ever."""
    environment = Environment.read(variables(tmp_path))
    (tmp_path / "gemba.sqlite3").write_bytes(b"x")
    with pytest.raises(UnsafeSettingsError, match="backup"):
        prepare_folder(environment)
    assert not (environment.keys / "trail.key").exists()


def test_second_factors_are_demanded_of_signers_unless_said_otherwise() -> None:
    """AUT-10: on in production, off in a demonstration."""
    assert Environment.read({}).factors is Factors.SIGNERS
    assert Environment.read({"GEMBA_MODE": "demo"}).factors is Factors.NOBODY
    assert Environment.read({"GEMBA_REQUIRE_MFA": "everybody"}).factors is Factors.EVERYBODY
    assert Environment.read({}).mode is Mode.PRODUCTION


def test_the_mail_server_comes_from_one_address() -> None:
    """Without one, mail waits; a wrong one is said at the start."""
    assert mail_server("") is None
    found = mail_server("smtp://q%40x:p%3Aw@mail.example.com?tls=starttls")
    assert found is not None
    assert (found.user, found.password, found.port, found.starttls, found.tls) == ("q@x", "p:w", 587, True, False)
    for wrong in ("mail.example.com", "http://x", "smtp://", "smtp://x:port", "smtp://[x"):
        with pytest.raises(UnsafeSettingsError, match="GEMBA_MAIL_URL"):
            mail_server(wrong)


def test_settings_changed_around_the_environment_are_noticed(settings: Settings) -> None:
    """OPS-01, ACL-14: DEBUG, Django's administration, a missing guard."""
    assert unsafe_settings() == []
    settings.DEBUG = True
    settings.SECRET_KEY = "short"
    settings.INSTALLED_APPS = [*active.INSTALLED_APPS, "django.contrib.admin"]
    settings.MIDDLEWARE = [name for name in active.MIDDLEWARE if "Scope" not in name]
    assert len(unsafe_settings()) == 4


@pytest.mark.django_db
def test_aut_16_a_demonstration_never_becomes_production(settings: Settings) -> None:
    """AUT-16: invented people with known passwords refuse to serve; real records are no playground either."""
    assert other_use() == []
    settings.GEMBA_MODE = "production"
    Organisation.objects.update(use="demo")
    assert "demonstration" in other_use()[0]
    settings.GEMBA_MODE = "demo"
    Organisation.objects.update(use="production")
    assert "made for production" in other_use()[0]


def test_every_command_explains_itself(capsys: pytest.CaptureFixture[str]) -> None:
    """`gemba` alone lists the commands with a sentence each."""
    assert main([]) == 2
    shown = capsys.readouterr().out
    assert all(name in shown and command.summary in shown for name, command in COMMANDS.items())


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_says_what_it_takes(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    """`gemba COMMAND --help` is a page for each command in the list."""
    before = dict(os.environ)
    with pytest.raises(SystemExit) as ended:
        main([name, "--help"])
    assert ended.value.code == 0
    shown = capsys.readouterr().out
    assert shown.startswith(f"usage: gemba {name} ")
    assert re.search(r"\n\n[A-Z].*\.\n", shown, flags=re.DOTALL)
    assert dict(os.environ) == before


def test_help_needs_no_installation_and_begins_none(tmp_path: Path) -> None:
    """Asking what a command does leaves no folder and no keys, whatever the settings are."""
    for arguments in (("restore", "--help"), ("keys", "add", "--help")):
        done = gemba(tmp_path / "nothing", *arguments, GEMBA_URL="http://quality.example.com")
        assert (done.returncode, done.stderr) == (0, "")
        assert done.stdout.startswith(f"usage: gemba {' '.join(arguments[:-1])} ")
    assert list(tmp_path.iterdir()) == []


def answer(url: str) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(url, timeout=60) as response:  # noqa: S310  our own address
            return response.status, response.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A new installation and the link for its first administrator."""
    data = tmp_path_factory.mktemp("gemba") / "data"
    done = gemba(data, "init", "--organisation", "Kuvitelma", GEMBA_URL="http://localhost:8123")
    assert done.returncode == 0, done.stderr
    return data, re.findall(r"http://localhost:8123(/welcome/\S+)", done.stdout)[0]


def test_a_new_installation_has_no_account_and_one_link(installation: tuple[Path, str]) -> None:
    """AUT-16: no default password; the link is kept as a digest; the company's name is an event."""
    data, link = installation
    with closing(sqlite3.connect(data / "gemba.sqlite3")) as database:
        assert database.execute("SELECT count(*) FROM kernel_account").fetchone() == (0,)
        assert database.execute("SELECT name, use FROM kernel_organisation").fetchall() == [("Kuvitelma", "production")]
        assert database.execute("SELECT count(*) FROM kernel_event WHERE act = 'organisation.name'").fetchone() == (1,)
        dump = "\n".join(database.iterdump())
    assert link.rstrip("/").rsplit("/", 1)[-1] not in dump
    assert gemba(data, "migrate").returncode == 0


def test_a_reader_that_goes_away_leaves_no_traceback_and_no_success(installation: tuple[Path, str]) -> None:
    """`gemba starter --list | head -1` ends quietly, and nothing cut off in the middle says that it was done."""
    read, write = os.pipe()
    os.close(read)
    done = subprocess.run(
        [sys.executable, "-m", "gemba.config.main", "starter", "--list"], check=False, stdout=write,
        stderr=subprocess.PIPE, timeout=90, env={**os.environ, "PYTHONPATH": str(SOURCE), **variables(installation[0])},
    )  # fmt: skip
    os.close(write)
    assert (done.returncode, done.stderr) == (1, b"")


def test_what_is_unsafe_or_missing_does_not_start(installation: tuple[Path, str], tmp_path: Path) -> None:
    """OPS-01, DUR-14, AUT-16: one sentence and status 1 from every program."""
    data, _link = installation
    for arguments, more, sentence in (
        (("serve",), {"GEMBA_URL": "http://quality.example.com"}, "passwords would travel in the clear"),
        (("migrate",), {"GEMBA_IDLE_MINUTES": "never"}, "GEMBA_IDLE_MINUTES"),
        (("serve",), {"GEMBA_MODE": "demo"}, "made for production"),
        (("worker",), {}, "does the background work itself"),
        (("serve",), {"GEMBA_DATABASE_URL": f"sqlite:///{tmp_path / 'empty.sqlite3'}"}, "gemba migrate"),
        (("migrate",), {"GEMBA_DATABASE_URL": "postgresql://gemba@127.0.0.1:1/x"}, "cannot be reached"),
    ):
        done = gemba(data, *arguments, **more)
        assert done.returncode == 1, (arguments, more, done.stderr)
        assert sentence in done.stderr, done.stderr
        assert "Traceback" not in done.stderr
    assert "gemba init" in gemba(tmp_path / "nothing", "serve").stderr


def test_gemba_serve_answers_and_stops(installation: tuple[Path, str]) -> None:
    """The real server on a real port: sign-in page, static files, the first administrator's page, nothing else."""
    data, link = installation
    port = free_port()
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("GEMBA_", "DJANGO_"))}
    process = subprocess.Popen(
        [sys.executable, "-m", "gemba.config.main", "serve", "--port", str(port)], stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, text=True,
        env={**clean, "PYTHONPATH": str(SOURCE), **variables(data, GEMBA_URL=f"http://localhost:{port}")},
    )  # fmt: skip
    base = f"http://localhost:{port}"
    try:
        _wait_for(port)
        assert answer(f"{base}/accounts/login/")[0] == 200
        assert answer(f"{base}/static/gemba/base.css")[0] == 200
        assert "Become the administrator" in answer(base + link)[1]
        assert answer(f"{base}/welcome/x/y/")[0] == 404
        assert "Sign in" in answer(f"{base}/")[1]
        assert answer(f"{base}/api/v1/types")[0] == 401
    finally:
        process.terminate()
        out, _ = process.communicate(timeout=30)
    assert "Traceback" not in out


def _wait_for(port: int) -> None:
    for _ in range(200):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise AssertionError("The server did not begin to listen.")


def test_the_installation_notices_a_newer_database(installation: tuple[Path, str]) -> None:
    """DUR-14: serve and migrate refuse and leave the file as it is."""
    data, _link = installation
    with closing(sqlite3.connect(data / "gemba.sqlite3")) as database, database:
        row = ("kernel", "0999_future", "2030-01-01")
        database.execute("INSERT INTO django_migrations (app, name, applied) VALUES (?, ?, ?)", row)
    for command in ("serve", "migrate", "init", "admin"):
        done = gemba(data, command)
        assert done.returncode == 1
        assert "newer Gemba" in done.stderr
    with closing(sqlite3.connect(data / "gemba.sqlite3")) as database, database:
        database.execute("DELETE FROM django_migrations WHERE app = 'kernel' AND name = '0999_future'")
