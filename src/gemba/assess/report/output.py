"""The three files of a report, as bytes.

The typesetter is loaded only for a PDF: it is larger than everything else together.
"""

from importlib import import_module

from gemba.assess.model import Assessment
from gemba.assess.report import data, html
from gemba.assess.report.view import View
from gemba.evidence.catalogue.model import Framework


def as_json(assessment: Assessment, framework: Framework) -> str:
    return data.render(View(assessment, framework))


def files(assessment: Assessment, framework: Framework, *, with_pdf: bool = True) -> tuple[dict[str, bytes], str]:
    """File name to content: `report.html`, `assessment.json` and, unless it is not wanted, `report.pdf`.

    Beside them a sentence why there is no PDF though it was wanted, else nothing.
    """
    view = View(assessment, framework)
    made = {
        "report.html": html.render(view).encode("utf-8", "replace"),
        "assessment.json": data.render(view).encode("utf-8", "replace"),
    }
    if not with_pdf:
        return made, ""
    pdf = import_module("gemba.assess.report.pdf")
    try:
        made["report.pdf"] = pdf.render(view)
    except pdf.PdfError as error:
        return made, str(error)
    return made, ""
