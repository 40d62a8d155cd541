"""The thresholds of the signals: data beside them, of which a company may replace any with a file of its own."""

import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import yaml
from django.conf import settings

from gemba.evidence.signals.signal import Threshold

OWN = "signals.yaml"
LARGEST = 64 * 1024
_KEY = re.compile(r"[a-z_]{1,40}")
Known = Mapping[str, Mapping[str, Threshold]]


class ThresholdError(ValueError):
    """A company's thresholds that cannot be used; `problems` are sentences."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__(" ".join(problems))
        self.problems = problems


def limit(signal: str, name: str) -> float:
    """A threshold's value."""
    return limits()[signal][name].value


def shown(signal: str) -> tuple[Threshold, ...]:
    """All of a signal, in their order, for its page."""
    return tuple(limits()[signal].values())


def limits() -> Known:
    """Those in use: the company's own where it has any; its file is read once per process. Raises `ThresholdError`."""
    return _read(Path(settings.GEMBA_SIGNALS))


@cache
def _read(own: Path) -> Known:
    return with_own(shipped(), own.read_bytes()) if own.is_file() else shipped()


@cache
def shipped() -> Known:
    """Those that come with Gemba."""
    rows = yaml.safe_load(files("gemba.evidence.signals").joinpath("data/thresholds.yaml").read_text(encoding="utf-8"))
    return {
        signal: {
            name: Threshold(row["says"], row["value"], row.get("unit", ""), row["least"], row["most"])
            for name, row in each.items()
        }
        for signal, each in rows.items()
    }


def with_own(known: Known, content: bytes) -> Known:
    """The known thresholds with a company's values in their places; only values can be replaced."""
    problems: list[str] = []
    found = {signal: dict(each) for signal, each in known.items()}
    for signal, name, value in _rows(content, problems):
        threshold = found.get(signal, {}).get(name)
        if threshold is None:
            problems.append(f"{OWN}: there is no threshold {_shown(signal)} / {_shown(name)}.")
        elif isinstance(value, bool) or not isinstance(value, int | float) or not _fits(threshold, value):
            problems.append(
                f"{OWN}: {signal} / {name} must be a number from {threshold.least:g} to {threshold.most:g}."
            )
        else:
            found[signal][name] = threshold.with_value(float(value))
    if problems:
        raise ThresholdError(problems)
    return found


def _fits(threshold: Threshold, value: float) -> bool:
    return threshold.least <= value <= threshold.most


def _rows(content: bytes, problems: list[str]) -> list[tuple[str, str, Any]]:
    if len(content) > LARGEST:
        problems.append(f"{OWN}: it is larger than {LARGEST // 1024} KB.")
        return []
    try:
        rows = yaml.safe_load(content.decode("utf-8"))
    except (UnicodeDecodeError, yaml.YAMLError, RecursionError):
        problems.append(f"{OWN}: it is no YAML in UTF-8.")
        return []
    if not isinstance(rows, dict) or not all(isinstance(each, dict) for each in rows.values()):
        problems.append(f"{OWN}: it must name signals, and below each its thresholds.")
        return []
    return [
        (str(signal), str(name), row.get("value") if isinstance(row, dict) else row)
        for signal, each in rows.items()
        for name, row in each.items()
    ]


def _shown(name: str) -> str:
    return name if _KEY.fullmatch(name) else "(unreadable)"
