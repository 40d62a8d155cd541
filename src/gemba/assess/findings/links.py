"""Links that lead to no file of the folder, or to no heading of the file.

Nothing is fetched and nothing outside the folder is looked at.
"""

import re
from collections.abc import Iterator
from pathlib import PurePosixPath
from urllib.parse import unquote

from gemba.assess.anchors import leads_somewhere
from gemba.assess.findings.folder import Folder, finding, quoted
from gemba.assess.model import Document, Finding
from gemba.assess.readers.blocks import Place

MOST = 10
"""Dead links listed one by one per document; the rest is counted in the last one."""
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]+:", re.IGNORECASE)
_ONE_COMPUTER = re.compile(r"file:|[a-z]:[\\/]|\\\\", re.IGNORECASE)
_ENDINGS = ("", ".md", ".markdown", ".html", "/index.md", "/README.md", "/index.html")


def _local_part(target: str) -> str:
    """The file a link names, without anchor and query, decoded; empty where it names none."""
    bare = target.strip().strip("<>")
    return unquote(re.split(r"[#?]", bare, maxsplit=1)[0]).replace("\\", "/").replace("\0", "")


def _joined(document: Document, local: str) -> str | None:
    """The path from the folder's root, or None where it leads out of the folder."""
    base = () if local.startswith("/") else PurePosixPath(document.path).parent.parts
    parts = list(base)
    for part in PurePosixPath(local.lstrip("/")).parts:
        if part != "..":
            parts.append(part)
        elif parts:
            parts.pop()
        else:
            return None
    return "/".join(parts)


def _dead(folder: Folder, document: Document, target: str) -> str | None:
    """The sentence about a link, or None where it leads somewhere or elsewhere (web, mail)."""
    bare = target.strip().strip("<>")
    if _ONE_COMPUTER.match(bare):
        return f"The link to {quoted(bare)} works on one computer only. Link to the file in the folder instead."
    if _SCHEME.match(bare) or bare.startswith("//"):
        return None
    local, anchor = _local_part(bare), unquote(bare.partition("#")[2])
    if local:
        return _dead_file(folder, document, bare, local, anchor)
    if anchor and not leads_somewhere(anchor, document.anchors):
        return f"The link to {quoted(bare)} leads to no heading of this document. Correct it."
    return None


def _dead_file(folder: Folder, document: Document, bare: str, local: str, anchor: str) -> str | None:
    path = _joined(document, local)
    if path is None:
        return f"The link to {quoted(bare)} leads out of the folder, where nothing could be checked."
    end = next((e for ending in _ENDINGS if (e := (path + ending).casefold()) in folder.link_ends), None)
    if end is None:
        return f"The link to {quoted(bare)} leads to no file in the folder. Correct it, or add the file."
    reached = folder.by_link.get(end)
    if anchor and reached is not None and not leads_somewhere(anchor, reached.anchors):
        return f"The link to {quoted(bare)} leads to a file without such a heading. Correct what stands behind the #."
    return None


def findings(folder: Folder) -> Iterator[Finding]:
    for document in folder.documents:
        dead: dict[str, tuple[Place, str]] = {}
        for reference in document.references:
            target = reference.target
            if target and target not in dead and (sentence := _dead(folder, document, target)):
                dead[target] = (reference.place, sentence)
        shown = list(dead.values())
        for place, sentence in shown[:MOST]:
            yield finding("dead-link", document.path, place, sentence)
        if len(shown) > MOST:
            place = shown[MOST][0]
            message = f"A further {len(shown) - MOST} links of this document lead nowhere."
            yield finding("dead-link", document.path, place, message)
