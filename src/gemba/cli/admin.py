"""`gemba admin`: a link that makes an administrator, for when nobody can sign in as one any more.

Whoever can run this owns the machine. It leaves a security event, and quality is told.
"""

import argparse
import sys

from gemba.cli.init import print_link
from gemba.cli.starting import UnreadyError, refuse_unready, tell
from gemba.kernel.actions.accounts import administered
from gemba.kernel.actions.alerts import alert


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--again", action="store_true", help="although there is an administrator; quality is told")


def run(options: argparse.Namespace) -> int:
    try:
        refuse_unready()
    except UnreadyError as error:
        print(tell(error.args), file=sys.stderr)
        return 1
    if administered() and not options.again:
        print(
            "gemba: there is an administrator who can sign in. Ask that person to invite another one, or use --again.",
            file=sys.stderr,
        )
        return 1
    alert("A link for a new administrator was made on the command line of the server.")
    print_link()
    return 0
