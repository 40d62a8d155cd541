"""Reads the starter set's files and checks that its documents fit together."""

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path

from gemba.evidence.catalogue.errors import CatalogueError, shown
from gemba.evidence.catalogue.load import Catalogue, catalogue
from gemba.evidence.catalogue.rows import read_rows
from gemba.evidence.starter.build import Around, build_documents, build_head
from gemba.evidence.starter.model import DocumentType, StarterDocument, StarterSet

DATA = Path(__file__).parent / "data"
HEAD = "set.yaml"
MOST_FILES = 500


@cache
def starter_set() -> StarterSet:
    """The set that comes with Gemba."""
    return load_starter_set(DATA, catalogue())


def load_starter_set(folder: Path, known: Catalogue) -> StarterSet:
    """A folder with `set.yaml` and files of documents, checked against the catalogue and against each other.

    Raises CatalogueError, whose `problems` are sentences naming the file and the row.
    """
    head = build_head(read_rows(folder / HEAD, HEAD), HEAD)
    around = Around(head, known)
    documents: list[StarterDocument] = []
    problems: list[str] = []
    for path in _files(folder):
        source = shown(path.name)
        try:
            documents.extend(build_documents(read_rows(path, source), source, around))
        except CatalogueError as error:
            problems.extend(error.problems)
    if not problems:
        problems = [*_twice(documents), *_references(documents), *_dead_numbers(documents, around.numbers)]
    if problems:
        raise CatalogueError(problems)
    ordered = sorted(documents, key=lambda document: document.number)
    return StarterSet(
        title=head.title,
        edition=head.edition,
        licence=head.licence,
        roles=head.roles,
        processes=head.processes,
        documents={document.id: document for document in ordered},
    )


def _files(folder: Path) -> Sequence[Path]:
    files = sorted(path for path in folder.glob("*.yaml") if path.name != HEAD)
    if not files:
        raise CatalogueError([f"{shown(folder.name)}: there is no file of documents beside {HEAD}."])
    if len(files) > MOST_FILES:
        raise CatalogueError([f"{shown(folder.name)}: there are more than {MOST_FILES} files of documents."])
    return files


def _twice(documents: Sequence[StarterDocument]) -> Iterator[str]:
    ids: dict[str, StarterDocument] = {}
    numbers: dict[str, StarterDocument] = {}
    for document in documents:
        if document.id in ids:
            yield f"{document.source}: the id '{document.id}' is already used in {ids[document.id].source}."
        if document.number in numbers:
            other = numbers[document.number].source
            yield f"{document.source}: the number '{document.number}' is already used in {other}."
        ids.setdefault(document.id, document)
        numbers.setdefault(document.number, document)


def _references(documents: Sequence[StarterDocument]) -> Iterator[str]:
    by_id = {document.id: document for document in documents}
    for document in documents:
        for other in document.uses:
            if other not in by_id:
                yield f"{document.source}: '{document.id}' uses '{shown(other)}', which does not exist."
        for step in document.steps:
            if step.form is None:
                continue
            if step.form not in by_id or by_id[step.form].type is not DocumentType.FORM:
                yield f"{document.source}: a step of '{document.id}' fills '{shown(step.form)}', which is no form."
            elif step.form not in document.uses:
                yield f"{document.source}: '{document.id}' fills '{step.form}' and does not list it under 'uses'."


def _dead_numbers(
    documents: Sequence[StarterDocument], numbers: Mapping[str, Sequence[tuple[str, int]]]
) -> Iterator[str]:
    there = {document.number for document in documents}
    for number, places in numbers.items():
        if number not in there:
            yield from (f"{source}, line {line}: there is no document {number}." for source, line in places)
