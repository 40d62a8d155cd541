"""The first screen: the clause map, paper beside practice, and the five things to do first."""

from html import escape

from gemba.assess.model import ClauseResult, FirstThing
from gemba.assess.report.view import (
    NOTHING_WORKS_YET,
    STATES,
    Chapter,
    View,
    clause_anchor,
    counted,
    is_claimed,
    is_proved,
)


def _head(view: View) -> str:
    assessment = view.assessment
    return (
        f'<div class="head"><p class="over">Assessment of documents against {escape(view.subject)}</p>'
        f"<h1>{escape(assessment.folder)}</h1>"
        f'<p class="over">As of <time datetime="{assessment.as_of.isoformat()}">'
        f"{assessment.as_of.day} {assessment.as_of:%B %Y}</time>. {escape(view.read())}.</p></div>"
    )


def _cell(view: View, result: ClauseResult) -> str:
    words = STATES[result.state]
    paper = ' class="on"' if is_claimed(result) else ""
    practice = ' class="on"' if is_proved(result) else ""
    return (
        f'<li><a class="cell s-{words.slug}" href="#{clause_anchor(result.clause)}">'
        f'<b>{escape(result.clause)}</b><span aria-hidden="true">{words.symbol}</span>'
        f'<span class="word">{words.short}<span class="hide">: {escape(view.title(result.clause, result.title))}</span>'
        f'</span><span class="two" aria-hidden="true"><i{paper}></i><i{practice}></i></span></a></li>'
    )


def _chapter(view: View, chapter: Chapter) -> str:
    cells = "".join(_cell(view, result) for result in chapter.results)
    heading = f"<h3><b>{escape(chapter.clause.number)}</b> {escape(chapter.clause.title)}</h3>"
    return f'<div class="chapter">{heading}<ol class="cells">{cells}</ol></div>'


def _map(view: View) -> str:
    legend = "".join(
        f"<span>{words.symbol} {words.word} ({number})</span>"
        for state, words in STATES.items()
        if (number := view.number_of(state))
    )
    chapters = "".join(_chapter(view, chapter) for chapter in view.chapters)
    return (
        '<section aria-labelledby="map"><h2 id="map">Clause map</h2>'
        f'<div class="legend">{legend}<span>Bars in a cell: left paper, right practice</span></div>{chapters}</section>'
    )


def _bar(name: str, says: str, number: int, whole: int, *, target: str) -> str:
    width = 100 * number / whole if whole else 0
    return (
        f'<div><dt><b>{name}</b><span>{says}</span></dt><dd><span class="track {target}" aria-hidden="true">'
        f'<i style="width:{width:.1f}%"></i></span><a href="#{target}">{number}<small> of {whole}</small></a>'
        "</dd></div>"
    )


def _pair(view: View) -> str:
    totals = view.assessment.totals
    gap = counted(view.paper_only, "clause")
    verb = "is" if view.paper_only == 1 else "are"
    return (
        '<section class="pair" aria-labelledby="pair"><h2 id="pair">Paper beside practice</h2><dl>'
        + _bar("Paper", "clauses a document claims", totals.claimed, totals.clauses, target="claimed")
        + _bar("Practice", "clauses with a record found", totals.with_evidence, totals.clauses, target="proved")
        + f'</dl><p class="gap"><a href="#state-paper"><b>{gap}</b></a> {verb} claimed on paper '
        "without any record found.</p>"
        f'<p class="note">{escape(NOTHING_WORKS_YET)} <a href="#meaning">What the figures mean</a></p></section>'
    )


def _thing(thing: FirstThing) -> str:
    target = "#state-paper" if thing.code == "no-records" else f"#f-{thing.code}"
    opened = f" Start with <code>{escape(thing.open)}</code>." if thing.open else ""
    link = f'<a href="{target}">Show them<span class="hide"> ({thing.code})</span></a>'
    return f"<li><span>{escape(thing.sentence)}{opened} {link}</span></li>"


def _first_things(view: View) -> str:
    things = view.assessment.first
    if not things:
        return ""
    number = {1: "One thing", 2: "Two things", 3: "Three things", 4: "Four things"}.get(len(things), "Five things")
    rows = "".join(map(_thing, things))
    heading = f'<h2 id="first">{number} to do first</h2>'
    return f'<section aria-labelledby="first">{heading}<ol class="things">{rows}</ol></section>'


def render(view: View) -> str:
    return (
        f'{_head(view)}<div class="first">{_map(view)}<div class="aside">{_pair(view)}{_first_things(view)}</div></div>'
    )
