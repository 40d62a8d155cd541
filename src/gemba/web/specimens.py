"""Made-up content for the style page: every component, every variant."""

import datetime as dt
from typing import Any

from django import forms

from gemba.kernel.records.fields import LineColumn
from gemba.web.display import Shown, badge, day
from gemba.web.forms import DateInput, PlainForm
from gemba.web.inside import lines_changed, lines_markup, rich, text_changed
from gemba.web.lines import LinesFormField
from gemba.web.parts import Leading, VerbShown, VerbsShown
from gemba.web.richtext import RichTextWidget
from gemba.web.tables import Head, Table, body_of
from gemba.web.timeline import Change, Entry

TONES = (("Calm", "calm"), ("Busy", "busy"), ("Good", "good"), ("Look", "warn"), ("Bad", "bad"))
LONG = "Answers that take weeks cost trust, and a reportable event may hide in any of them."
GRADES = (("low", "Low"), ("high", "High"))
SHA = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"


class SpecimenForm(PlainForm):
    title = forms.CharField(help_text="One line that a stranger understands.")
    why = forms.CharField(widget=forms.Textarea(attrs={"rows": 3}), required=False)
    good_is = forms.ChoiceField(choices=[("least", "at least"), ("most", "at most")], label="Good is")
    due = forms.DateField(widget=DateInput(), required=False)
    confidential = forms.BooleanField(required=False, help_text="Only named roles may read it.")
    to = forms.CharField(
        label="Number of the other record",
        widget=forms.TextInput(attrs={"list": "specimen_to_list", "autocomplete": "off"}), required=False,
    )  # fmt: skip
    file = forms.FileField(required=False)
    number = forms.IntegerField(help_text="With a mistake.")


STEPS = (
    LineColumn(name="what", label="Step"), LineColumn(name="grade", label="Risk", kind="choice", choices=GRADES),
    LineColumn(name="times", label="Times", kind="number", required=False),
    LineColumn(name="done", label="Done", kind="yes"),
)  # fmt: skip
BEFORE = ({"what": "Measure the seal", "grade": "high", "times": 3, "done": True},)
AFTER = (*BEFORE, {"what": "Write it into the batch record", "grade": "low", "times": None, "done": False})
OLD_TEXT = "<p>Measure the seal of every tenth pouch.</p>"
TEXT = (
    '<h2>Sealing</h2><p>Measure the seal of <strong>every fifth</strong> pouch, at least <mark data-gap="number">to be '
    "filled in</mark> a shift.</p><ul><li><p>Width</p></li><li><p>Channels</p></li></ul><table><thead><tr><th><p>Line"
    "</p></th><th><p>Width</p></th></tr></thead><tbody><tr><td><p>1</p></td><td><p>8 mm</p></td></tr></tbody></table>"
)
VERBS = VerbsShown((
    VerbShown("start", "Start a revision", "", True, True, "#main"),
    VerbShown("print", "Print a controlled copy", "", False, True, "#main"),
    VerbShown("close", "Close it", "", False, True, "#main", ("Two people have not read it yet.",)),
))  # fmt: skip
OFFERS = (Leading("Plan an action", "#main", near=True), Leading("Raise a CAPA", "#main"))


class InsideForm(PlainForm):
    """Controls with more inside than a word."""

    steps = LinesFormField(columns=STEPS, label="Steps", help_text="Each step in a line of its own.", required=False)
    text = forms.CharField(label="Text of the procedure", widget=RichTextWidget(), required=False)


def inside() -> dict[str, Any]:
    """Tables and texts: to fill in, as they are read, and what changed in them."""
    return {
        "inside_form": InsideForm(initial={"steps": AFTER, "text": TEXT}, auto_id="inside_%s"), "verbs": VERBS,
        "raisable": OFFERS,
        "inside": [
            Shown("steps", "Steps", lines_markup(STEPS, AFTER, day), wide=True),
            Shown("text", "Text", rich(TEXT), wide=True),
        ],
    }  # fmt: skip


def _changes() -> list[Change]:
    return [
        Change("Steps", "", "", lines_changed(STEPS, BEFORE, AFTER, {})),
        Change("Text", "", "", text_changed(OLD_TEXT, TEXT)),
    ]


def specimens() -> dict[str, Any]:
    typed = {"title": "Answer complaints quickly", "number": "many", "good_is": "most"}
    form = SpecimenForm(typed, auto_id="specimen_%s")
    form.is_valid()
    return {
        "tones": TONES, "table": _table(), "form": form, "facts": _facts(), "matrix": _matrix(), "entries": _entries(),
        "sha": SHA, **inside(),
    }  # fmt: skip


def _table() -> Table:
    heads = [
        Head("number", "Number", "key", "#main", "descending"), Head("title", "Title", "title", "#main"),
        Head("state", "State", "state"), Head("value", "Value", "number"), Head("owner", "Owner", "text"),
    ]  # fmt: skip
    rows = [
        ("CAPA-2026-0007", "Seal width out of limits on line 2", badge("In review", "busy"), "1,204.5", "Aino Laine"),
        ("CAPA-2026-0006", "Label printer skips the batch number", badge("Closed", "good"), "18", "Tomás Ribeiro"),
        ("CAPA-2026-0005", "Raised twice", badge("Void", "bad"), "0", "Marta Kovač"),
    ]
    return Table(heads, body_of(heads, rows))


def _facts() -> list[Shown]:
    return [
        Shown("measure", "How it is measured", "Median days from receipt to answer"), Shown("target", "Target", "10"),
        Shown("unit", "Unit", "days"), Shown("why", "Why it matters", LONG, True),
    ]  # fmt: skip


def _matrix() -> dict[str, Any]:
    words = {"good": "proved", "warn": "paper only", "bad": "missing", "calm": "not needed"}
    tones = {
        "8.2.1 Feedback": ("good", "warn"), "8.2.4 Internal audit": ("bad", "good"), "7.5.5 Sterile": ("calm", "calm"),
    }  # fmt: skip
    rows = [
        {"label": label, "cells": [{"tone": tone, "word": words[tone], "url": ""} for tone in given]}
        for label, given in tones.items()
    ]
    return {"columns": ["Tampere", "Porto"], "rows": rows}


def _entries() -> list[Entry]:
    at = dt.datetime(2026, 3, 4, 9, 30, 12, tzinfo=dt.UTC)
    told = Entry(5, at, "Aino Laine", "", "Edited", "After the audit", _changes(), "", False, "ui", SHA)
    made: list[Entry] = [told]
    shapes: tuple[tuple[str, str, str, str, bool], ...] = (
        ("Approve", "Marta Kovač", "", "Approval", False),
        ("Send back", "Marta Kovač", "The unit is missing.", "Rejection", True),
        ("Edited", "Aino Laine", "Tighter", "", False), ("Raised", "Aino Laine", "", "", False),
    )  # fmt: skip
    for back, (title, who, reason, meaning, rejected) in enumerate(shapes):
        changes = [Change("Target", "12", "10"), Change("Unit", "weeks", "days")] if title == "Edited" else []
        made.append(
            Entry(4 - back, at - dt.timedelta(days=back), who, "", title, reason, changes, meaning, rejected, "ui", SHA)
        )
    return made
