"""Makes a folder of quality documents to measure with: the same bytes every time, in the mix a company has."""

import io
import random
from collections.abc import Callable
from pathlib import Path

import docx
import openpyxl
import typst

_WORDS = """procedure record device supplier review approval change risk complaint training audit release design input
output verification validation corrective preventive action measure equipment calibration purchase evaluation customer
feedback report management process control document revision owner responsible department interval status result
criteria acceptance nonconforming product storage delivery installation servicing software infrastructure environment
competence objective policy organisation regulatory authority notification trend analysis effectiveness""".split()  # noqa: SIM905
_CLAUSES = ("4.2.4", "4.2.5", "5.6.2", "6.2", "7.3.4", "7.3.5", "7.4.1", "7.5.1", "8.2.1", "8.2.4", "8.3.1", "8.5.2")
_MIX = ("md",) * 16 + ("docx",) * 2 + ("pdf",) + ("csv", "html", "xlsx")


class Author:
    """Writes documents from a seed."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)  # noqa: S311

    def sentence(self) -> str:
        words = self._random.choices(_WORDS, k=self._random.randint(7, 18))
        return f"The {' '.join(words)}."

    def paragraph(self) -> str:
        return " ".join(self.sentence() for _ in range(self._random.randint(3, 6)))

    def clause(self) -> str:
        return self._random.choice(_CLAUSES)

    def sections(self) -> list[tuple[str, list[str]]]:
        count = self._random.randint(5, 9)
        return [
            (" ".join(self._random.choices(_WORDS, k=3)).capitalize(), [self.paragraph() for _ in range(3)])
            for _ in range(count)
        ]

    def rows(self, count: int) -> list[list[str]]:
        return [[f"{n}", *self._random.choices(_WORDS, k=4), f"2024-0{n % 9 + 1}-11"] for n in range(1, count)]


def markdown(number: int, author: Author) -> bytes:
    parts = [
        f"# SOP-{number:04} {author.sentence()}",
        f"| Requirement | Document Section |\n|---|---|\n| ISO 13485:2016 Sections {author.clause()} | All |",
        f"|  |  |\n|---|---|\n| **Process Owner** | Head of {author.clause()} |",
    ]
    for title, paragraphs in author.sections():
        parts += [f"## {title}", *paragraphs, "* one [link](sop-0001.md)\n* two *emphasis*\n  * three"]
        parts.append(
            "|  |  |\n|---|---|\n" + "\n".join(f"| {row[1]} | {row[2]}, `{row[3]}` |" for row in author.rows(4))
        )
    return "\n\n".join(parts).encode()


def word(number: int, author: Author) -> bytes:
    document = docx.Document()
    document.sections[0].header.paragraphs[0].text = f"Document No: SOP-{number:04}"
    document.add_heading(f"SOP-{number:04}", 0)
    table = document.add_table(0, 2)
    for row in author.rows(5):
        cells = table.add_row().cells
        cells[0].text, cells[1].text = row[1], row[2]
    document.add_paragraph(f"This procedure implements {author.clause()} of ISO 13485:2016.")
    for title, paragraphs in author.sections():
        document.add_heading(title, 1)
        for text in paragraphs:
            document.add_paragraph(text)
        document.add_paragraph(author.sentence(), style="List Bullet")
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def pdf(number: int, author: Author) -> bytes:
    rows = "".join(f"[{row[1]}], [{row[2]}]," for row in author.rows(5))
    body = "\n\n".join(f"= {title}\n" + "\n\n".join(paragraphs) for title, paragraphs in author.sections())
    source = f"#set page(header: [SOP-{number:04} Revision: B])\n#table(columns: (1fr, 2fr), {rows})\n{body}\n"
    made: bytes = typst.compile(source.encode())
    return made


def workbook(number: int, author: Author) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.append([f"List {number}"])
    for row in author.rows(80):
        sheet.append(row)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def separated(number: int, author: Author) -> bytes:
    return "\n".join(";".join(row) for row in author.rows(60 + number % 9)).encode()


def html(number: int, author: Author) -> bytes:
    body = "".join(
        f"<h2>{title}</h2>" + "".join(f"<p>{text}</p>" for text in texts) for title, texts in author.sections()
    )
    return f"<html><head><title>SOP-{number:04}</title></head><body>{body}</body></html>".encode()


_MAKERS: dict[str, Callable[[int, Author], bytes]] = {
    "md": markdown,
    "docx": word,
    "pdf": pdf,
    "xlsx": workbook,
    "csv": separated,
    "html": html,
}


def make_folder(folder: Path, count: int) -> None:
    """Write `count` documents below `folder`, in subfolders of 50."""
    for number in range(count):
        kind = _MIX[number % len(_MIX)]
        place = folder / f"{number // 50:03}"
        place.mkdir(parents=True, exist_ok=True)
        (place / f"sop-{number:04}.{kind}").write_bytes(_MAKERS[kind](number, Author(number)))
