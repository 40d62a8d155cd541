"""ULIDs: 26 characters that sort by time of creation and never repeat. Used as public identity of rows."""

import os
import time

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 26


def ulid() -> str:
    """A new identifier: 48 bits of milliseconds since 1970, 80 bits of randomness, Crockford base 32."""
    value = (time.time_ns() // 1_000_000) << 80 | int.from_bytes(os.urandom(10), "big")
    return "".join(ALPHABET[value >> shift & 31] for shift in range(125, -1, -5))
