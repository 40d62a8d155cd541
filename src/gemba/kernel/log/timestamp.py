"""A seal stamped by a time-stamping authority (RFC 3161): somebody else's clock and signature beside ours.

The request and what is read of the answer are small enough to be written and read here. Checked is that the authority
granted a stamp over exactly this seal; its signature is for `openssl ts -verify` and whoever trusts its certificate.
"""

import hashlib
import secrets
import urllib.error
import urllib.request
from collections.abc import Iterator

from django.conf import settings

from gemba.kernel import clock
from gemba.kernel.log.models import Seal, TimeStamp, WitnessState

SHA256 = bytes.fromhex("300d06096086480165030402010500")
"""AlgorithmIdentifier of SHA-256."""
SEQUENCE, INTEGER, OCTETS, TRUE = 0x30, 0x02, 0x04, b"\x01\x01\xff"
LONG = 0x80
"""From here on a length stands in octets of its own."""
GRANTED = (0, 1)
PATIENCE = 10.0
LARGEST = 100_000


class StampError(RuntimeError):
    """No stamp was given; the message ends a sentence."""


def stamp(seal: Seal) -> TimeStamp | None:
    """Have `seal` stamped where an authority is configured. A failure stands on the health page and stops nothing."""
    url = settings.GEMBA_TIMESTAMP_URL
    if not url:
        return None
    state, _made = WitnessState.objects.get_or_create(name=url[:200])
    try:
        token = asked(url, hashlib.sha256(seal.checkpoint.encode()).digest())
    except StampError as error:
        state.problem = str(error)[:400]
        state.save()
        return None
    state.problem, state.size, state.at = "", seal.size, clock.now()
    state.save()
    return TimeStamp.objects.create(seal=seal, authority=url[:200], token=token)


def asked(url: str, digest: bytes) -> bytes:
    """The authority's answer in DER. Raises `StampError`."""
    nonce = b"\x01" + secrets.token_bytes(8)
    body = request_for(digest, nonce)
    asking = urllib.request.Request(url, body, {"Content-Type": "application/timestamp-query"})  # noqa: S310
    try:
        with urllib.request.urlopen(asking, timeout=PATIENCE) as answer:  # noqa: S310  the operator's own setting
            found: bytes = answer.read(LARGEST + 1)
    except (urllib.error.URLError, OSError, ValueError) as error:
        raise StampError(f"the authority cannot be reached ({error})") from None
    if problem := answer_problem(found, digest, nonce):
        raise StampError(problem)
    return found


def request_for(digest: bytes, nonce: bytes) -> bytes:
    """TimeStampReq: version 1, what is to be stamped, a number used once, and the certificate wished for."""
    imprint = _der(SEQUENCE, SHA256 + _der(OCTETS, digest))
    return _der(SEQUENCE, _der(INTEGER, b"\x01") + imprint + _der(INTEGER, nonce) + TRUE)


def answer_problem(answer: bytes, digest: bytes, nonce: bytes) -> str:
    """Why a TimeStampResp is not a stamp over this digest; empty where it is."""
    if len(answer) > LARGEST:
        return "its answer is too long"
    try:
        [(_tag, response)] = _parts(answer)
        status, *token = _parts(response)
        [(_integer, code), *_words] = _parts(status[1])
        if int.from_bytes(code) not in GRANTED or not token:
            return f"it refused (status {int.from_bytes(code)})"
    except (ValueError, IndexError):
        return "its answer cannot be read"
    wanted = _der(SEQUENCE, SHA256 + _der(OCTETS, digest))
    short = _der(SEQUENCE, SHA256[:1] + bytes([11]) + SHA256[2:-2] + _der(OCTETS, digest))
    if wanted not in token[0][1] and short not in token[0][1]:
        return "it stamped something else"
    return "" if _der(INTEGER, nonce) in token[0][1] else "it answered another question"


def _der(tag: int, content: bytes) -> bytes:
    length = len(content)
    if length < LONG:
        return bytes([tag, length]) + content
    size = (length.bit_length() + 7) // 8
    return bytes([tag, LONG | size]) + length.to_bytes(size) + content


def _parts(content: bytes) -> Iterator[tuple[int, bytes]]:
    """Tag and content of each value in a row. Raises `ValueError` or `IndexError` where it is no DER."""
    place = 0
    while place < len(content):
        tag, length, place = content[place], content[place + 1], place + 2
        if length & LONG:
            size = length & 0x7F
            if size not in (1, 2, 3):
                raise ValueError
            length, place = int.from_bytes(content[place : place + size]), place + size
        if place + length > len(content):
            raise ValueError
        yield tag, content[place : place + length]
        place += length
