"""Tags that stand for markup which many pages have alike."""

import pytest
from django.template import Context, Template, TemplateSyntaxError

from gemba.kernel.types import registry
from gemba.web.acts import SECURITY, act_words, security_words


def drawn(source: str, **given: object) -> str:
    return Template("{% load i18n gemba %}" + source).render(Context(given))


def test_a_table_says_its_caption_and_the_kind_of_each_column() -> None:
    """WCAG: roles stay when a narrow screen makes cards of the rows; a hidden head is for those who listen."""
    shown = drawn('{% table _("Late ones") key=_("Number") _("Duty = what") hidden=_("Open") %}<tr></tr>{% endtable %}')
    assert shown == (
        '<div class="table"><table class="stacks" role="table"><caption class="visually-hidden">Late ones</caption>'
        '<thead role="rowgroup"><tr role="row"><th role="columnheader" scope="col" class="key">Number</th>'
        '<th role="columnheader" scope="col">Duty = what</th>'
        '<th role="columnheader" scope="col"><span class="visually-hidden">Open</span></th></tr></thead>'
        '<tbody role="rowgroup"><tr></tr></tbody></table></div>'
    )


def test_what_people_typed_is_text_in_captions_and_heads() -> None:
    """SEC: a caption may be the title of a record."""
    shown = drawn("{% table title key=title %}{{ title }}{% endtable %}", title="<b>Clip</b>")
    assert "<b>" not in shown
    assert shown.count("&lt;b&gt;Clip&lt;/b&gt;") == 3
    assert "<caption" not in drawn('{% table "" _("Duty") %}{% endtable %}')


def test_a_table_without_its_end_is_refused() -> None:
    """M107: a mistake in a template is found when it is read, not when it is shown."""
    with pytest.raises(TemplateSyntaxError):
        Template('{% load gemba %}{% table "" "Duty" %}')


def test_the_way_back_leads_over_named_pages() -> None:
    """M107: each step of the way is a link."""
    shown = drawn('{% crumbs_to "people" _("People") "personal_data" _("Personal data") %}')
    assert shown.count("<a href=") == 2
    assert shown.index(">People</a>") < shown.index(">Personal data</a>")


@pytest.mark.parametrize(
    ("act", "words"),
    [
        ("objective.raise", "Quality objective: Raised"), ("objective.approve", "Quality objective: Approve"),
        ("log.seal", "Audit trail sealed"), ("grant.add", "Role: Given"), ("site.add", "Site: Add"),
        ("person.invite", "Person: Invited to sign in"), ("unheard-of.act_done", "Unheard of act done"),
    ],
)  # fmt: skip
def test_an_act_of_the_trail_is_said_in_words(act: str, words: str) -> None:
    """AUD-09: who reviews the trail reads no keys."""
    assert act_words(act) == words


def test_every_step_of_every_kind_has_words() -> None:
    """AUD-09: no kind of record is left to its key."""
    for declared in registry:
        for step in declared.lifecycle.transitions:
            said = act_words(f"{declared.kind}.{step.name}")
            assert said.endswith(f": {step.label}"), said


def test_security_events_are_said_in_words() -> None:
    """AUD-09: an unknown one is readable still."""
    assert security_words("denied") == "Address denied"
    assert security_words("kettle.boiled-over") == "Kettle boiled over"
    assert all("." not in security_words(what) for what in SECURITY)
