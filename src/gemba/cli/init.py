"""`gemba init`: a new installation. Folder and keys are there already when this runs; this makes what is in them.

No account with a password is made. Whoever opens the printed link within 24 hours becomes the administrator, once.
"""

import argparse
import sys

from gemba.cli.migrate import up_to_date
from gemba.cli.starting import UnreadyError, refuse_unready, tell, untouchable_database
from gemba.kernel.access.scope import Access
from gemba.kernel.actions.accounts import START, administered
from gemba.kernel.actions.organisation import NameOrganisation
from gemba.kernel.actor import Actor, Via
from gemba.kernel.entrance.links import make_link
from gemba.kernel.people.organisation import organisation
from gemba.kernel.refusals import Refused
from gemba.kernel.trail.models import SecurityEvent


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--organisation", default="", metavar="NAME", help="the company's name; can be given later")


def run(options: argparse.Namespace) -> int:
    try:
        if problems := untouchable_database():
            raise UnreadyError(*problems)
        up_to_date()
        refuse_unready()
        name_company(options.organisation)
    except UnreadyError as error:
        print(tell(error.args), file=sys.stderr)
        return 1
    except Refused as refusal:
        print(tell(refusal.sentences), file=sys.stderr)
        return 1
    if administered():
        print("This installation is ready and has an administrator. Nothing was changed.")
        return 0
    print_link()
    return 0


def name_company(name: str) -> None:
    if name and organisation().name != name:
        actor = Actor.system(Via.CLI)
        NameOrganisation(actor=actor, access=Access(actor.person, everything=True), name=name).execute()


def print_link() -> None:
    """Shown here and nowhere else; the database keeps a digest."""
    link = make_link(START)
    SecurityEvent.objects.create(what="link.start-made", detail="from the command line")
    print(f"Gemba is ready{f' for {organisation().name}' if organisation().name else ''}.\n")
    print("Start it with 'gemba serve', then open this link to become its first administrator.")
    print("It works once, for 24 hours:\n")
    print(f"  {link.url}\n")
    print("Keep the folder 'keys' of the data folder in a backup of its own, apart from the database.")
