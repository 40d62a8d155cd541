"""Findings in groups of one code each, filterable by kind and severity without a program."""

from collections.abc import Sequence
from html import escape
from itertools import combinations

from gemba.assess.findings.registry import Gap
from gemba.assess.model import Finding, Severity
from gemba.assess.report.view import SEVERITY_SYMBOLS, Group, View, clause_anchor, counted, name_of

_LETTERS = {severity: severity.value[0] for severity in Severity}


def filter_rules(codes: Sequence[str], gaps: Sequence[Gap]) -> str:
    """The style rules behind the filters. They hold in print too: what was chosen is what is printed."""
    rules = [f"main:has(#only-{code}:checked) .group:not(#f-{code}){{display:none}}" for code in codes]
    rules += [f"main:has(#gap-{gap.value}:checked) .group:not(.g-{gap.value}){{display:none}}" for gap in gaps]
    rules += [f"main:has(#show-{s.value}:not(:checked)) .finding.{s.value}{{display:none}}" for s in Severity]
    for size in range(1, len(Severity) + 1):
        for hidden in combinations(Severity, size):
            off = "".join(f":has(#show-{severity.value}:not(:checked))" for severity in hidden)
            letters = "".join(_LETTERS[severity] for severity in hidden)
            rules.append(f"main{off} .group.v-{letters}{{display:none}}")
    return "".join(rules)


def _filters(view: View) -> str:
    by_severity = view.assessment.totals.findings
    boxes = "".join(
        f'<label><input type="checkbox" id="show-{s.value}" checked> {SEVERITY_SYMBOLS[s]} {s.value} '
        f'<span class="n">{by_severity[s.value]}</span></label>'
        for s in Severity
    )
    everything = '<label><input type="radio" name="only" id="only-all" checked> everything</label>'
    rows = "".join(_gap_filter(gap, groups) for gap, groups in view.gaps.items())
    return (
        f'<div class="filters" role="group" aria-label="Filter the findings"><fieldset><legend>Severity</legend>{boxes}'
        f"</fieldset><fieldset><legend>Show</legend>{everything}</fieldset>{rows}</div>"
    )


def _gap_filter(gap: Gap, groups: Sequence[Group]) -> str:
    number = sum(len(group.findings) for group in groups)
    whole = (
        f'<label><input type="radio" name="only" id="gap-{gap.value}"> all of these '
        f'<span class="n">{number}</span></label>'
        if len(groups) > 1
        else ""
    )
    radios = "".join(
        f'<label><input type="radio" name="only" id="only-{group.entry.code}"> {escape(group.entry.title)} '
        f'<span class="n">{len(group.findings)}</span></label>'
        for group in groups
    )
    return f"<fieldset><legend>{gap.value.capitalize()}</legend>{whole}{radios}</fieldset>"


def _finding(at: int, finding: Finding, label: str) -> str:
    severity = finding.severity
    place = str(finding.place)
    where = f"<small>{escape(place)}</small>" if place else ""
    return (
        f'<li class="finding {severity.value}" id="f{at}"><span class="sev"><span aria-hidden="true">'
        f'{SEVERITY_SYMBOLS[severity]} </span>{severity.value}</span><span class="where">{label}{where}</span>'
        f"<p>{escape(finding.message)}</p></li>"
    )


def _labels(view: View) -> dict[str, str]:
    labels = {"": "the folder as a whole"}
    for document in view.assessment.documents:
        name = escape(name_of(document))
        path = "" if document.path == name_of(document) else f"<small>{escape(document.path)}</small>"
        labels[document.path] = f'<a href="#{view.anchors[document.path]}">{name}</a>{path}'
    return labels


def _clause_link(finding: Finding) -> str:
    clause = finding.clause or ""
    return f'<a href="#{clause_anchor(clause)}">{escape(clause)}</a>'


def _group(group: Group, labels: dict[str, str]) -> str:
    entry = group.entry
    letters = "".join(_LETTERS[severity] for severity in group.severities())
    of_clauses = entry.code == "unclaimed-clause"
    rows = "".join(
        _finding(at, finding, _clause_link(finding) if of_clauses else labels[finding.path])
        for at, finding in group.findings
    )
    number = len(group.findings)
    return (
        f'<section class="group g-{entry.gap.value} v-{letters}" id="f-{entry.code}" aria-labelledby="h-{entry.code}">'
        f'<header><h3 id="h-{entry.code}">{escape(entry.title)} <span class="n">{number}</span>'
        f'<code>{entry.code}</code></h3><p>{escape(entry.why)}</p><p class="do">{escape(entry.do)}</p></header>'
        f"<ul>{rows}</ul></section>"
    )


def render(view: View) -> str:
    findings = view.assessment.findings
    if not findings:
        body = '<p class="lead">Nothing was found. That says something about the texts, and nothing about the work.</p>'
    else:
        labels = _labels(view)
        groups = "".join(_group(group, labels) for group in view.groups)
        body = (
            f'<p class="lead">{counted(len(findings), "finding")}, '
            f"in the order in which an auditor would come upon them.</p>{_filters(view)}{groups}"
        )
    return f'<section class="section" id="findings"><h2>Findings</h2>{body}</section>'
