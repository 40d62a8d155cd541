"""How the body of a request is read."""

import json
import re
from typing import Any

from django.http import HttpRequest
from ninja.parser import Parser

SURROGATE = re.compile(rb"\\u[dD][89a-fA-F]")


class WholeText(Parser):
    """JSON whose texts are text: half of a character can neither be stored, looked for, nor said back (WEB-11)."""

    def parse_body(self, request: HttpRequest) -> Any:
        """Raises `ValueError` for anything else, which is answered as a request that could not be read."""
        found = super().parse_body(request)
        if SURROGATE.search(request.body):
            json.dumps(found, ensure_ascii=False).encode()
        return found
