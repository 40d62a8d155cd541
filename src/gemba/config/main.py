"""The `gemba` command: a table of commands, each in a module of its own that is imported only when it is chosen."""

import argparse
import importlib
import sys
from collections.abc import Sequence
from typing import NamedTuple, Protocol

from gemba import __version__


class Command(NamedTuple):
    """`module` offers `arguments(parser)` and `run(options) -> exit status`."""

    module: str
    summary: str


class CommandModule(Protocol):
    def arguments(self, parser: argparse.ArgumentParser) -> None: ...
    def run(self, options: argparse.Namespace) -> int: ...


COMMANDS = {
    "assess": Command("gemba.cli.assess", "read a folder of quality documents and report what is claimed and proved"),
    "frameworks": Command("gemba.cli.frameworks", "list the standards and laws Gemba knows"),
    "duties": Command("gemba.cli.duties", "print the duties of a clause, and their counterparts in other frameworks"),
    "demo": Command("gemba.demo.command", "try Gemba on a fictional company"),
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


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command. 0 done, 1 could not be done, 2 wrong usage."""
    given = list(sys.argv[1:] if argv is None else argv)
    top = parser()
    if not given:
        top.print_help()
        return USAGE
    chosen = top.parse_args(given)
    command = COMMANDS[chosen.command]
    module: CommandModule = importlib.import_module(command.module)
    its_parser = argparse.ArgumentParser(prog=f"gemba {chosen.command}", description=command.summary.capitalize() + ".")
    module.arguments(its_parser)
    try:
        return module.run(its_parser.parse_args(chosen.arguments))
    except KeyboardInterrupt:
        print("gemba: stopped", file=sys.stderr)
        return INTERRUPTED


if __name__ == "__main__":
    raise SystemExit(main())
