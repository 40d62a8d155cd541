"""The words by which documents label their fields, tables and lists: data. English first, some German and French."""

import re
from collections.abc import Mapping


def words(text: str) -> frozenset[str]:
    """The words of a text as a set: keeps long lists readable."""
    return frozenset(text.split())


NOT_APPLICABLE = re.compile(
    r"[\W_]*(?:n\s?[./]?\s?a\b\.?|not\s+applicable|not\s+applied|non[- ]?applicable|excluded?"
    r"|exclusion|entfällt|nicht\s+anwendbar"
    r"|nicht\s+zutreffend|ausgeschlossen|sans\s+objet|does\s+not\s+apply)[\W_]*(?P<reason>.*)",
    re.IGNORECASE | re.DOTALL,
)
"""A cell that says nothing but that the clause does not apply, with its reason if there is one."""

CLAUSE_HEADER = re.compile(
    r"(?:\b(?:sub-?)?(?:clauses?|sections?|requirements?|req\.?|paras?\b\.?|paragraphs?|chapters?"
    r"|articles?|elements?)\b|§"
    r"|\b(?:abschnitte?|kapitel|anforderung(?:en)?|normkapitel|normabschnitt|chapitres?|exigences?"
    r"|artikel)\b|^(?:no|nr|ref)\.?$)",
    re.IGNORECASE,
)
STRONG_CLAUSE_HEADER = re.compile(r"\b(?:clauses?|normkapitel|normabschnitt)\b", re.IGNORECASE)
_DOCUMENT = r"(?:document|procedure|sop|manual|plan|policy|instruction|report|file|checklist|form|list|specification)"
SELF_HEADER = re.compile(
    rf"(?:\b{_DOCUMENT}(?:['\u2019]s)?\s+(?:sections?|chapters?|clauses?|paragraphs?|paras?\.?"
    rf"|ref(?:erence)?s?\s+section)\b"
    rf"|\b(?:sections?|chapters?|clauses?|paragraphs?|parts?|where|addressed|covered|location"
    rf"|place)\s+(?:\w+\s+)?(?:in|of|within)\s+(?:(?:this|the|our)\s+)?{_DOCUMENT}"
    rf"|\bthis\s+{_DOCUMENT}\b|\bhow\s+(?:it\s+is\s+|they\s+are\s+)?(?:addressed|met|implemented"
    rf"|fulfilled|covered|satisfied)\b"
    r"|\bimplementation(?:\s+in\s+this.*)?$|\bdokument(?:en)?abschnitt\b|\bkapitel\s+(?:im"
    r"|in\s+diesem)\s+dokument\b|\babschnitt\s+(?:im|in\s+diesem|des)\s+dokuments?"
    r"|\bsection\s+du\s+document\b|\bumsetzung\b)",
    re.IGNORECASE,
)
PLACE_HEADER = re.compile(
    r"^\W*(?:(?:where\s+)?(?:covered|addressed|fulfilled|implemented|described|satisfied|found|met"
    r"|documented)(?:\s+(?:in|by|at|under))?"
    r"|where|location|reference|section|chapter|internal\s+reference|qms\s+reference|compliance)\W*$",
    re.IGNORECASE,
)
"""A column that says where: the document's own section numbers, or other documents. Its cells decide."""
DOCUMENT_HEADER = re.compile(
    r"\b(?:doc\.?(?=\s|$)|documents?|documentation|procedures?|sops?|document(?:ed)?\s+(?:in|by|information)"
    r"|fulfilled\s+(?:in|by)|implemented\s+(?:in|by)"
    r"|covered\s+(?:in|by)|addressed\s+(?:in|by)|qms\s+ref\w*|work\s+instructions?|dokumente?"
    r"|verfahrensanweisung(?:en)?|evidence\s+document"
    r"|nachweis(?:dokument)?e?|procédures?|files?)\b",
    re.IGNORECASE,
)
NUMBER_HEADER = re.compile(
    r"\b(?:(?:doc(?:ument)?|sop|procedure|file)\.?\s*(?:no|nr|number|id|#|code)|number|no|nr|id|code)\b\.?|^#$",
    re.IGNORECASE,
)
TITLE_HEADER = re.compile(r"\b(?:title|name|subject|topic|titel|bezeichnung|titre|heading)\b", re.IGNORECASE)
REASON_HEADER = re.compile(
    r"\b(?:justifications?|rationale|reasons?|comments?|remarks?|notes?|explanation|begründung"
    r"|bemerkung(?:en)?|kommentar|justificatif)\b",
    re.IGNORECASE,
)
APPLICABLE_HEADER = re.compile(
    r"\b(?:applicable|applicability|applies|excluded|exclusion|anwendbar|in\s+scope)\b\??", re.IGNORECASE
)
STANDARD_HEADER = re.compile(
    r"\b(?:standards?|norms?|norme?n?|regulations?|regulatory|laws?|directives?|requirements?\s+source"
    r"|source|framework|reference|document)\b",
    re.IGNORECASE,
)
AUDIT_HEADER = re.compile(
    r"\b(?:audit(?:or|ee|ed|s)?|questions?|findings?|observations?|nonconform\w*|non-conform\w*"
    r"|conform(?:s|ity|ing)?|compliant|complies|compliance\s+status"
    r"|results?|gaps?|scores?|rating|objective\s+evidence|time|day|date\s+of\s+audit|interviewee|frage"
    r"|ergebnis|abweichung(?:en)?|feststellung(?:en)?"
    r"|maturity|sample[sd]?|checked|verified|ok|pass(?:ed)?|fail(?:ed)?|c\s?/\s?nc|yes\s?/\s?no"
    r"|severity|grading|trainee|training|attendees?)\b",
    re.IGNORECASE,
)
HISTORY_HEADER = re.compile(
    r"\b(?:changes?|revision|version|rev|author|page|modified|modification|änderung(?:en)?|seite)\b", re.IGNORECASE
)
"""A revision history or table of contents names the document's own sections."""
AUDIT_TITLE = re.compile(
    r"\b(?:audit\s+(?:plan|program(?:me)?|check\s?list|agenda|schedule|report|protocol|questionnaire"
    r"|findings?|notes|trail)|gap\s+(?:analysis|assessment)"
    r"|self[- ]assessment|inspection\s+report|auditplan|auditprogramm|auditbericht|auditcheckliste"
    r"|non-?conform\w*\s+(?:product\s+)?(?:report|record|request)|findings?\s+(?:report|record|list)"
    r"|corrective\s+action\s+(?:request|report|record)|capa\s+(?:record|report|request|form)"
    r"|training\s+(?:record|matrix|plan|material|slides))\b",
    re.IGNORECASE,
)
"""Documents that name clauses because these are to be looked at, not because the document implements them."""

REFERENCE_CONTEXT = re.compile(
    r"\b(?:regulat\w+|normative?|norms?|standards?|legal|requirements?|references?|compliance"
    r"|conformity|applicable|implement\w*|fulfil\w*|cover(?:s|ed|age)?"
    r"|mapping|basis|normen?|anforderungen|referenzen|exigences|références)\b",
    re.IGNORECASE,
)
EXCLUSION_CONTEXT = re.compile(
    r"\b(?:exclu(?:sions?|ded)|not\s+applicable|non[- ]?applicab\w+|non[- ]?application|not\s+applied"
    r"|nicht\s+anwendbar\w*|ausschl[uü]ss\w*|ausgeschlossen\w*"
    r"|do(?:es)?\s+not\s+apply|applicability)\b",
    re.IGNORECASE,
)
CLAIM_LEAD = re.compile(
    r"^\W*(?:this\s+\w+(?:\s+\w+)?\s+)?(?:(?:implements?|implemented|fulfil(?:l)?s?|fulfilled|covers?"
    r"|covered|satisfies|satisfied|addresses|addressed|meets)"
    r"(?:\s+(?:the\s+)?(?:following\s+)?(?:applicable\s+|relevant\s+)?(?:clauses?|requirements?"
    r"|sections?)?(?:\s+(?:of|from)\b[^:]{0,40})?)?"
    r"|(?:(?:applicable|relevant|covered|implemented|addressed|fulfilled|iso)\s+)*(?:standard\s+|normative\s+|qms\s+)?"
    r"(?:clauses?|requirements)(?:\s+(?:covered|implemented|addressed|fulfilled|met|satisfied))(?:\s+by\s+this\s+\w+)?"
    r"|(?:applicable|relevant|covered|implemented|addressed)\s+clauses?|clauses?"
    r"|umgesetzte\s+(?:normkapitel|anforderungen|abschnitte)|erfüllte\s+(?:normkapitel|anforderungen))\W*$",
    re.IGNORECASE,
)
"""A heading or lead-in that makes the list below it a list of what the document implements."""

REGULATORY_HEADING = re.compile(
    r"\W*(?:(?:regulatory|normative|legal)\s+(?:references?|requirements?|basis|compliance)(?:\s+addressed)?"
    r"|(?:applicable|relevant)\s+(?:standards?|regulations?|requirements?)(?:\s+and\s+(?:clauses?|regulations?))?"
    r"|norm(?:en)?bezug|normbezüge|normative\s+grundlagen?|mitgeltende\s+normen|exigences\s+(?:normatives|applicables))\W*",
    re.IGNORECASE,
)
"""A heading over standards with their clauses; a mere "References" also lists what is only read."""

_CLAIM_WORDS = words(
    "s "
    "applicable relevant related covered regulatory normative standard standards clause clauses requirement "
    "requirements reference references ref refs section sections addressed implemented fulfilled met "
    "implements covers fulfils fulfills satisfies addresses norm norms the of and to in qms quality regulation "
    "regulations compliance with number numbers no para paragraph paragraphs chapter chapters by this document "
    "procedure sop mapping basis legal corresponding source governing normbezug normkapitel normabschnitt "
    "abschnitt abschnitte kapitel anforderung anforderungen norme normes exigences exigence normanforderung "
    "normanforderungen regulatorische applicables conformity mapped iso element elements"
)
_CLAIM_HEADS = words(
    "clause clauses requirement requirements standard standards norm norms regulatory implements covers "
    "fulfils fulfills satisfies addresses compliance normative normbezug normkapitel normabschnitt paragraph "
    "paragraphs anforderung anforderungen exigences exigence norme normes reference references normanforderung "
    "normanforderungen ref refs conformity regulation regulations"
)
CLAUSE_WORDS = words(
    "clause clauses implements covers fulfils fulfills satisfies addresses normkapitel normabschnitt "
    "normanforderung normanforderungen"
)
"""Labels that can only mean clauses of the quality standard, so that it need not be named."""
_WORD = re.compile(r"[^\W\d_]+")
_MAX_LABEL = 60


def claim_label_words(label: str) -> frozenset[str] | None:
    """The words of a label such as `Regulatory references` or `Clauses covered`; None when it labels something else."""
    if len(label) > _MAX_LABEL:
        return None
    words = frozenset(w.lower() for w in _WORD.findall(label))
    if words <= _CLAIM_WORDS and (words & _CLAIM_HEADS or not words):
        return words
    return None


def _labels(table: Mapping[str, str]) -> dict[str, str]:
    return {label.strip(): name for name, labels in table.items() for label in labels.split("|")}


FIELD_LABELS = _labels(
    {
        "number": "document no|document number|document id|document nr|document code|document #|doc no|doc"
        " number|doc id|doc nr|doc code|doc #|doc"
        "|procedure no|procedure number|procedure id|sop no|sop number|sop id|sop #|sop|form no|form"
        " number|form id|policy no|policy number|identifier|id"
        "|number|document identifier|document reference|reference no|reference number|record no"
        "|record number|record id|plan no|plan number"
        "|dokument-nr|dokumentnummer|dokumentennummer|dok-nr|dokumenten-nr|dokument-id|n° document"
        "|numéro|document-id|doc-id|document_id|doc_id|docid|wi no|wi number",
        "title": "title|document title|document name|procedure title|name of document|titel|dokumenttitel"
        "|titre|doc title",
        "revision": "revision|rev|rev no|revision no|revision number|revision level|version|version no|version"
        " number|ver|document version"
        "|document revision|issue no|issue number|issue|current revision|current version"
        "|dokumentversion|ausgabe|rev #|rev level|doc version|doc rev|sop version",
        "effective": "effective date|effective|date effective|effective from|valid from|in force since|in force"
        " from|gültig ab|gültig seit|date of effect"
        "|effective as of|date d'application|implementation date|inkraftsetzung|effective_date|into force",
        "approved": "approval date|date approved|approved on|date of approval|freigabedatum|freigegeben am"
        "|genehmigt am|approved date|date d'approbation|approval_date",
        "issued": "issue date|date of issue|issued|issued on|date issued|release date|released|released on|date"
        " of release|publication date|published|ausgabedatum|release_date",
        "reviewed": "review date|last review|last reviewed|last review date|reviewed on|date reviewed|date of"
        " last review|date of review|reviewed|letzte prüfung",
        "next review": "next review|next review date|review due|review due date|due for review|date of next review"
        "|next review due|review by"
        "|nächste prüfung|nächste überprüfung|next periodic review|expiry date|expires",
        "created": "created|created on|date created|creation date|erstellt am|created date|date of creation",
        "modified": "modified|last modified|last updated|updated|revision date|date of revision|last revised"
        "|revised|last change|geändert am|rev date|version date|stand",
        "other": "date|document date|datum",
        "owner": "owner|process owner|document owner|procedure owner|sop owner|owner of process|owner of"
        " document|process owner (role)|owner (role)|prozesseigner"
        "|prozessverantwortlicher|prozessverantwortliche|dokumentenverantwortlicher|dokumenteneigner"
        "|prozesseigentümer|pilote du processus|pilote|owned by"
        "|responsible owner|policy owner|document_owner|process_owner|content owner",
        "responsible": "responsible|responsible person|responsible role|responsible department|process responsible"
        "|responsible function|verantwortlich|verantwortlicher"
        "|responsibility|accountable|responsable",
        "approver": "approved by|approved|approval|approver|document approver|released by|authorised by"
        "|authorized by|freigegeben von|freigegeben durch|freigabe|genehmigt von"
        "|genehmigt durch|approuvé par|approver name|approval by|approved_by|release by|final approval",
        "other person": "author|authors|written by|prepared by|reviewed by|reviewer|created by|issued by|checked by"
        "|erstellt von|geprüft von|erstellt durch|originator"
        "|last modified by|drafted by",
        "type": "document type|doc type|type of document|type|dokumenttyp|dokumentart|document class|category",
        "status": "status|document status|state|distribution|classification|confidentiality|page|pages"
        "|department|site|scope|supersedes|replaces|location|company|product|subject",
    }
)
"""Labels of header fields, lower case and without dots, and what each means."""
DATE_FIELDS = ("effective", "approved", "issued", "reviewed", "next review", "created", "modified", "other")
