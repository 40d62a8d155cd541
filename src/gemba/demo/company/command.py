"""`gemba demo-company`: tables, guards and the invented company in a new data folder. Used by `gemba demo`."""

import argparse
import os
import sys

from gemba.cli import serve
from gemba.cli.migrate import up_to_date
from gemba.cli.starting import UnreadyError, refuse_unready, tell
from gemba.demo.company.make import AlreadyThereError, make_company
from gemba.demo.company.stage import NotADemonstrationError, refuse_real_use
from gemba.kernel import clock


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.description = (
        "Fill a new, empty data folder with the company of the demonstration. Works with GEMBA_MODE=demo only; "
        "'gemba demo' does this and everything else."
    )
    parser.add_argument("--then-serve", type=int, metavar="PORT", help="answer browsers there when it is made")


def run(options: argparse.Namespace) -> int:
    try:
        refuse_real_use()
        up_to_date()
        refuse_unready()
        made = make_company(clock.now())
    except UnreadyError as error:
        print(tell(error.args), file=sys.stderr)
        return 1
    except (NotADemonstrationError, AlreadyThereError) as error:
        print(tell([str(error)]), file=sys.stderr)
        return 1
    print(f"{made.people} people, {made.records} records, {made.events} events.", flush=True)
    return _serve(options.then_serve) if options.then_serve else 0


def _serve(port: int) -> int:
    """Go on as the server: what is loaded stays loaded. Whoever waited for the line above reads no more of ours."""
    silence = os.open(os.devnull, os.O_WRONLY)
    os.dup2(silence, sys.stdout.fileno())
    parser = argparse.ArgumentParser()
    serve.arguments(parser)
    return serve.run(parser.parse_args(["--port", str(port)]))
