"""`gemba init`: a new installation. Folder and keys are there already when this runs; this makes what is in them.

No account with a password is made. Whoever opens the printed link within 24 hours becomes the administrator, once.
"""

import argparse
import os
import sys

from gemba.cli.migrate import up_to_date
from gemba.cli.starting import UnreadyError, refuse_unready, tell, untouchable_database
from gemba.kernel.access.scope import Access
from gemba.kernel.actions.accounts import START, administered
from gemba.kernel.actions.organisation import NameOrganisation
from gemba.kernel.actor import Actor, Via
from gemba.kernel.backup.keyring import keys_folder
from gemba.kernel.backup.problems import BackupError
from gemba.kernel.backup.roles import make_roles
from gemba.kernel.entrance.links import make_link
from gemba.kernel.log.sealer import seal_now
from gemba.kernel.people.organisation import organisation
from gemba.kernel.refusals import Refused
from gemba.kernel.trail.models import SecurityEvent


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--organisation", default="", metavar="NAME", help="the company's name; can be given later")
    parser.add_argument(
        "--postgres", metavar="ADDRESS",
        help="only make a database and its two roles on this server, such as postgresql://postgres@localhost/postgres",
    )  # fmt: skip
    parser.add_argument("--database", default="gemba", metavar="NAME", help="its name (default: %(default)s)")


def run(options: argparse.Namespace) -> int:
    if options.postgres:
        return on_postgresql(options.postgres, options.database)
    try:
        if problems := untouchable_database():
            raise UnreadyError(*problems)
        up_to_date()
        refuse_unready()
        name_company(options.organisation)
        seal_now()
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


def on_postgresql(administrator: str, name: str) -> int:
    """The role that serves does not own the tables, so that not even the program itself could take the guards away."""
    path = keys_folder() / "database.env"
    if path.exists():
        print(f"gemba: {path} is there already, so this installation has its database.", file=sys.stderr)
        return 1
    try:
        serving, owning = make_roles(administrator, name)
    except BackupError as error:
        print(tell(error.args), file=sys.stderr)
        return 1
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(f"GEMBA_DATABASE_URL={serving}\nGEMBA_OWNER_URL={owning}\n")
    print(f"The database {name} and the roles {name}_owner and {name}_app are made; their addresses are in {path}.")
    print("Put both lines into the environment of Gemba, then run 'gemba init'. Serving needs the first line only.")
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
