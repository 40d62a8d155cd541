"""A controlled document as tests print it."""

import datetime as dt
from dataclasses import replace
from pathlib import Path
from typing import Any

from gemba.export.controlled_document import ControlledDocument, PastRevision, Signed
from gemba.kernel.richtext.cleaning import clean
from gemba.kernel.richtext.measures import Step

SHARED = Path(__file__).resolve().parents[2].parent / "shared" / "inputs" / "qms-openregulatory-ccby4" / "templates"
TEXT = clean(
    "<h2>1 Scope</h2><p>All <strong>product</strong>, see <a href='#2-duties'>duties</a> and "
    "<a href='https://example.org/x'>the web</a>. The owner is <mark data-gap='role'>role</mark>.</p>"
    "<h2>2 Duties</h2><ul><li>label<ul><li>in red</li></ul></li><li>segregate</li></ul>"
    "<ol start=3 type=a><li>three</li><li>four<p>more on four</p></li></ol>"
    "<table><tr><th>Step<th>Who<th>Record<tr><td rowspan=2>1<td>QA<td>NCR<tr><td colspan=2>both</table>"
    "<blockquote><p>Rework only with an instruction.</p></blockquote><pre>a = 1\n  b</pre><hr>"
    "<p>x<sub>2</sub> y<sup>2</sup> <em>em</em> <u>under</u> <s>gone</s> <code>code</code><br>line</p>"
)
AT = dt.datetime(2026, 11, 22, 9, 30, tzinfo=dt.UTC)


def document(**changes: Any) -> ControlledDocument:
    made = ControlledDocument(
        company="Kuvitelma Medical Oy", number="SOP-012", title="Nonconforming product", kind="Procedure",
        revision="C", state="Effective", html=TEXT, made_for="Aino Laine", made_at=AT, owner="Mia Quality",
        process="Improvement", effective=dt.date(2026, 11, 1), next_review=dt.date(2028, 11, 1),
        supersedes="Revision B", change="Time limits made explicit",
        steps=(Step("Operator", "Puts the part aside", "NCR", "Red box", 5), Step("QA", "Decides", "NCR")),
        history=(PastRevision("C", dt.date(2026, 11, 1), "Time limits", "Mia"), PastRevision("A", None, "First", "")),
        signatures=(Signed("Mia Quality", "Approved for release", AT, "Passkey", "Yes"),),
    )  # fmt: skip
    return replace(made, **changes)
