"""Which filled records prove what: titles and fields of records against the catalogue's evidence types. Data only."""

import re
from functools import cache

RULES = (
    # evidence types, what the title says, fields of which at least two say the same without the title
    (
        "capa",
        (
            r"\bcapas?\b|corrective\s+(?:and|or|/|&)\s*preventive\s+action|corrective\s+action"
            r"|korrekturmaßnahme"
        ),
        ("root cause", "corrective action", "effectiveness", "capa number"),
    ),
    ("preventive_action", r"preventive\s+action(?!s?\s*\(capa)", ()),
    ("capa_effectiveness", r"effectiveness\s+(?:check|review|verification)(?!.*training)", ()),
    (
        "complaint",
        r"\bcomplaints?\b|reklamation|réclamation",
        ("complainant", "complaint description", "date received", "complaint number"),
    ),
    ("feedback", r"\bfeedback\b|customer\s+survey|satisfaction", ()),
    (
        "training_record",
        (
            r"\btraining\s+(?:records?|log|certificate|documentation|attendance)|training\b.*\brecord"
            r"|schulungsnachweis|attendance\s+(?:list|sheet)|read[- ]and[- ]understood"
        ),
        ("name of training", "trainer", "trainee", "date of training", "training method"),
    ),
    ("training_effectiveness", r"training\s+(?:effectiveness|evaluation)", ()),
    ("competence_matrix", r"(?:competence|competency|skills?|training|qualification)\s+matrix", ()),
    (
        "mgmt_review",
        r"management\s+review(?!\s+(?:procedure|plan|agenda))|managementbewertung|revue\s+de\s+direction",
        ("review inputs", "review outputs", "date of review"),
    ),
    (
        "audit_report",
        r"\baudit\s+(?:report|record|protocol|minutes)|auditbericht|rapport\s+d['\u2019]audit",
        ("auditor", "auditee", "audit scope", "audit date"),
    ),
    ("audit_finding", r"audit\s+(?:finding|nonconformit\w+|observation)", ()),
    ("audit_programme", r"audit\s+program(?:me)?|annual\s+audit\s+(?:plan|schedule)", ()),
    ("audit_plan", r"audit\s+(?:plan|agenda)", ()),
    ("auditor_qualification", r"auditor\s+(?:qualification|certificate)", ()),
    (
        "supplier_file",
        (
            r"supplier\s+(?:evaluation|assessment|qualification|approval|audit|questionnaire|checklist)"
            r"|(?:approved|qualified)\s+suppliers?|lieferantenbewertung|évaluation\s+(?:des?\s+)?fournisseurs?"
        ),
        ("supplier name", "supplier", "approval status", "evaluation date"),
    ),
    ("supplier_reeval", r"supplier\s+re-?evaluation", ()),
    ("supplier_monitoring", r"supplier\s+(?:monitoring|performance|scorecard)", ()),
    ("supplier_change", r"supplier\s+change", ()),
    ("purchase_order", r"purchase\s+order|bestellung", ()),
    ("quality_agreement", r"quality\s+(?:assurance\s+)?agreement", ()),
    ("incoming_inspection", r"(?:incoming|receiving|goods[- ]in)\s+inspection|wareneingangs", ()),
    (
        "calibration_record",
        r"calibration|kalibrier|étalonnage",
        ("calibration date", "next calibration", "serial number", "equipment id"),
    ),
    ("oot_assessment", r"out[- ]of[- ]tolerance", ()),
    ("maintenance_record", r"maintenance\s+(?:record|log|report|protocol)|wartungsprotokoll", ()),
    (
        "nc_record",
        r"non-?conform(?:ance|ity|ing)|\bncr?s?\b|deviation\s+(?:report|record|log)|abweichung",
        ("nonconformity description", "disposition", "nonconformance"),
    ),
    ("rework_record", r"\brework\b", ()),
    ("concession", r"\bconcession\b|waiver", ()),
    ("returned_goods", r"return(?:ed)?\s+(?:product|goods|material|device)", ()),
    (
        "doc_change",
        r"(?:document\s+)?change\s+(?:request|order|notice)|\bdcr\b",
        ("reason for change", "change description", "affected documents"),
    ),
    ("doc_review", r"(?:periodic|document)\s+(?:document\s+)?review\s+(?:record|log)", ()),
    ("doc_distribution", r"distribution\s+(?:list|log|record)\b.*document|document\s+distribution", ()),
    (
        "external_doc_register",
        (
            r"(?:external\s+documents?|standards)\s+(?:register|list|log)|list\s+of\s+(?:external\s+documents"
            r"|standards)"
        ),
        (),
    ),
    (
        "reg_register",
        (
            r"(?:regulatory|legal)\s+requirements?\s+(?:register|list)"
            r"|list\s+of\s+(?:applicable\s+)?(?:regulat\w+|standards|legal)"
        ),
        (),
    ),
    ("record_register", r"records?\s+(?:register|retention|index)|retention\s+schedule", ()),
    ("qms_change", r"qms\s+change", ()),
    ("design_change", r"design\s+change|engineering\s+change|change\s+evaluation", ()),
    ("design_review", r"design\s+review", ("design stage", "design review date")),
    ("design_transfer", r"design\s+transfer", ()),
    ("design_verification", r"verification\s+(?:report|record|protocol|results?)", ()),
    (
        "design_validation",
        (
            r"(?:design|clinical|user|product)\s+validation\s+(?:report|record|protocol|results?)"
            r"|validation\s+report"
        ),
        (),
    ),
    (
        "process_validation",
        r"process\s+validation|\b[iop]q\s+(?:report|protocol|record)|installation\s+qualification",
        (),
    ),
    (
        "sw_validation",
        r"software\s+validation|tool\s+validation|computer\s+system\s+validation",
        ("software name", "validation result", "intended use of software"),
    ),
    ("sw_inventory", r"software\s+(?:list|inventory|register)|list\s+of\s+software", ()),
    ("sterilisation_validation", r"sterili[sz]ation\s+validation", ()),
    ("sterile_batch_record", r"sterili[sz]ation\s+(?:record|cycle|batch)", ()),
    (
        "batch_record",
        r"batch\s+record|device\s+history\s+record|\bdhr\b|production\s+record|build\s+record|lot\s+record",
        ("batch number", "lot number", "quantity produced"),
    ),
    ("inspection_test", r"(?:final|in-process)\s+(?:inspection|test)|test\s+record|inspection\s+(?:record|report)", ()),
    ("release_record", r"(?:product|device|software|batch)\s+release|release\s+(?:record|note|certificate)", ()),
    ("label_release", r"label(?:ling)?\s+(?:release|approval|inspection)", ()),
    ("install_record", r"installation\s+(?:record|report|protocol)", ()),
    ("service_record", r"service\s+(?:record|report)|servicing", ()),
    ("distribution_record", r"distribution\s+(?:record|log)|shipment|delivery\s+note", ()),
    ("trace_record", r"traceability\s+record", ()),
    ("trace_matrix", r"trace(?:ability)?\s+matrix", ()),
    (
        "env_monitoring",
        (
            r"environment(?:al)?\s+(?:monitoring|control)\s*(?:record|log)?|clean\s?room\s+(?:log|record)"
            r"|temperature\s+log"
        ),
        (),
    ),
    ("contamination_record", r"contaminat\w+\s+(?:record|log)|cleaning\s+(?:record|log)", ()),
    ("storage_record", r"storage\s+(?:record|log|condition)", ()),
    ("contract_review", r"contract\s+review|order\s+review", ()),
    ("customer_comm", r"customer\s+communication", ()),
    ("customer_property", r"customer\s+property", ()),
    ("field_action", r"field\s+(?:safety\s+)?corrective\s+action|\bfsca\b|recall", ()),
    ("advisory_notice", r"field\s+safety\s+notice|advisory\s+notice", ()),
    ("vigilance_report", r"(?:vigilance|incident|mdr|adverse\s+event)\s+report|manufacturer\s+incident", ()),
    ("reportability_decision", r"reportability|incident\s+assessment", ()),
    ("regulator_comm", r"(?:authority|notified\s+body|fda)\s+(?:correspondence|communication|letter)", ()),
    ("data_analysis", r"data\s+analysis|analysis\s+of\s+data", ()),
    ("trend_analysis", r"trend(?:s|ing)?\s+(?:analysis|report)", ()),
    ("pms_report", r"post-?\s?market\s+surveillance\s+report|\bpms\s+report|\bpsur\b|periodic\s+safety\s+update", ()),
    ("pms_data", r"pms\s+data|post-?\s?market\s+(?:data|log)", ()),
    ("process_kpi", r"\bkpis?\b|process\s+indicators?", ()),
    ("objective_kpi", r"quality\s+objectives?\s+(?:tracking|review|status|report|measurement)", ()),
    ("risk_file", r"risk\s+(?:management\s+(?:report|file)|analysis|table|assessment)|fmea", ()),
    ("usability_file", r"usability\s+(?:evaluation|engineering|test)\s+(?:report|protocol|file)", ()),
    ("clinical_eval", r"clinical\s+evaluation\s+report|performance\s+evaluation\s+report", ()),
    (
        "mr_appointment",
        r"management\s+representative.*(?:appointment|letter)|appointment.*management\s+representative",
        (),
    ),
    ("prrc_appointment", r"appointment.*(?:prrc|regulatory\s+compliance)|prrc\s+appointment", ()),
    ("access_review", r"access\s+(?:rights\s+)?review", ()),
    ("backup_test", r"(?:backup|restore)\s+(?:test|record)", ()),
    ("dry_run", r"dry\s+run|mock\s+recall", ()),
    ("udi_record", r"\budi\b.*(?:record|list|register|assignment)", ()),
    ("anomaly_list", r"known\s+anomal\w+|anomaly\s+list", ()),
    ("problem_report", r"problem\s+report|bug\s+(?:report|list|fix\w*)", ()),
    ("soup_record", r"\bsoup\b", ()),
    ("system_test", r"system\s+test\s+(?:record|report|protocol|results?)", ()),
    ("integration_test", r"integration\s+test\s+(?:record|report|protocol|results?)", ()),
    ("unit_test", r"unit\s+(?:test|verification)\s+(?:record|report|protocol|results?)", ()),
)
FIELDS = tuple((kind, frozenset(fields)) for kind, _, fields in RULES if fields)
"""Evidence type and telling field labels (lower case)."""
_NO_LETTERS = re.compile(r"\\.|\(\?[=!<:]+|\w\?")
"""What of a pattern is not a letter it asks for: escapes, signs that open a group, letters that may be missing."""
_LETTERS = re.compile(r"[^\W\d_]{2,}")
_SIGNS = tuple(frozenset(_LETTERS.findall(_NO_LETTERS.sub(" ", title))) for _, title, _ in RULES)
"""For each rule letters of which a title it fits holds some: only few patterns are ever compiled."""


def by_title(title: str) -> tuple[str, ...]:
    """The evidence types a title speaks of."""
    lower = title.lower()
    return tuple(
        kind
        for (kind, pattern, _), signs in zip(RULES, _SIGNS, strict=True)
        if any(sign in lower for sign in signs) and _compiled(pattern).search(title)
    )


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


COMMON_FIELDS = 2
"""So many telling fields make a record what its title does not say."""
MORE_SPECIFIC = {
    "capa_effectiveness": {"capa"},
    "preventive_action": {"capa"},
    "training_effectiveness": {"training_record"},
    "supplier_reeval": {"supplier_file"},
    "vigilance_report": {"complaint"},
    "sw_validation": {"design_validation"},
    "process_validation": {"design_validation"},
    "sterilisation_validation": {"design_validation", "process_validation"},
    "design_change": {"doc_change"},
    "qms_change": {"doc_change"},
    "audit_programme": {"audit_plan"},
    "competence_matrix": {"training_record"},
}
"""A record of the type on the left is not also one of those on the right."""
