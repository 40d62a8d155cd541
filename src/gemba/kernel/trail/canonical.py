"""The canonical form of everything that is hashed: restricted RFC 8785.

Strings (NFC, no NUL, no lone surrogates), integers within 2^53-1, booleans, null, lists, and objects with ASCII keys.
No floats: decimals travel as strings. Within these limits sorted, compact JSON is byte-identical to RFC 8785.
"""

import datetime as dt
import hashlib
import json
import unicodedata
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

Canonical = None | bool | int | str | list["Canonical"] | dict[str, "Canonical"]
LARGEST = 2**53 - 1
ENCODER = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


class NotCanonicalError(ValueError):
    """A value that has no canonical form."""


def text(value: str) -> str:
    """`value` in NFC. Raises where it holds NUL or a lone surrogate, which no database and no hash could keep."""
    if "\0" in value:
        raise NotCanonicalError("Text with a NUL character cannot be stored.")
    if value.isascii():
        return value
    try:
        value.encode()
    except UnicodeEncodeError:
        raise NotCanonicalError("Text with half of a surrogate pair cannot be stored.") from None
    return unicodedata.normalize("NFC", value)


def moment(value: dt.datetime) -> str:
    """UTC with microseconds and a `Z`, as events carry it."""
    return value.astimezone(dt.UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


def plain(value: Any) -> Canonical:
    """The canonical counterpart of a Python value. Raises `NotCanonicalError` for floats and unknown types."""
    if value is None or value is True or value is False:
        return value
    if isinstance(value, str):
        return text(value if type(value) is str else str(value))
    if isinstance(value, int):
        if abs(value) > LARGEST:
            raise NotCanonicalError(f"{value} is beyond the integers every reader can hold.")
        return int(value)
    return _plain_other(value)


def _plain_other(value: Any) -> Canonical:
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if isinstance(value, dt.datetime):
        return moment(value)
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, Mapping):
        return {_key(key): plain(item) for key, item in value.items()}
    raise NotCanonicalError(f"{type(value).__name__} has no canonical form.")


def _key(key: object) -> str:
    if not isinstance(key, str) or not key.isascii():
        raise NotCanonicalError(f"{key!r} is no ASCII key.")
    return text(key)


def encode(value: Canonical) -> str:
    """The canonical text of an already plain value."""
    return ENCODER.encode(value)


def digest(value: Any) -> str:
    """SHA-256 over the canonical bytes, as 64 hexadecimal digits."""
    return digest_of_plain(plain(value))


def digest_of_plain(value: Canonical) -> str:
    """The same for a value that is canonical already."""
    return hashlib.sha256(encode(value).encode()).hexdigest()
