"""Tables of device reports as the FDA writes them, with invented reports."""

from collections.abc import Iterable

HEADER = ("MDR_REPORT_KEY", "EVENT_TYPE", "DATE_RECEIVED", "BRAND_NAME", "MODEL_NUMBER", "FOI_TEXT")
EVENTS = ("M", "IN", "O", "D", "*")


def table(rows: Iterable[Iterable[str]], between: str = "|", header: Iterable[str] = HEADER) -> bytes:
    return "\n".join(between.join(row) for row in (header, *rows)).encode()


def row(number: int, **given: str) -> tuple[str, ...]:
    """One report; every fifth is a death, every fifth an injury."""
    values = {
        "MDR_REPORT_KEY": str(900_000 + number), "EVENT_TYPE": EVENTS[number % len(EVENTS)],
        "DATE_RECEIVED": "03/04/2026", "BRAND_NAME": "PISARA", "MODEL_NUMBER": "P2",
        "FOI_TEXT": f"Report number {number}.", **given,
    }  # fmt: skip
    return tuple(values[name] for name in HEADER)


def rows(count: int, start: int = 0) -> list[tuple[str, ...]]:
    return [row(number) for number in range(start, start + count)]
