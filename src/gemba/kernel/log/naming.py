"""How the log of this company is called."""

from gemba.kernel.people.organisation import organisation


def log_subject() -> str:
    """The chain of the seals' own events."""
    return f"log/{organisation().uid}"


def log_origin() -> str:
    """The first line of every checkpoint."""
    return f"gemba-log/{organisation().uid}"
