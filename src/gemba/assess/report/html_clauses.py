"""Clause by clause: the manual claims it, documents say so themselves, evidence found."""

from collections.abc import Sequence
from html import escape

from gemba.assess.model import ClauseResult, EvidenceFound
from gemba.assess.report.view import STATES, Chapter, View, clause_anchor, is_claimed, is_proved, name_of
from gemba.evidence.catalogue.model import Duty

SHOWN = 6
MOST = 100
"""Longer lists are cut; `assessment.json` holds them whole."""
NONE = '<span class="none">nothing</span>'


class _Rows:
    """Builds the rows; links to documents are made once and used many times."""

    def __init__(self, view: View) -> None:
        self.view = view
        self.links = {
            document.path: f'<a href="#{view.anchors[document.path]}">{escape(name_of(document))}</a>'
            for document in view.assessment.documents
        }

    def documents(self, paths: Sequence[str], through: Sequence[str], clause: str) -> list[str]:
        """One list item each; a claim for a parent clause says so."""
        items = []
        for path, number in zip(paths, through, strict=True):
            via = "" if number == clause else f' <span class="via">through {escape(number)}</span>'
            items.append(f"<li>{self.links[path]}{via}</li>")
        return items

    def evidence(self, found: Sequence[EvidenceFound]) -> list[str]:
        types = self.view.framework.evidence_types
        items = []
        for each in found:
            label = types[each.evidence_type].label if each.evidence_type in types else each.evidence_type
            date = f", {each.date}" if each.date else ""
            items.append(f'<li>{self.links[each.path]} <span class="via">{escape(label)}{date}</span></li>')
        return items

    def duties(self, result: ClauseResult) -> str:
        duties = self.view.framework.duties_by_clause.get(result.clause, ())
        rows = "".join(map(self._duty, duties))
        number = "1 duty" if len(duties) == 1 else f"{len(duties)} duties"
        return f'<details class="asked"><summary>{number}</summary><ul class="duties">{rows}</ul></details>'

    def _duty(self, duty: Duty) -> str:
        types = self.view.framework.evidence_types
        asked = ", ".join(types[name].label for name in duty.evidence if name in types)
        proof = f"<br><small>Evidence that would show it: {escape(asked)}</small>" if asked else ""
        return f"<li>{escape(duty.text)}{proof}</li>"


def _list(items: list[str], empty: str = NONE) -> str:
    if not items:
        return empty
    if len(items) <= SHOWN + 1:
        return f'<ul class="docs">{"".join(items)}</ul>'
    rest = items[SHOWN:MOST]
    cut = f"<li>and {len(items) - MOST} more, listed in assessment.json</li>" if len(items) > MOST else ""
    return (
        f'<ul class="docs">{"".join(items[:SHOWN])}</ul>'
        f'<details><summary>{len(items) - SHOWN} more</summary><ul class="docs">{"".join(rest)}{cut}</ul></details>'
    )


def _claimed_by_map(rows: _Rows, result: ClauseResult) -> str:
    items = rows.documents(result.mapped, result.mapped_through, result.clause)
    items += [f'<li>{escape(name)} <span class="via">not in the folder</span></li>' for name in result.mapped_missing]
    text = _list(items, "" if result.excluded else NONE)
    if result.excluded is not None:
        through = "" if result.excluded.clause == result.clause else f" (with {escape(result.excluded.clause)})"
        reason = escape(result.excluded.reason) if result.excluded.reason.strip() else "no reason given"
        where = rows.links.get(result.excluded_in or "", "")
        text += f'<ul class="docs"><li>Excluded{through}: {reason} <span class="via">in {where}</span></li></ul>'
    return text


def _mentions(rows: _Rows, result: ClauseResult) -> str:
    if not result.mentioned:
        return ""
    items = [f"<li>{rows.links[path]}</li>" for path in result.mentioned[:MOST]]
    number = len(result.mentioned)
    where = "one document" if number == 1 else f"{number} documents"
    return f'<details><summary>named in the text of {where}</summary><ul class="docs">{"".join(items)}</ul></details>'


def _row(rows: _Rows, result: ClauseResult) -> str:
    words = STATES[result.state]
    kinds = f"clause k-{words.slug}{' claimed' * is_claimed(result)}{' proved' * is_proved(result)}"
    stated = rows.documents(result.stated, result.stated_through, result.clause)
    return (
        f'<tr class="{kinds}" id="{clause_anchor(result.clause)}"><th scope="row">'
        f'<span class="no">{escape(result.clause)}'
        f"</span> {escape(rows.view.title(result.clause, result.title))}{rows.duties(result)}</th>"
        f'<td data-of="The manual claims it">{_claimed_by_map(rows, result)}</td>'
        f'<td data-of="Documents say so themselves">{_list(stated)}'
        f"{_mentions(rows, result)}</td>"
        f'<td data-of="Evidence found">{_list(rows.evidence(result.evidence))}</td>'
        f'<td><span class="badge s-{words.slug}"><span aria-hidden="true">{words.symbol} </span>{words.word}</span>'
        "</td></tr>"
    )


def _chapter(rows: _Rows, chapter: Chapter) -> str:
    number = escape(chapter.clause.number)
    body = "".join(_row(rows, result) for result in chapter.results)
    return (
        f'<table class="clauses"><caption><h3>{number} {escape(chapter.clause.title)}</h3></caption><thead><tr>'
        '<th scope="col">Clause</th><th scope="col">The manual claims it</th><th scope="col">Documents say so '
        f'themselves</th><th scope="col">Evidence found</th><th scope="col">State</th></tr></thead>'
        f"<tbody>{body}</tbody></table>"
    )


def _chips(view: View) -> str:
    """Links, not buttons: the address then says what is shown, and nothing needs a program."""
    totals = view.assessment.totals
    chips = [("clauses", f"All {len(view.assessment.clauses)}"), ("claimed", f"Claimed {totals.claimed}")]
    chips.append(("proved", f"With evidence {totals.with_evidence}"))
    for state, words in STATES.items():
        number = view.number_of(state)
        if number:
            chips.append((f"state-{words.slug}", f"{words.symbol} {words.word.capitalize()} {number}"))
    anchors = "".join(f'<span class="anchor" id="{target}"></span>' for target, _ in chips[1:])
    if not any(target == "state-paper" for target, _ in chips):
        anchors += '<span class="anchor" id="state-paper"></span>'
    links = "".join(f'<a href="#{target}">{text}</a>' for target, text in chips)
    return f'{anchors}<nav class="chips" aria-label="Show only">{links}</nav>'


def _rules() -> str:
    """What a chip shows: its target hides the rows of every other kind."""
    kinds = {"claimed": ".claimed", "proved": ".proved"}
    kinds |= {f"state-{words.slug}": f".k-{words.slug}" for words in STATES.values()}
    hide = "".join(f"main:has(#{target}:target) .clause:not({kind}){{display:none}}" for target, kind in kinds.items())
    empty = "".join(
        f"main:has(#{target}:target) table.clauses:not(:has({kind})){{display:none}}" for target, kind in kinds.items()
    )
    mark = "".join(
        f'main:has(#{target}:target) .chips [href="#{target}"]{{background:var(--accent);color:var(--accent-ink)}}'
        for target in kinds
    )
    return f"<style>{hide}{empty}{mark}</style>"


def render(view: View) -> str:
    rows = _Rows(view)
    chapters = "".join(_chapter(rows, chapter) for chapter in view.chapters)
    gaps = "".join(
        f"<div><dt><b>{len(gap.clauses)}</b> {escape(gap.name)}</dt><dd>{escape(gap.meaning)}: "
        f"{', '.join(_short_links(gap.clauses)) or 'none'}</dd></div>"
        for gap in view.assessment.gaps
    )
    return (
        '<section class="section" id="clauses"><h2>Clause by clause</h2>'
        '<p class="lead">What the manual claims, what documents say of themselves, and which records were found. '
        "A claim for a parent clause covers the clauses under it and is shown as such.</p>"
        f"{_chips(view)}{_rules()}{chapters}"
        f'<h3 id="gaps">Clauses with gaps, by kind</h3><dl class="gaps">{gaps}</dl></section>'
    )


def _short_links(clauses: Sequence[str]) -> list[str]:
    return [f'<a href="#{clause_anchor(clause)}">{escape(clause)}</a>' for clause in clauses]
