"""The floor an assessment is measured against: opens and parses the files of a folder, and does nothing with them.

Run as `python -m benchmarks.assess_floor FOLDER`. It imports only the libraries that the folder's formats need, the
same ones the readers use, and keeps nothing.
"""

import csv
import io
import os
import sys
import warnings
import zipfile
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any


def markdown() -> Callable[[bytes], object]:
    parser = import_module("markdown_it").MarkdownIt("commonmark").enable(["table", "strikethrough"])
    return lambda data: parser.parse(data.decode("utf-8", "replace"))


def docx() -> Callable[[bytes], object]:
    etree = import_module("lxml.etree")

    def parse(data: bytes) -> None:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for name in archive.namelist():
                if name.endswith((".xml", ".rels")):
                    etree.fromstring(archive.read(name))

    return parse


def pdf() -> Callable[[bytes], object]:
    library = import_module("pypdfium2")

    def parse(data: bytes) -> None:
        document = library.PdfDocument(data)
        for page in document:
            page.get_textpage().get_text_range()
        document.close()

    return parse


def xlsx() -> Callable[[bytes], object]:
    load = import_module("openpyxl").load_workbook

    def parse(data: bytes) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            workbook = load(io.BytesIO(data), read_only=True, data_only=True)
            for sheet in workbook.worksheets:
                for _ in sheet.iter_rows(values_only=True):
                    pass

    return parse


def html() -> Callable[[bytes], object]:
    etree = import_module("lxml.etree")
    return lambda data: etree.fromstring(data, etree.HTMLParser())


def separated() -> Callable[[bytes], object]:
    return lambda data: list(csv.reader(io.StringIO(data.decode("utf-8", "replace"))))


def text() -> Callable[[bytes], object]:
    return lambda data: data.decode("utf-8", "replace")


PARSERS: dict[str, Callable[[], Callable[[bytes], object]]] = {
    ".md": markdown,
    ".docx": docx,
    ".pdf": pdf,
    ".xlsx": xlsx,
    ".csv": separated,
    ".html": html,
    ".txt": text,
}


def parse_folder(folder: Path) -> int:
    """The number of files parsed."""
    made: dict[str, Any] = {}
    count = 0
    for directory, folders, files in os.walk(folder):
        folders.sort()
        for name in sorted(files):
            suffix = Path(name).suffix
            if suffix not in PARSERS:
                continue
            if suffix not in made:
                made[suffix] = PARSERS[suffix]()
            made[suffix]((Path(directory) / name).read_bytes())
            count += 1
    return count


if __name__ == "__main__":
    print(parse_folder(Path(sys.argv[1])))
