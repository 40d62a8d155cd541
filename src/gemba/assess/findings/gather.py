"""All findings of a folder, in one fixed order."""

from gemba.assess.findings import clauses, content, dates, links, numbers, standards
from gemba.assess.findings.folder import Folder
from gemba.assess.findings.registry import CODES
from gemba.assess.model import Finding, Severity

_CHECKS = (content, dates, links, numbers, standards, clauses)
_CODE_ORDER = {code: at for at, code in enumerate(CODES)}
_SEVERITY_ORDER = {severity: at for at, severity in enumerate(Severity)}


def gather(folder: Folder) -> tuple[Finding, ...]:
    """By code in the registry's order, within it the gravest first, then in the order of the documents."""
    found = [finding for check in _CHECKS for finding in check.findings(folder)]
    found.sort(key=lambda finding: (_CODE_ORDER[finding.code], _SEVERITY_ORDER[finding.severity]))
    return tuple(found)
