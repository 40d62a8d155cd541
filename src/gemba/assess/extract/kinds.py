"""What a document is, as far as its number, title, folder and structure tell. Whether a form is filled comes later."""

import re
from collections.abc import Sequence
from pathlib import PurePosixPath

from gemba.assess.extract.outline import Located
from gemba.assess.model import Kind
from gemba.assess.readers.blocks import BlockKind

_PREFIXES = {
    Kind.PROCEDURE: "sop qp qsp qop va pro prc proc sp vp",
    Kind.WORK_INSTRUCTION: "wi aa qwi oi ins",
    Kind.FORM: "f frm form fm fb tmp tpl tmpl qf chk cl",
    Kind.MANUAL: "qm qmm man qmh",
    Kind.POLICY: "pol",
    Kind.PLAN: "pln pl qpl",
    Kind.LIST: "lst list reg log",
    Kind.RECORD: "rec rcd qr capa nc ncr car scar cmp cmpl mom tr mrm",
}
_BY_PREFIX = {prefix: kind for kind, prefixes in _PREFIXES.items() for prefix in prefixes.split()}
_TYPES = (
    (Kind.MANUAL, r"\bmanual\b|\bhandbuch\b|\bmanuel\b"),
    (Kind.WORK_INSTRUCTION, r"work instruction|arbeitsanweisung|\bwi\b"),
    (Kind.PROCEDURE, r"procedure|\bsop\b|verfahrensanweisung|procédure|\bprocess\b"),
    (Kind.POLICY, r"policy|politique|politik"),
    (Kind.FORM, r"\bform\b|template|formblatt|vorlage|checklist|formulaire"),
    (Kind.RECORD, r"\brecord\b|report|minutes|protokoll|aufzeichnung|enregistrement"),
    (Kind.PLAN, r"\bplan\b|program"),
    (Kind.LIST, r"\blist\b|register|\blog\b|matrix|liste"),
    (Kind.TECHNICAL, r"specification|technical|design|drawing|spezifikation"),
)
_TITLES = (
    (
        Kind.TECHNICAL,
        (
            r"\b(?:user|operator['\u2019]?s?|service|installation|product|owner['\u2019]?s?)\s+manual\b"
            r"|instructions?\s+for\s+use|gebrauchsanweisung"
        ),
    ),
    (
        Kind.MANUAL,
        (
            r"\bquality\s+(?:management\s+)?(?:system\s+)?manual\b|\bqm\s+manual\b|\bqms\s+manual\b"
            r"|\bmanual\b|qualitätshandbuch|qm-handbuch|handbuch|manuel\s+qualité"
        ),
    ),
    (
        Kind.FORM,
        (
            r"\b(?:template|blank\s+form|form|checklist|check\s+list|questionnaire|formblatt|vorlage"
            r"|checkliste|formulaire)\b"
        ),
    ),
    (
        Kind.PROCEDURE,
        (
            r"^\W*(?:sop|standard\s+operating\s+procedure|procedure|verfahrensanweisung|va)\b"
            r"|\bprocedures?\b|\bverfahrensanweisung\b|\bprocédure\b|\bsop\b"
        ),
    ),
    (
        Kind.WORK_INSTRUCTION,
        r"\bwork\s+instructions?\b|^\W*(?:wi|instructions?\s+(?:on|for))\b|arbeitsanweisung|instruction\s+de\s+travail",
    ),
    (Kind.POLICY, r"\bpolicy\b(?!\s+number)|\bpolitik\b|\bpolitique\b"),
    (
        Kind.LIST,
        (
            r"\b(?:lists?\s+of|register|log|logbook|index|inventory|list|matrix|liste|verzeichnis|registre"
            r"|tracker|map|mapping|roadmap)\b"
        ),
    ),
    (Kind.PLAN, r"\b(?:plan|programme|program|schedule|strategy|auditprogramm|planung)\b|plan$"),
    (
        Kind.RECORD,
        (
            r"\b(?:records?|minutes|reports?|certificates?|protocols?|evaluation|assessment|review"
            r"|appointment|letter|notice|request|complaint|capa|nonconformance|nonconformity|protokoll"
            r"|bericht|nachweis|procès-verbal|rapport|agreement|calibration|invoice|notes|memo|results?)\b"
        ),
    ),
)
_TYPE_RULES = tuple((kind, re.compile(pattern, re.IGNORECASE)) for kind, pattern in _TYPES)
_TITLE_RULES = tuple((kind, re.compile(pattern, re.IGNORECASE)) for kind, pattern in _TITLES)
_TECHNICAL_RECORD = re.compile(
    r"\b(?:specification|architecture|design\s+(?:description|document)|intended\s+use"
    r"|clinical\s+evaluation|risk\s+(?:management|analysis|table)|declaration\s+of\s+conformity"
    r"|classification"
    r"|requirements|periodic\s+safety|post-market|usability|performance\s+evaluation"
    r"|technical\s+documentation|software\s+(?:development|requirements|test))\b",
    re.IGNORECASE,
)
_TEMPLATE_FOLDER = re.compile(
    r"(?:templates?|vorlagen?|forms?|formulare|formblätter|blank[- ]?forms|modèles|formulaires)", re.IGNORECASE
)
_FOLDERS = (
    (Kind.WORK_INSTRUCTION, re.compile(r"work[-_ ]?instructions?|^wis?$|arbeitsanweisungen", re.IGNORECASE)),
    (Kind.PROCEDURE, re.compile(r"^sops?$|procedures?|verfahren", re.IGNORECASE)),
    (Kind.FORM, _TEMPLATE_FOLDER),
    (Kind.RECORD, re.compile(r"records?|aufzeichnungen|enregistrements|^filled", re.IGNORECASE)),
    (Kind.POLICY, re.compile(r"polic(?:y|ies)", re.IGNORECASE)),
    (Kind.PLAN, re.compile(r"^plans?$", re.IGNORECASE)),
    (Kind.LIST, re.compile(r"^(?:lists?|registers?|logs?)$", re.IGNORECASE)),
)
_PROCEDURE_SECTIONS = re.compile(
    r"\b(?:purpose|scope|responsibilit\w+|procedure|process\s+steps|zweck|geltungsbereich|verantwortlichkeit\w*)\b",
    re.IGNORECASE,
)
_SECTIONS_OF_A_PROCEDURE = 3


def kind_of(relative: str, title: str, number: str, type_label: str, blocks: Sequence[Located]) -> Kind:
    """The kind by what says it most plainly: its own type field, number, title, folder, sections."""
    path = PurePosixPath(relative)
    stem = re.sub(r"[-_]+", " ", path.stem)
    return (
        _first(_TYPE_RULES, type_label)
        or _BY_PREFIX.get(re.split(r"[^a-z]", number.lower(), maxsplit=1)[0])
        or _by_name(title)
        or _by_name(stem)
        or _by_folder(path)
        or _by_sections(blocks)
        or Kind.TECHNICAL
    )


def in_template_folder(relative: str) -> bool:
    """Whether a folder on its way is named templates or forms: nothing in there is a filled record."""
    return any(_TEMPLATE_FOLDER.fullmatch(part) for part in PurePosixPath(relative).parts[:-1])


def _first(rules: Sequence[tuple[Kind, re.Pattern[str]]], text: str) -> Kind | None:
    return next((kind for kind, pattern in rules if text and pattern.search(text)), None)


def _by_name(name: str) -> Kind | None:
    kind = _first(_TITLE_RULES, name)
    if kind is Kind.RECORD and _TECHNICAL_RECORD.search(name):
        return Kind.TECHNICAL
    if kind is None and _TECHNICAL_RECORD.search(name):
        return Kind.TECHNICAL
    return kind


def _by_folder(path: PurePosixPath) -> Kind | None:
    for part in reversed(path.parts[:-1]):
        for kind, pattern in _FOLDERS:
            if pattern.fullmatch(part):
                return kind
    return None


def _by_sections(blocks: Sequence[Located]) -> Kind | None:
    headings = {
        m.group().lower()
        for b in blocks
        if b.block.kind is BlockKind.HEADING
        for m in [_PROCEDURE_SECTIONS.search(b.block.text)]
        if m
    }
    return Kind.PROCEDURE if len(headings) >= _SECTIONS_OF_A_PROCEDURE else None
