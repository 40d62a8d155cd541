"""`gemba keys`: the keys of the trail: which are in use, and how one is replaced or taken out of use.

Whoever can run this owns the machine. Each change is an event of the trail, and quality is told.
"""

import argparse
import base64
import datetime as dt
import sys

from gemba.cli.starting import UnreadyError, refuse_unready, tell
from gemba.cli.terminal import complain, page_for, say, table
from gemba.kernel import clock
from gemba.kernel.actor import Actor, Via
from gemba.kernel.log.checkpoint import ED25519, key_hash
from gemba.kernel.log.keys import KeyRuleError, KnownKey, Purpose, State, active, end, known_keys, register_first
from gemba.kernel.log.naming import log_origin
from gemba.kernel.log.rotation import replace_key
from gemba.kernel.log.sealer import seal_now
from gemba.kernel.log.standing import tell_quality
from gemba.kernel.trail.canonical import moment
from gemba.kernel.trail.keys import KeyUnusableError

ENDS = {"retire": State.RETIRED, "revoke": State.REVOKED, "lost": State.LOST}


def arguments(parser: argparse.ArgumentParser) -> None:
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="list|add|retire|revoke|lost")
    verbs.add_parser("list", help="every key the trail knows; with the public halves, for whoever checks seals")
    add = verbs.add_parser("add", help="make a new key and use it from now on; the one before is retired")
    add.add_argument("purpose", choices=list(Purpose), help="trail: seals each event; seal: signs the log")
    for verb, meaning in (
        ("retire", "a key that is no longer used; what it made stays good"),
        ("revoke", "a key that others may hold; what it made from then on is not believed"),
        ("lost", "a key whose file is gone"),
    ):
        one = verbs.add_parser(verb, help=meaning)
        one.add_argument("key", help="the id, as 'list' shows it")
        if verb == "revoke":
            one.add_argument("--since", metavar="TIME", help="UTC, such as 2026-11-22T08:00; default: now")
    for one in verbs.choices.values():
        if one is not verbs.choices["list"]:
            one.add_argument("--reason", required=True, help="kept in the trail")


def run(options: argparse.Namespace) -> int:
    try:
        if options.verb == "list":
            return listed()
        if options.verb != "add":
            refuse_unready()
            return ended(options)
        return added(Purpose(options.purpose), options.reason)
    except UnreadyError as error:
        print(tell(error.args), file=sys.stderr)
    except (KeyRuleError, KeyUnusableError) as error:
        complain(str(error))
    except OSError as error:
        complain(f"The key file cannot be written: {error.strerror}.")
    return 1


def listed() -> int:
    known = known_keys()
    if not known:
        say("The trail knows no keys yet; the first seal tells it of those in use.")
        return 0
    rows = [(key.id, key.purpose, key.state, key.added[:19], key.ended[:19]) for key in known.values()]
    for line in table(("Key", "For", "State", "Since (UTC)", "Ended (UTC)"), rows, page_for(sys.stdout)):
        say(line)
    say("\nPublic halves, for whoever checks seals:\n")
    for key in known.values():
        if key.public:
            say(f"  {verifier(key)}")
    return 0


def verifier(key: KnownKey) -> str:
    """The public half as c2sp.org/signed-note writes it: name, key hash, algorithm and key in base64."""
    public = bytes.fromhex(key.public)
    return f"{log_origin()}+{key_hash(log_origin(), public).hex()}+{base64.b64encode(ED25519 + public).decode()}"


def added(purpose: Purpose, reason: str) -> int:
    made = replace_key(purpose, _actor(), reason=reason)
    refuse_unready()
    register_first(_actor())
    say(f"The {purpose} key {made.id} is in use. Put the folder 'keys' into its backup again.")
    return _sealed()


def ended(options: argparse.Namespace) -> int:
    known, state = known_keys(), ENDS[options.verb]
    key = known.get(options.key)
    if key is None:
        raise KeyRuleError(f"The trail knows no key {options.key}. See 'gemba keys list'.")
    using = active(key.purpose, known)
    if using and using.id == key.id:
        raise KeyRuleError(f"{key.id} is in use. First replace it: gemba keys add {key.purpose} --reason …")
    end(key, state, _actor(), reason=options.reason, since=_since(getattr(options, "since", None)))
    tell_quality("A key of the trail was taken out of use", f"The {key.purpose} key {key.id} is {state}.")
    say(f"The {key.purpose} key {key.id} is {state}.")
    return _sealed()


def _since(given: str | None) -> str:
    if not given:
        return ""
    try:
        at = dt.datetime.fromisoformat(given)
    except ValueError:
        raise KeyRuleError(f"{given!r} is no time such as 2026-11-22T08:00.") from None
    at = at if at.tzinfo else at.replace(tzinfo=dt.UTC)
    if at > clock.now():
        raise KeyRuleError("A key cannot be revoked from a moment that is yet to come.")
    return moment(at)


def _sealed() -> int:
    for finding in (findings := seal_now().findings):
        complain(finding.sentence)
    return 1 if findings else 0


def _actor() -> Actor:
    return Actor.system(Via.CLI)
