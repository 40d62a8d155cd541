"""Cleaning: one closed form for any text, and nothing in it that could act."""

import re
import time

import pytest
from hypothesis import given, settings

from gemba.kernel.richtext.allowed import LINK_REL, MAX_HTML
from gemba.kernel.richtext.cleaning import clean, shown
from gemba.kernel.richtext.parsing import RichTextError
from tests.richtext.hostile import PAYLOADS, SCRIPTS, TEMPLATES
from tests.richtext.inspection import faults
from tests.richtext.making import HTML


def test_the_hostile_corpus_is_broad() -> None:
    """FIL-01: at least sixty ways to smuggle something in."""
    assert len(set(PAYLOADS)) >= 60


@pytest.mark.parametrize("payload", PAYLOADS)
def test_web_03_hostile_text_is_inert_after_cleaning(payload: str) -> None:
    """WEB-02, WEB-03, FIL-01: only allowed tags, attributes and addresses remain, alone and within other text."""
    for html in (payload, f"<p>before</p>{payload}<p>after</p>", f"<table><tr><td>{payload}</td></tr></table>"):
        assert faults(clean(html)) == []


@pytest.mark.parametrize("payload", SCRIPTS)
def test_a_page_guards_itself_against_text_stored_without_cleaning(payload: str) -> None:
    """WEB-03: sanitised on output too."""
    assert faults(shown(payload)) == []


@pytest.mark.parametrize("payload", TEMPLATES)
def test_fil_12_template_syntax_stays_literal(payload: str) -> None:
    """FIL-12: every sign of it is kept, none of it means anything."""
    assert clean(payload) == payload.replace("&quot;", '"')


@given(HTML)
@settings(max_examples=400, deadline=None)
def test_any_html_has_one_closed_form(html: str) -> None:
    """M43: cleaning what is clean changes nothing, so a revision's digest depends on its content alone."""
    once = clean(html)
    assert clean(once) == once
    assert shown(once) == once
    assert faults(once) == []


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("<b>a</b><i>b</i>", "<p><strong>a</strong><em>b</em></p>"),
        ("<div>a</div><div>b<br>c</div>", "<p>a</p><p>b<br>c</p>"),
        ("<strong><p>a</p><p>b</p></strong>", "<p><strong>a</strong></p><p><strong>b</strong></p>"),
        ("<ul><li>a<li>b<ul><li>c</ul></ul>",
         "<ul><li><p>a</p></li><li><p>b</p><ul><li><p>c</p></li></ul></li></ul>"),
        ("<ol type=a start=3><li>x</ol>", '<ol start="3" type="a"><li><p>x</p></li></ol>'),
        ("<table><tr><th>a<th>b<tr><td colspan=9>c</table>",
         ("<table><thead><tr><th><p>a</p></th><th><p>b</p></th></tr></thead>"
          '<tbody><tr><td colspan="2"><p>c</p></td></tr></tbody></table>')),
        ("<p>a <ins>b</ins> <del>c</del></p>", "<p>a <u>b</u> <s>c</s></p>"),
        ("<p>a<u></u></p><p> </p>", "<p>a</p>"),
        ("<pre>\n a\n  b\n</pre>", "<pre><code> a\n  b</code></pre>"),
    ],
)  # fmt: skip
def test_the_same_content_is_written_the_same_way(written: str, kept: str) -> None:
    """M43: whatever editor or program wrote it."""
    assert clean(written) == kept


def test_headings_get_names_and_links_to_them_follow() -> None:
    """M44: a place in a document can be pointed to."""
    html = clean('<h2 id="_Toc1">2 Scope</h2><h2>2 Scope</h2><p><a href="#_Toc1">a</a> <a href="#gone">b</a></p>')
    assert 'h2 id="s-2-scope"' in html
    assert 'h2 id="s-2-scope-2"' in html
    assert f'<a href="#s-2-scope" rel="{LINK_REL}">a</a> b' in html


def test_gaps_to_be_filled_survive_cleaning_and_other_highlights_do_not() -> None:
    """M54: a starter text shows what the company must still say."""
    html = '<p><mark data-gap="role of the owner">somebody</mark>, <mark>yellow</mark></p>'
    assert clean(html) == '<p><mark data-gap="role of the owner">somebody</mark>, yellow</p>'


def test_bidirectional_overrides_cannot_make_a_text_show_other_than_it_is_stored() -> None:
    """WEB-03: what a person signs is what stands there."""
    assert clean("<p>pay \u202e001\u202c now</p>") == "<p>pay 001 now</p>"


@pytest.mark.parametrize("html", ["x" * (MAX_HTML + 1), "<ul><li>" * 5_000, "<p " + "a=1 " * 20_000 + ">x</p>"])
def test_a_paste_beyond_a_documents_limits_is_refused_with_a_sentence(html: str) -> None:
    """FIL-06: not parsed for minutes, not cut off in silence."""
    started = time.monotonic()
    with pytest.raises(RichTextError, match=r"^The text .*\.$"):
        clean(html)
    assert time.monotonic() - started < 10


def test_lists_deeper_than_anybody_reads_keep_their_text() -> None:
    """M47: what is too deep is flattened, not lost."""
    html = clean("<ul><li>" * 40 + "innermost")
    assert "innermost" in html
    assert len(re.findall("<ul>", html)) == 12
