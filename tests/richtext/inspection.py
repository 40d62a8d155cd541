"""Cleaned HTML looked at from outside."""

import re
from html.parser import HTMLParser
from urllib.parse import urlsplit

from gemba.kernel.richtext.allowed import ATTRIBUTES, LINK_REL, SCHEMES
from gemba.kernel.richtext.redline import HIDDEN

_OURS = re.compile(rf"redline-[a-z-]+|{HIDDEN}")


class _Inspector(HTMLParser):
    """Reads cleaned HTML with a parser that had no part in making it, and notes whatever is not allowed."""

    def __init__(self, redline: bool) -> None:
        super().__init__()
        self.faults: list[str] = []
        self._redline = redline

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [
            name for name, value in attrs if not (self._redline and name == "class" and _OURS.fullmatch(value or ""))
        ]
        if tag not in ATTRIBUTES and not (self._redline and tag in ("ins", "del", "span")):
            self.faults.append(f"<{tag}>")
        self.faults += [f"{tag} {name}" for name in names if name not in ATTRIBUTES.get(tag, ())]
        values = dict(attrs)
        if tag == "a" and values.get("rel") != LINK_REL:
            self.faults.append("a link without rel")
        if (scheme := urlsplit(values.get("href") or "").scheme) and scheme not in SCHEMES:
            self.faults.append(f"{scheme} address")
        if (values.get("id") or "s-").split("-")[0] not in ("s", "footnote", "endnote"):
            self.faults.append(f"name {values['id']}")

    def handle_comment(self, data: str) -> None:
        self.faults.append("comment")

    def handle_decl(self, decl: str) -> None:
        self.faults.append("declaration")


def faults(html: str, *, redline: bool = False) -> list[str]:
    """What stands in the text that may not; a redline has marks and classes of its own."""
    inspector = _Inspector(redline)
    inspector.feed(html)
    inspector.close()
    return inspector.faults
