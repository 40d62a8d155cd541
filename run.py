#!/usr/bin/env python3
"""Start, test and check Gemba on a bare machine. Standard library only.

    python3 run.py demo       a fictional company, assessed (or served) on this machine
    python3 run.py test       the tests; what they need is found, started or installed
    python3 run.py check      lint, types, import contracts, migrations, templates, then the tests
    python3 run.py lock       resolve the dependencies again and rewrite the two lock files
    python3 run.py COMMAND    any `gemba` command, in the project's own environment

The environment is `.venv` beside this file, built from hash-pinned lock files. Nothing else is touched, except that
`test` and `check` install Chromium or PostgreSQL with apt where they are missing and the caller may do so.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import venv
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NoReturn

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
PYTHON = BIN / ("python.exe" if os.name == "nt" else "python")
OLDEST = (3, 11)
RUNTIME_LOCK = "requirements.lock"
DEVELOPMENT_LOCK = "requirements-dev.lock"

CHECKS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("tests are found", ("-m", "pytest", "-n0", "-qq", "--no-header", "--collect-only")),
    ("lint", ("-m", "ruff", "check", ".")),
    ("format", ("-m", "ruff", "format", "--check", ".")),
    ("types", ("-m", "mypy")),
    ("import contracts", ("-c", "from importlinter.cli import lint_imports_command as c; c()")),
    ("dependencies", ("-m", "deptry", "src")),
    ("migrations", ("-m", "django", "makemigrations", "--check", "--dry-run")),
    ("templates", ("-m", "djlint", "src", "--lint", "--quiet")),
)  # fmt: skip
"""The first takes longest; it leaves the tests as pytest rewrites them, which its processes need not do again."""


ON_BOTH = (
    "tests/kernel", "tests/contract", "tests/modules", "tests/web", "tests/api", "tests/evidence/practice",
    "tests/evidence/expectations", "tests/evidence/signals", "tests/tamper", "tests/durability",
    "tests/export/proof/test_bundle.py", "tests/export/proof/test_choosing.py",
)  # fmt: skip
"""Tests that read or write a database."""
MATRIX = "tests/web/test_access_matrix.py"
"""Which address answers whom does not depend on the database, and takes minutes to ask."""
RESULTS = "build/tests"
"""Where the outcome of each test is left, and the table of trust cases made of them."""


def stop(sentence: str) -> NoReturn:
    sys.exit(f"gemba: {sentence}")


def fingerprint(lock: str) -> str:
    """What an installed environment must match to be used again."""
    parts = ((ROOT / lock).read_bytes(), sys.version.encode(), str(ROOT).encode())
    return hashlib.sha256(b"\0".join(parts)).hexdigest()


def create_environment(uv: str | None) -> None:
    try:
        if uv:
            subprocess.run([uv, "venv", "-q", "--python", sys.executable, str(VENV)], check=True)
        else:
            venv.EnvBuilder(with_pip=True).create(VENV)
    except (OSError, subprocess.CalledProcessError, SystemExit):
        shutil.rmtree(VENV, ignore_errors=True)
        stop("this Python lacks 'venv' or 'ensurepip'. On Debian or Ubuntu: sudo apt install python3-venv")


def ensure_environment(*, development: bool) -> None:
    """Build or refresh `.venv` from the lock; nothing happens when it already matches."""
    lock = DEVELOPMENT_LOCK if development else RUNTIME_LOCK
    stamp = VENV / f".{lock}.stamp"
    if PYTHON.exists() and stamp.exists() and stamp.read_text() == fingerprint(lock):
        return
    uv = shutil.which("uv")
    if not PYTHON.exists():
        create_environment(uv)
    print(f"gemba: installing the packages of {lock} into .venv (the first time takes a minute)", file=sys.stderr)
    pip = (
        [uv, "pip", "install", "-qq", "--python", str(PYTHON)]
        if uv
        else [str(PYTHON), "-m", "pip", "install", "-qq", "--disable-pip-version-check", "--no-input"]
    )
    pip += ["--compile-bytecode"] if uv else []
    if subprocess.run([*pip, "--require-hashes", "-r", str(ROOT / lock)], check=False).returncode:
        stop("the packages could not be installed; the lines above say why. Run the same command again once mended.")
    purelib = "import sysconfig; print(sysconfig.get_path('purelib'))"
    site = subprocess.check_output([str(PYTHON), "-c", purelib], text=True).strip()
    Path(site, "gemba_source.pth").write_text(f"{ROOT / 'src'}\n")
    subprocess.run([str(PYTHON), "-m", "compileall", "-q", "-j0", str(ROOT / "src")], check=False)
    for name in (RUNTIME_LOCK, lock):
        (VENV / f".{name}.stamp").write_text(fingerprint(name))


def in_project(**more: str) -> dict[str, str]:
    """The environment of a process that checks or tests: the settings of the tests, and compiled files are kept."""
    paths = os.pathsep.join((str(ROOT / "src"), str(ROOT)))
    settings = {"DJANGO_SETTINGS_MODULE": "tests.settings", "PYTHONPATH": paths, **more}
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return {**kept, **settings}


def python(*arguments: str, **environment: str) -> int:
    """Run the project's Python in the project's folder, with the settings of the tests."""
    return subprocess.call([str(PYTHON), *arguments], cwd=ROOT, env=in_project(**environment))


def python_aside(arguments: Sequence[str]) -> tuple[int, str]:
    """The same while others run: how it ended, and what it said."""
    done = subprocess.run(
        [str(PYTHON), *arguments], cwd=ROOT, env=in_project(), check=False, text=True, encoding="utf-8",
        errors="replace", stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip
    return done.returncode, done.stdout


def gemba(*arguments: str) -> int:
    """Run a gemba command where the caller stands, so that relative paths mean what they look like.

    It takes this process's place, so that Ctrl-C reaches it alone and it stops in its own time. Where a process cannot
    be replaced, its end is awaited.
    """
    command = [str(PYTHON), "-m", "gemba.config.main", *arguments]
    if os.name != "nt":
        os.execv(command[0], command)  # noqa: S606  no shell is wanted
    process = subprocess.Popen(command)
    while True:
        try:
            return process.wait()
        except KeyboardInterrupt:
            continue


def test(arguments: Sequence[str]) -> int:
    """All tests on SQLite, then those that touch a database again on PostgreSQL. With arguments: pytest as asked."""
    if arguments:
        return python("-m", "pytest", *arguments)
    if python("-m", "tests.tools"):
        return 1
    shutil.rmtree(ROOT / RESULTS, ignore_errors=True)
    on_sqlite = python("-m", "pytest", "--junitxml", f"{RESULTS}/sqlite.xml")
    print("\n== the same on PostgreSQL", flush=True)
    again = ("-m", "pytest", "-m", "not browser", "--ignore", MATRIX, *ON_BOTH)
    on_postgresql = python(*again, "--junitxml", f"{RESULTS}/postgresql.xml", GEMBA_TEST_DATABASE="postgresql")
    trust = python("-m", "tests.trust_cases", RESULTS)
    return on_sqlite or on_postgresql or trust


def check() -> int:
    """Every check, as many at once as there are processors, all of them even after one has failed, then a line per
    failure.
    """
    failed = []
    with ThreadPoolExecutor(os.cpu_count()) as lanes:
        begun = [lanes.submit(python_aside, command) for _name, command in CHECKS]
        for (name, command), ending in zip(CHECKS, begun, strict=True):
            code, said = ending.result()
            listed = code == 0 and "--collect-only" in command
            print(f"\n== {name}", "" if listed else said, sep="\n", end="", flush=True)
            if code:
                failed.append(name)
    print("\n== tests", flush=True)
    if test(()):
        failed.append("tests")
    print(f"\ngemba: failed: {', '.join(failed)}" if failed else "\ngemba: everything holds")
    return 1 if failed else 0


def lock() -> int:
    """Resolve both lock files again; a development tool, needs uv. The files hold hashes and no address."""
    uv = shutil.which("uv")
    if not uv:
        stop("'lock' needs the program uv on the path")
    common = [str(uv), "pip", "compile", "-q", "--universal", "--generate-hashes", "--no-header", "--no-annotate"]
    common += ["--python-version", "3.11", "pyproject.toml", "--extra", "postgres"]
    runtime = subprocess.call([*common, "-o", RUNTIME_LOCK], cwd=ROOT)
    return runtime or subprocess.call([*common, "--group", "dev", "-c", RUNTIME_LOCK, "-o", DEVELOPMENT_LOCK], cwd=ROOT)


def main() -> int:
    if sys.version_info < OLDEST:
        stop(f"needs Python {OLDEST[0]}.{OLDEST[1]} or newer; this is {sys.version.split()[0]}")
    command, *rest = sys.argv[1:] or ["--help"]
    if command == "lock":
        return lock()
    ensure_environment(development=command in {"test", "check"})
    if command == "test":
        return test(rest)
    if command == "check":
        return check()
    return gemba(command, *rest)


if __name__ == "__main__":
    raise SystemExit(main())
