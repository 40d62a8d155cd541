"""Dates as documents write them. A date that can be read in two ways is not guessed."""

import re
from collections.abc import Iterable
from datetime import date

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january jan januar janvier",
            "february feb februar février fevrier",
            "march mar märz maerz mars",
            "april apr avril",
            "may mai",
            "june jun juni juin",
            "july jul juli juillet",
            "august aug août aout",
            "september sep sept septembre",
            "october oct oktober okt octobre",
            "november nov novembre",
            "december dec dezember dez décembre",
        ),
        start=1,
    )
    for name in names.split()
}
_MONTH = "|".join(sorted(_MONTHS, key=len, reverse=True))
_PATTERN = re.compile(
    rf"(?<!\d)(?:(?P<iso>(?P<y>(?:19|20)\d\d)[-./](?P<m>\d{{1,2}})[-./](?P<d>\d{{1,2}})(?!\d))"
    rf"|(?P<first>\d{{1,2}})(?P<sep>[./-])\s?(?P<second>\d{{1,2}})(?P=sep)\s?(?P<year>(?:19|20)\d\d)(?!\d)"
    rf"|(?P<day>\d{{1,2}})(?:st|nd|rd"
    rf"|th)?[\s.-]{{1,2}}(?P<month>{_MONTH})\.?,?[\s-]{{1,2}}(?P<year2>(?:19|20)\d\d)(?!\d)"
    rf"|(?<![^\W\d_])(?P<month3>{_MONTH})\.?\s(?P<day3>\d{{1,2}})(?:st|nd|rd|th)?,?\s(?P<year3>(?:19|20)\d\d)(?!\d))",
    re.IGNORECASE,
)
_YEAR = re.compile(r"19[0-9]{2}|20[0-9]{2}")
_SLASHED = re.compile(r"[/-]\s?\d{1,2}[/-]")
"""What every date between slashes or dashes holds."""
_MONTHS_IN_YEAR = 12
_BEFORE_SIGN, _AFTER_SIGN = 3, 6
"""Characters of a date before its first sign and behind its second, and one more to see that it ends there."""


def may_hold_date(text: str) -> bool:
    """Whether the text holds what could be a year."""
    return _YEAR.search(text) is not None


def find_date(text: str, *, day_first: bool | None = None) -> tuple[date | None, str] | None:
    """The first date in the text: its value, or None for 03/04/2024 unless `day_first` settles it, and its spelling."""
    match = _PATTERN.search(text) if may_hold_date(text) else None
    return (_value(match, day_first), match.group()) if match else None


def may_hold_dates(text: str) -> bool:
    """Whether the order of day and month can matter in the text at all."""
    return _SLASHED.search(text) is not None


def writes_day_first(texts: Iterable[str]) -> bool | None:
    """How a document orders day and month between slashes, as far as one of its dates gives it away."""
    seen: set[bool] = set()
    for text in texts:
        for sign in _SLASHED.finditer(text):
            # Only around the sign: the pattern for all ways to write a date is slow on a long text.
            match = _PATTERN.search(text[max(0, sign.start() - _BEFORE_SIGN) : sign.end() + _AFTER_SIGN])
            if match and match["first"] and match["sep"] != ".":
                first, second = int(match["first"]), int(match["second"])
                if first > _MONTHS_IN_YEAR >= second:
                    seen.add(True)
                elif second > _MONTHS_IN_YEAR >= first:
                    seen.add(False)
    return seen.pop() if len(seen) == 1 else None


def _value(match: re.Match[str], day_first: bool | None) -> date | None:
    if match["iso"]:
        return _date(match["y"], match["m"], match["d"])
    if match["month"]:
        return _date(match["year2"], str(_MONTHS[match["month"].lower()]), match["day"])
    if match["month3"]:
        return _date(match["year3"], str(_MONTHS[match["month3"].lower()]), match["day3"])
    first, second, year = match["first"], match["second"], match["year"]
    if match["sep"] == "." or first == second or int(first) > _MONTHS_IN_YEAR or day_first is True:
        return _date(year, second, first)
    if int(second) > _MONTHS_IN_YEAR or day_first is False:
        return _date(year, first, second)
    return None


def _date(year: str, month: str, day: str) -> date | None:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None
