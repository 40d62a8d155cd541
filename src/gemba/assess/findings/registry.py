"""Every finding code: how much it matters, why, and what to do. The report and the reference page are made from it."""

from enum import StrEnum
from typing import NamedTuple

from gemba.assess.model import Severity


class Gap(StrEnum):
    """What kind of gap a finding is (documentation, responsibility, traceability, records)."""

    DOCUMENTATION = "documentation"
    RESPONSIBILITY = "responsibility"
    TRACEABILITY = "traceability"
    RECORDS = "records"


class FindingCode(NamedTuple):
    """`severity` is the usual one; a single finding may be milder (a blank form) or graver (a missing mapped document).

    `one` and `many` say the finding in a list of what to do first; `{n}` is how many documents or clauses it touches.
    """

    code: str
    severity: Severity
    gap: Gap
    title: str
    why: str
    do: str
    one: str
    many: str


HIGH, MEDIUM, LOW = Severity.HIGH, Severity.MEDIUM, Severity.LOW

_ALL = (
    FindingCode(
        "unfilled-template",
        HIGH,
        Gap.DOCUMENTATION,
        "Still its template",
        "Guidance written for the author, or a row of unfilled fields, shows that nobody has made the document the "
        "company's own. A template is a good start; an unfilled one describes no company.",
        "Answer the guidance with what you really do, then delete it.",
        "One document still carries the guidance or the empty fields of its template.",
        "{n} documents still carry the guidance or the empty fields of their template.",
    ),
    FindingCode(
        "unclaimed-clause",
        HIGH,
        Gap.DOCUMENTATION,
        "Clause nobody claims",
        "No document takes the clause on and no reason is given why it would not apply. Auditors go through the "
        "clauses one by one; design (7.3) and what happens after the market (8.2) are misjudged most often.",
        "Name the document that covers it, or exclude it with a reason if the framework lets you.",
        "One clause is neither claimed by a document nor excluded with a reason.",
        "{n} clauses are neither claimed by a document nor excluded with a reason.",
    ),
    FindingCode(
        "excluded-not-allowed",
        HIGH,
        Gap.DOCUMENTATION,
        "Exclusion that does not hold",
        "Some clauses hold for every company, and an exclusion without a reason holds for none.",
        "Take the exclusion back, or give the reason that follows from your activities or the nature of the device.",
        "One exclusion is not allowed or gives no reason.",
        "{n} exclusions are not allowed or give no reason.",
    ),
    FindingCode(
        "missing-document",
        MEDIUM,
        Gap.TRACEABILITY,
        "Document that is not there",
        "A document is cited by number or title, or named in the clause map, and is not in the folder. Whoever follows "
        "the thread stops here.",
        "Add the document, or correct the name or number where it is cited.",
        "One document is cited or named in the map and is not in the folder.",
        "{n} documents are cited or named in the map and are not in the folder.",
    ),
    FindingCode(
        "excluded-but-mapped",
        MEDIUM,
        Gap.DOCUMENTATION,
        "Excluded, yet claimed",
        "The same clause is excluded in one place and claimed in another, so one of the two is wrong.",
        "Decide which holds, and change the other.",
        "One clause is excluded and claimed at the same time.",
        "{n} clauses are excluded and claimed at the same time.",
    ),
    FindingCode(
        "template-copy",
        MEDIUM,
        Gap.DOCUMENTATION,
        "Copy of a template",
        "Nearly every sentence is the template's. Starting from a template is fine; a procedure that was only copied "
        "describes somebody else's work.",
        "Ask those who do the work: who does it, how often, with which tool, and what differs from the text.",
        "One document is a copy of its template, almost word for word.",
        "{n} documents are copies of their template, almost word for word.",
    ),
    FindingCode(
        "no-owner",
        MEDIUM,
        Gap.RESPONSIBILITY,
        "Nobody owns it",
        "A procedure without an owner is kept up by no one, and responsibilities must be set down.",
        "Name a role or a person as owner.",
        "One document names no owner.",
        "{n} documents name no owner.",
    ),
    FindingCode(
        "mapped-but-not-stated",
        MEDIUM,
        Gap.TRACEABILITY,
        "Map says so, document does not",
        "The clause map points to the document, but the document itself does not say that it covers the clause: the "
        "map may be wishful, or the document incomplete.",
        "Read the clause against the document; add the reference to the document or correct the map.",
        "One document does not say of itself what the clause map says of it.",
        "{n} documents do not say of themselves what the clause map says of them.",
    ),
    FindingCode(
        "stated-but-not-mapped",
        LOW,
        Gap.TRACEABILITY,
        "Document says so, map does not",
        "The document claims a clause that the map gives to others or to nobody.",
        "Add the document to the clause map, or take the claim out of the document.",
        "One document claims clauses for which the map does not name it.",
        "{n} documents claim clauses for which the map does not name them.",
    ),
    FindingCode(
        "duplicate-number",
        MEDIUM,
        Gap.TRACEABILITY,
        "Number used twice",
        "A document number must lead to one document; with two, nobody knows which one holds.",
        "Give one of them a new number, or withdraw the superseded one.",
        "One document shares its number with another.",
        "{n} documents share their number with another.",
    ),
    FindingCode(
        "number-mismatch",
        MEDIUM,
        Gap.TRACEABILITY,
        "File name and heading disagree",
        "The file is named with one number and the document calls itself by another.",
        "Decide which number holds, and use it in both places.",
        "One document has another number inside than in its file name.",
        "{n} documents have another number inside than in their file name.",
    ),
    FindingCode(
        "unknown-clause",
        MEDIUM,
        Gap.DOCUMENTATION,
        "Clause that does not exist",
        "The clause number is not in the framework, so the reference proves nothing and shows that nobody checked it.",
        "Look the number up and correct it.",
        "One document refers to a clause that does not exist.",
        "{n} documents refer to a clause that does not exist.",
    ),
    FindingCode(
        "superseded-edition",
        MEDIUM,
        Gap.DOCUMENTATION,
        "Superseded edition of a standard",
        "The edition has been replaced. Working to it may still be intended, but then the reason must be written down.",
        "Cite the current edition after checking what changed.",
        "One document cites an edition that has been replaced.",
        "{n} documents cite an edition that has been replaced.",
    ),
    FindingCode(
        "unknown-edition",
        MEDIUM,
        Gap.DOCUMENTATION,
        "Edition that does not exist",
        "The standard was never published in that year as far as Gemba knows; usually a slip of the pen.",
        "Check the year on the title page of your copy.",
        "One document cites an edition of a standard that does not exist.",
        "{n} documents cite an edition of a standard that does not exist.",
    ),
    FindingCode(
        "date-mismatch",
        MEDIUM,
        Gap.DOCUMENTATION,
        "Dates that contradict each other",
        "Approved after it took effect, two effective dates, a review that is overdue, or a date no calendar has: "
        "an auditor sees these at a glance.",
        "Correct the date, or do what it says is due.",
        "One document has dates that contradict each other or are overdue.",
        "{n} documents have dates that contradict each other or are overdue.",
    ),
    FindingCode(
        "blank-record",
        MEDIUM,
        Gap.RECORDS,
        "Blank record",
        "It has the shape of a record and nothing is filled in. A blank form shows an intention, a filled one shows "
        "that it was done.",
        "Show a filled one. If the form was never used, ask why.",
        "One form, list or record is blank.",
        "{n} forms, lists or records are blank.",
    ),
    FindingCode(
        "unreadable",
        MEDIUM,
        Gap.RECORDS,
        "Could not be read",
        "What cannot be read was not assessed, wholly or in part, and records must stay legible.",
        "Open it by hand; save it again without a password or in another format.",
        "One file could not be read, or only in part.",
        "{n} files could not be read, or only in part.",
    ),
    FindingCode(
        "placeholder",
        MEDIUM,
        Gap.DOCUMENTATION,
        "Placeholder left",
        "A field that should have been filled in still holds its placeholder.",
        "Fill it in, or take the field out.",
        "One document still holds placeholders.",
        "{n} documents still hold placeholders.",
    ),
    FindingCode(
        "dead-link",
        LOW,
        Gap.TRACEABILITY,
        "Dead link",
        "The link leads to a file that is not in the folder, or to a heading that its file does not have.",
        "Correct the link, or add the file.",
        "One document has links that lead nowhere.",
        "{n} documents have links that lead nowhere.",
    ),
    FindingCode(
        "inexact-name",
        LOW,
        Gap.TRACEABILITY,
        "Name written differently",
        "The clause map names a document by a title that is not quite its own. Gemba found one that is near; a reader "
        "has to guess too.",
        "Use the document's own title or number in the map.",
        "One document is named differently in the clause map than it calls itself.",
        "{n} documents are named differently in the clause map than they call themselves.",
    ),
)

CODES = {entry.code: entry for entry in _ALL}
"""In the order in which the report shows them: what an auditor would find first comes first."""
