"""From a folder to an assessment: walk, read and extract each file on all cores, then judge what they say together."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from gemba.assess.conclude import Catalogued, conclude
from gemba.assess.extract.citations import Citations
from gemba.assess.extract.document import extract
from gemba.assess.model import Assessment, Document, Kind
from gemba.assess.pool import Failure, map_files
from gemba.assess.readers.dispatch import prepare, read
from gemba.assess.similarity import TemplateIndex, index_templates
from gemba.assess.walk import Found, WalkError, shown, walk

_COMMON = 4
"""So many files of a format let more than one process read them."""

Progress = Callable[[str, int, int], None]
"""Called with what is being done, how much of it is done, and how much there is."""


class TemplatesError(Exception):
    """The folder of templates cannot be compared with; the message is a sentence for a person."""


class NothingReadError(Exception):
    """No file of the folder could be read; the message is a sentence for a person."""


@dataclass(frozen=True)
class _Reading:
    """The work on one file, in whichever process. 5-grams are compared where they are made and not carried along."""

    citations: Citations
    templates: TemplateIndex | None
    keep_shingles: bool = False

    def __call__(self, found: Found) -> Document:
        compared = self.keep_shingles or self.templates is not None
        reading = read(found.path, found.relative)
        document = extract(found.relative, found.format or "", reading, self.citations, with_shingles=compared)
        if self.keep_shingles:
            return document
        match = self.templates.nearest(document.shingles) if self.templates is not None else None
        return document._replace(shingles=frozenset(), template=match)


def _unread(found: Found, problem: str) -> Document:
    return Document(
        path=found.relative,
        format=found.format or "",
        title=found.relative.rpartition("/")[2],
        kind=Kind.TECHNICAL,
        problem=problem,
    )


def _documents(
    work: _Reading, files: Sequence[Found], processes: int | None, progress: Progress | None, what: str
) -> Iterator[Document]:
    """In the order of the files: those with a problem as they are, the others read."""
    readable = [found for found in files if not found.problem]
    counts = Counter(found.format for found in readable if found.format)
    prepare(name for name, count in counts.items() if count >= _COMMON)
    tell = (lambda done: progress(what, done, len(readable))) if progress else None
    results = iter(map_files(work, readable, processes=processes, progress=tell))
    for found in files:
        if found.problem:
            yield _unread(found, found.problem)
            continue
        result = next(results)
        yield _unread(found, result.problem) if isinstance(result, Failure) else result


def _walked(folder: Path, without: Path | None = None) -> tuple[list[Found], list[Found]]:
    """The documents of a folder, and all its files; what lies in `without` is passed over."""
    left_out = without.resolve() if without else None
    everything = [found for found in walk(folder) if left_out is None or left_out not in found.path.parents]
    return [found for found in everything if not found.note and (found.format or found.problem)], everything


def _template_index(
    folder: Path, citations: Citations, processes: int | None, progress: Progress | None
) -> TemplateIndex:
    try:
        files, _ = _walked(folder)
    except WalkError as error:
        raise TemplatesError(f"Templates: {error}") from error
    work = _Reading(citations, None, keep_shingles=True)
    index = index_templates(_documents(work, files, processes, progress, "templates"))
    if not len(index):
        raise TemplatesError(f"Templates: in {folder_name(folder)} there is no document to compare with.")
    return index


def folder_name(folder: Path) -> str:
    """The folder's own name; where it lies on this machine is nobody's business."""
    return shown(folder.resolve().name) or "folder"


def assess(
    folder: Path,
    *,
    catalogued: Catalogued,
    as_of: date,
    templates: Path | None = None,
    processes: int | None = None,
    progress: Progress | None = None,
    without: Path | None = None,
) -> Assessment:
    """Read the folder and say what its documents claim and what is proved. `as_of` is the day dates are held against.

    What lies in the folder `without` (the last report) is no document of the company and is passed over.

    Raises WalkError where the folder cannot be opened, TemplatesError where that of the templates is of no use,
    and NothingReadError where no file could be read.
    """
    files, everything = _walked(folder, without)
    citations = Citations.of(catalogued.frameworks.values(), catalogued.standards)
    index = _template_index(templates, citations, processes, progress) if templates else None
    work = _Reading(citations, index)
    documents = tuple(_documents(work, files, processes, progress, "documents"))
    if not any(document.words for document in documents):
        raise NothingReadError(_nothing(folder, documents, len(everything)))
    return conclude(
        documents,
        files=frozenset(found.relative for found in everything),
        folder=folder_name(folder),
        catalogued=catalogued,
        as_of=as_of,
        templates=len(index) if index is not None else None,
    )


def _nothing(folder: Path, documents: Sequence[Document], files: int) -> str:
    name = folder_name(folder)
    if not documents:
        kinds = "Markdown, docx, PDF, xlsx, csv, HTML or text"
        return f"In {name} there is no document Gemba can read ({files} other files): it reads {kinds}."
    first = documents[0]
    why = first.problem or "It is empty."
    return f"None of the {len(documents)} documents in {name} could be read. {first.path}: {why}"
