"""What documents that were read say together: claims, clause states, findings, figures. No file is touched here."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from gemba.assess.findings.folder import Folder, StandardEditions
from gemba.assess.findings.gather import gather
from gemba.assess.judge import claim_table, clause_results
from gemba.assess.matching import NameIndex
from gemba.assess.model import Assessment, Document
from gemba.assess.summary import first_things, gap_kinds, questions, totals
from gemba.evidence.catalogue.model import Framework
from gemba.evidence.catalogue.standards import KnownStandard


@dataclass(frozen=True, slots=True)
class Catalogued:
    """What documents are held against: the framework assessed, all whose clauses are known, and other standards."""

    framework: Framework
    frameworks: Mapping[str, Framework]
    standards: Mapping[str, KnownStandard]

    def editions(self) -> Mapping[str, StandardEditions]:
        """By designation without edition. Of a framework all editions are known, of other standards only some."""
        known = {
            name: StandardEditions(standard.editions, complete=False, replaced_by=standard.replaced_by)
            for name, standard in self.standards.items()
        }
        for framework in self.frameworks.values():
            if framework.editions:
                known[framework.designation] = StandardEditions(framework.editions, complete=True)
        return known


def conclude(
    documents: Sequence[Document],
    *,
    files: frozenset[str],
    folder: str,
    catalogued: Catalogued,
    as_of: date,
    templates: int | None = None,
) -> Assessment:
    """Judge the documents of a folder. `files` are all its files: links may lead to those that are no documents."""
    documents = tuple(documents)
    index = NameIndex(documents)
    table = claim_table(documents, index)
    clauses = clause_results(catalogued.framework, table, documents)
    findings = gather(
        Folder(
            documents=documents,
            files=files,
            frameworks=catalogued.frameworks,
            framework=catalogued.framework,
            editions=catalogued.editions(),
            as_of=as_of,
            index=index,
            table=table,
            clauses=clauses,
        )
    )
    return Assessment(
        framework=catalogued.framework.id,
        folder=folder,
        as_of=as_of,
        documents=documents,
        clauses=clauses,
        findings=findings,
        totals=totals(documents, clauses, findings),
        first=first_things(findings, clauses),
        gaps=gap_kinds(catalogued.framework, clauses),
        questions=questions(documents, index, findings),
        other_files=max(len(files) - len(documents), 0),
        templates=templates,
    )
