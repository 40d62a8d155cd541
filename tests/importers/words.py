"""Word files made by hand: a small package of parts, each of which a test may replace."""

import zipfile
from io import BytesIO

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
_TYPES = "application/vnd.openxmlformats-officedocument.wordprocessingml"


def paragraph(text: str, style: str = "", extra: str = "") -> str:
    named = f'<w:pStyle w:val="{style}"/>' if style else ""
    return f"<w:p><w:pPr>{named}{extra}</w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>"


def body(content: str) -> str:
    space = f'xmlns:w="{W}" xmlns:r="{R}"'
    return f'<?xml version="1.0"?><w:document {space}><w:body>{content}</w:body></w:document>'


def relation(kind: str, target: str, *, external: bool = False, name: str = "x1") -> str:
    mode = ' TargetMode="External"' if external else ""
    return f'<Relationship Id="{name}" Type="{R}/{kind}" Target="{target}"{mode}/>'


def relations(*each: str) -> str:
    return f'<Relationships xmlns="{PACKAGE}">{"".join(each)}</Relationships>'


def word_file(content: str = "", parts: dict[str, str | bytes] | None = None, document: str | None = None) -> bytes:
    """A docx whose body holds the content; further parts are added or take the place of these."""
    every: dict[str, str | bytes] = {
        "[Content_Types].xml": (
            '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
            '<Default Extension="xml" ContentType="application/xml"/>'
            f'<Override PartName="/word/document.xml" ContentType="{_TYPES}.document.main+xml"/></Types>'
        ),
        "_rels/.rels": relations(relation("officeDocument", "word/document.xml")),
        "word/document.xml": document if document is not None else body(content or paragraph("text")),
        **(parts or {}),
    }
    made = BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in every.items():
            archive.writestr(name, data)
    return made.getvalue()
