"""Bundles made, opened, changed and checked, for tests."""

import io
import json
import zipfile
from contextlib import redirect_stdout
from typing import Any

import pytest

from gemba.export.proof import verify
from gemba.export.proof.choose import one_record, thread
from gemba.export.proof.make import make_bundle
from gemba.kernel.access.viewer import seeing
from gemba.kernel.actions.connect import MakeLink
from gemba.kernel.actions.files import Attach
from gemba.kernel.actions.talk import Say
from gemba.kernel.actions.write import Edit
from gemba.kernel.people.models import Person
from gemba.kernel.records.models import Record
from tests.kernel.people import as_
from tests.kernel.samples import again, figure, raised, signed, submitted


def grown(quality: Person, manager: Person) -> Record:
    """A record with edits, a file, a comment, signatures, and another one linked to it."""
    record = raised(quality)
    Edit(record=record, values={"unit": "hours"}, **as_(quality)).execute()
    Attach(record=again(record), name="protocol ä.txt", chunks=[b"measured: 9.5"], **as_(quality)).execute()
    Say(record=again(record), text="Looks right", **as_(quality)).execute()
    measured = figure(quality)
    MakeLink(record=measured, role="measures", to=again(record), **as_(quality)).execute()
    other = submitted(quality, title="Another one")
    signed(other, "approve", manager)
    found: Record = again(record)
    return found


def bundle(who: Person, kind: str, record: Record) -> bytes:
    file = io.BytesIO()
    given = as_(who)
    with seeing(given["access"]):
        selection = thread(record) if kind == "thread" else one_record(record)
        make_bundle(selection, given["actor"], given["access"], file)
    return file.getvalue()


def opened(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        return {name: file.read(name) for name in file.namelist()}


def closed(parts: dict[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as target:
        for name, data in parts.items():
            target.writestr(name, data)
    return file.getvalue()


def verdict(data: bytes, key: str = "") -> tuple[int, str]:
    out = io.StringIO()
    path = io.BytesIO(data)
    with redirect_stdout(out), pytest.MonkeyPatch.context() as patch:
        patch.setattr("zipfile.ZipFile", lambda _name, kind=zipfile.ZipFile: kind(path))
        code = verify.main(["bundle.zip", *(["--key", key] if key else [])])
    return code, out.getvalue()


def manifest_of(parts: dict[str, bytes]) -> Any:
    return json.loads(parts["manifest.json"])


def first_of(parts: dict[str, bytes]) -> str:
    return str(manifest_of(parts)["records"][0]["events"])


def lines_of(parts: dict[str, bytes], name: str) -> list[Any]:
    return [json.loads(line) for line in parts[name].splitlines()]


def put(parts: dict[str, bytes], name: str, lines: list[Any]) -> None:
    parts[name] = "".join(f"{json.dumps(line)}\n" for line in lines).encode()
