"""Rewrite the snapshot of the OpenAPI description: `python -m tests.api.snapshot`."""

import json
import os
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
django.setup()

from gemba.api.urls import api  # noqa: E402  settings come first

Path(__file__).with_name("openapi.json").write_text(
    json.dumps(api.get_openapi_schema(), indent=1, sort_keys=True, default=str) + "\n"
)
