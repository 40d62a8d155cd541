"""Made-up content for the style page: every component, every variant."""

import datetime as dt
from typing import Any

from django import forms

from gemba.web.display import Shown, badge
from gemba.web.forms import DateInput, PlainForm
from gemba.web.tables import Head, Table, body_of
from gemba.web.timeline import Change, Entry

TONES = (("Calm", "calm"), ("Busy", "busy"), ("Good", "good"), ("Look", "warn"), ("Bad", "bad"))
LONG = "Answers that take weeks cost trust, and a reportable event may hide in any of them."
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


def specimens() -> dict[str, Any]:
    typed = {"title": "Answer complaints quickly", "number": "many", "good_is": "most"}
    form = SpecimenForm(typed, auto_id="specimen_%s")
    form.is_valid()
    return {
        "tones": TONES, "table": _table(), "form": form, "facts": _facts(), "matrix": _matrix(), "entries": _entries(),
        "sha": SHA,
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
    made: list[Entry] = []
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
