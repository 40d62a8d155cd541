"""The `gemba` command: a table of commands, each in a module of its own that is imported only when it is chosen."""

import argparse
import importlib
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from enum import Enum, auto
from typing import NamedTuple, Protocol

from gemba import __version__
from gemba.config.environment import UnsafeSettingsError


class Needs(Enum):
    """What must be ready before a command's module can be imported."""

    NOTHING = auto()
    RECORDS = auto()
    """The settings of an installation that exists."""
    FOLDER = auto()
    """The same, and the data folder and its keys are made where they are missing."""


class Command(NamedTuple):
    """`module` offers `arguments(parser)` and `run(options) -> exit status`."""

    module: str
    summary: str
    needs: Needs = Needs.NOTHING
    as_owner: bool = False
    """Works on PostgreSQL as the role that owns the tables, where GEMBA_OWNER_URL names one."""


class CommandModule(Protocol):
    def arguments(self, parser: argparse.ArgumentParser) -> None: ...
    def run(self, options: argparse.Namespace) -> int: ...


COMMANDS = {
    "assess": Command("gemba.cli.assess", "read a folder of quality documents and report what is claimed and proved"),
    "frameworks": Command("gemba.cli.frameworks", "list the standards and laws Gemba knows"),
    "duties": Command("gemba.cli.duties", "print the duties of a clause, and their counterparts in other frameworks"),
    "starter": Command(
        "gemba.modules.document.command", "load the starter set of quality documents into this company", Needs.RECORDS
    ),
    "import": Command(
        "gemba.modules.document.bringing_command", "take a folder of documents over as drafts", Needs.RECORDS
    ),
    "demo": Command("gemba.demo.command", "try Gemba on a fictional company"),
    "demo-company": Command(
        "gemba.demo.company.command", "fill an empty data folder with the company of the demonstration", Needs.FOLDER
    ),
    "init": Command(
        "gemba.cli.init", "make a new installation and a link for its first administrator", Needs.FOLDER, True
    ),
    "migrate": Command("gemba.cli.migrate", "bring the database up to this version of Gemba", Needs.RECORDS, True),
    "backup": Command(
        "gemba.cli.backup", "copy database and files into one enciphered file, proved readable", Needs.RECORDS
    ),
    "restore": Command("gemba.cli.restore", "bring a backup back, or prove that one could be", Needs.FOLDER, True),
    "serve": Command("gemba.cli.serve", "answer browsers", Needs.RECORDS),
    "worker": Command("gemba.cli.worker", "run background work, beside 'serve' on PostgreSQL", Needs.RECORDS),
    "verify": Command("gemba.cli.verify", "check that everything stored is what the trail says", Needs.RECORDS),
    "import-complaints": Command(
        "gemba.modules.complaint.command", "import a table of device reports as complaints", Needs.RECORDS
    ),
    "keys": Command("gemba.cli.keys", "list, add, retire or revoke the keys of the trail", Needs.RECORDS),
    "bundle": Command("gemba.config.bundling", "give out records with their history, files and proofs", Needs.RECORDS),
    "admin": Command("gemba.cli.admin", "make a new link for an administrator when nobody can sign in", Needs.RECORDS),
}
USAGE, FAILED, INTERRUPTED = 2, 1, 130


def overview() -> str:
    width = max(map(len, COMMANDS))
    rows = "\n".join(f"  {name:<{width}}  {command.summary}" for name, command in COMMANDS.items())
    return f"commands:\n{rows}\n\nRun 'gemba COMMAND --help' for what a command takes and gives."


def parser() -> argparse.ArgumentParser:
    top = argparse.ArgumentParser(
        prog="gemba",
        usage="gemba [--version] COMMAND ...",
        description="Quality management for medical-device companies: the duty, the procedure, the proof.",
        epilog=overview(),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    top.add_argument("--version", action="version", version=f"gemba {__version__}")
    top.add_argument("command", metavar="COMMAND", choices=COMMANDS, help=argparse.SUPPRESS)
    top.add_argument("arguments", nargs=argparse.REMAINDER, help=argparse.SUPPRESS)
    return top


def prepare(needs: Needs, *, as_owner: bool) -> None:
    """Raises `UnsafeSettingsError` with what is wrong and how to mend it."""
    if needs is not Needs.NOTHING:
        # Django and what makes keys are half of the start of a command that needs neither.
        importlib.import_module("gemba.config.preparing").prepare(new_folder=needs is Needs.FOLDER, as_owner=as_owner)


@contextmanager
def settings_of_nobody() -> Iterator[None]:
    """Who asks for help needs no installation, is refused for no setting, and begins none."""
    kept = {name: os.environ.pop(name) for name in list(os.environ) if name.startswith("GEMBA_")}
    os.environ["GEMBA_MODE"] = "test"
    try:
        yield
    finally:
        del os.environ["GEMBA_MODE"]
        os.environ.update(kept)


def explain(name: str, command: Command, arguments: Sequence[str]) -> None:
    """Print what a command, or one below it, takes and gives. Ends the program, as argparse does."""
    with settings_of_nobody():
        prepare(Needs.NOTHING if command.needs is Needs.NOTHING else Needs.RECORDS, as_owner=False)
        parser_of(name, command)[1].parse_args(arguments)


def parser_of(name: str, command: Command) -> tuple[CommandModule, argparse.ArgumentParser]:
    """The command's module and what it reads its arguments with. What the command needs must be ready."""
    module: CommandModule = importlib.import_module(command.module)
    about = f"{command.summary[:1].upper()}{command.summary[1:]}."
    its_parser = argparse.ArgumentParser(prog=f"gemba {name}", description=about)
    module.arguments(its_parser)
    return module, its_parser


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command. 0 done, 1 could not be done, 2 wrong usage."""
    given = list(sys.argv[1:] if argv is None else argv)
    top = parser()
    if not given:
        top.print_help()
        return USAGE
    chosen = top.parse_args(given)
    command = COMMANDS[chosen.command]
    if {"-h", "--help"} & set(chosen.arguments):
        explain(chosen.command, command, chosen.arguments)
    try:
        prepare(command.needs, as_owner=command.as_owner)
    except UnsafeSettingsError as error:
        print(f"gemba: {error}", file=sys.stderr)
        return FAILED
    module, its_parser = parser_of(chosen.command, command)
    try:
        status = module.run(its_parser.parse_args(chosen.arguments))
        sys.stdout.flush()
    except BrokenPipeError:
        # Whoever read the output went away. It may not have been done to the end, so it is not said to be.
        with suppress(OSError, ValueError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILED
    except KeyboardInterrupt:
        print("gemba: stopped", file=sys.stderr)
        return INTERRUPTED
    return status


if __name__ == "__main__":
    raise SystemExit(main())
