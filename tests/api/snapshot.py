"""Rewrite the snapshot of the OpenAPI description: `python -m tests.api.snapshot`.

The endpoints of every record type are made by the same code from its declaration. The snapshot holds what belongs to no
type, and all of two types: quality objectives, and the sample that declares everything a type can declare.
"""

import json
import os
import re
from pathlib import Path
from typing import Any

import django

KEPT = ("objective", "trial")
FILE = Path(__file__).with_name("openapi.json")
_KIND = re.compile(r"^/api/v1/records/([a-z]+)")
_REFERENCE = re.compile(r'"#/components/schemas/([^"]+)"')


def described(whole: dict[str, Any]) -> str:
    """The part of the description that is kept, as text that differs only where the interface does."""
    plain: dict[str, Any] = json.loads(json.dumps(whole, default=str))
    plain["paths"] = {path: found for path, found in plain["paths"].items() if _is_kept(path)}
    schemas = plain["components"]["schemas"]
    wanted: set[str] = set()
    waiting = set(_REFERENCE.findall(json.dumps(plain["paths"])))
    while waiting:
        wanted |= waiting
        waiting = {name for each in waiting for name in _REFERENCE.findall(json.dumps(schemas[each]))} - wanted
    plain["components"]["schemas"] = {name: schemas[name] for name in sorted(wanted)}
    return json.dumps(plain, indent=1, sort_keys=True) + "\n"


def _is_kept(path: str) -> bool:
    found = _KIND.match(path)
    return found is None or found[1] in KEPT


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    django.setup()
    from gemba.api.urls import api

    FILE.write_text(described(api.get_openapi_schema(path_prefix="/api/v1/")))
