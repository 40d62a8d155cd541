"""`report.html`: one file, complete in itself. It runs no program, fetches nothing, and every text in it is escaped."""

from html import escape
from pathlib import Path

from gemba.assess.report import html_clauses, html_documents, html_findings, html_first
from gemba.assess.report.view import DOES_MEAN, DOES_NOT_MEAN, PARAPHRASE, View, signed_off

STYLE = Path(__file__).with_name("style.css")
POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
"""Second line of defence behind escaping: the browser itself refuses scripts, pictures and requests."""

_NAVIGATION = (
    ("#map", "Map"),
    ("#clauses", "Clauses"),
    ("#findings", "Findings"),
    ("#documents", "Documents"),
    ("#meaning", "What it means"),
)


def _meaning(view: View) -> str:
    does = "".join(f"<li>{escape(sentence)}</li>" for sentence in DOES_MEAN)
    does_not = "".join(f"<li>{escape(sentence)}</li>" for sentence in DOES_NOT_MEAN)
    notes = [PARAPHRASE, signed_off(view.framework), view.framework.caution]
    about = "".join(f"<li>{escape(note)}</li>" for note in notes if note)
    return (
        '<section class="section" id="meaning"><h2>What the figures mean</h2>'
        f'<div class="means"><div><h3>They mean</h3><ul>{does}</ul></div>'
        f"<div><h3>They do not mean</h3><ul>{does_not}</ul></div>"
        f"<div><h3>About the duties shown</h3><ul>{about}</ul></div></div></section>"
    )


def _footer(view: View) -> str:
    assessment = view.assessment
    return (
        f"<footer><p>Gemba assessment of {escape(assessment.folder)} as of {assessment.as_of.isoformat()}. "
        f"{escape(PARAPHRASE)} {escape(signed_off(view.framework))}</p></footer>"
    )


def render(view: View) -> str:
    """The whole page."""
    assessment = view.assessment
    title = f"{assessment.folder}: assessment against {view.subject}"
    links = "".join(f'<a href="{target}">{name}</a>' for target, name in _NAVIGATION)
    codes = [group.entry.code for group in view.groups]
    style = STYLE.read_text(encoding="utf-8") + html_findings.filter_rules(codes, list(view.gaps))
    return "".join(
        (
            '<!doctype html><html lang="en"><head><meta charset="utf-8">',
            f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            '<meta name="color-scheme" content="light dark"><meta name="referrer" content="no-referrer">',
            f"<title>{escape(title)}</title><style>{style}</style></head><body>",
            '<a class="skip" href="#clauses">Skip to the clauses</a>',
            f'<header class="bar"><div><b>Gemba</b><nav aria-label="Parts of the report">{links}</nav></div></header>',
            '<main id="top">',
            html_first.render(view),
            html_clauses.render(view),
            html_findings.render(view),
            html_documents.render(view),
            _meaning(view),
            "</main>",
            _footer(view),
            "</body></html>\n",
        )
    )
