"""Verbs, panels, screens and offers of a module, on the pages that the kernel makes for them."""

import re
from copy import copy
from dataclasses import replace
from types import SimpleNamespace
from typing import Any, cast

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import override_settings

from gemba.kernel.access.viewer import seeing_everything
from gemba.kernel.actions.advance import Void
from gemba.kernel.actions.write import Edit
from gemba.kernel.attachments.models import Attachment
from gemba.kernel.checks import problems
from gemba.kernel.links.models import Link
from gemba.kernel.trail.models import Event
from gemba.kernel.types import DeclarationError, RecordType
from gemba.web import parts as web_parts
from gemba.web.views.screens import screen_patterns
from tests.kernel.people import as_
from tests.sample.models import Offshoot
from tests.sample.record import trial as trial_type
from tests.web.conftest import SignIn
from tests.web.sample_world import address, fresh, trial, typed
from tests.web.seed import Company
from tests.web.test_record_screens import text_of


def test_verbs_stand_in_the_box_of_what_happens_next(firm: Company, sign_in: SignIn) -> None:
    """M149: what one may do is a button; what one may not do says why."""
    record = trial(firm.quality)
    body = sign_in(firm.quality).get(address(record)).content.decode()
    assert f'href="{address(record, "/do/try_again")}"' in body
    assert "Branch off: Try it first, Aino Laine." in text_of(body)
    theirs = text_of(sign_in(firm.auditor).get(address(record)).content.decode())
    assert "Try again: Your roles do not let you do this here." in theirs
    assert "Branch off" not in theirs


def test_a_verb_asks_for_what_it_needs_and_is_one_event(firm: Company, sign_in: SignIn) -> None:
    """M149, AUD-01: values, a file and the reason; the record says so afterwards."""
    record, client = trial(firm.quality), sign_in(firm.quality)
    page = client.get(address(record, "/do/try_again")).content.decode()
    assert 'enctype="multipart/form-data"' in page
    sent = {
        "times": "3", "checker": firm.manager.pk, "kept": "on", "reason": "It was raining", "seen_version": "1",
        "picture": SimpleUploadedFile("box.txt", b"square"), **typed("causes", {"why": "Rain"}, {"why": "Wind"}),
    }  # fmt: skip
    answer = client.post(address(record, "/do/try_again"), sent)
    assert answer["Location"] == address(record)
    now = fresh(record)
    assert (now.tries, now.checker, now.causes) == (3, firm.manager, [{"why": "Rain"}, {"why": "Wind"}])
    assert Attachment.objects.filter(record=record, name="box.txt").exists()
    last = Event.objects.filter(record=record).order_by("-seq")[0]
    assert (last.act, "It was raining" in last.body) == ("trial.try", True)


def test_a_verb_refused_shows_its_page_with_everything_typed(firm: Company, sign_in: SignIn) -> None:
    """M47: mistakes of the form and of the verb itself stand beside the field; nothing is written."""
    record, client = trial(firm.quality), sign_in(firm.quality)
    url = address(record, "/do/try_again")
    for sent, sentence in (
        ({"times": "-1", "reason": "Why"}, "Ensure this value is greater than or equal to 0."),
        ({"times": "10", "reason": "Why"}, "Nine tries at once are the most."),
        ({"times": "2", "reason": " "}, "This field is required."),
    ):
        answer = client.post(url, {**sent, **typed("causes", {"why": "Kept words"})})
        body = answer.content.decode()
        assert (answer.status_code, sentence in body, "Kept words" in body) == (422, True, True)
    assert fresh(record).tries == 0


def test_a_verb_built_on_an_older_version_says_so_and_loses_nothing(firm: Company, sign_in: SignIn) -> None:
    """CON-03: somebody else changed the record meanwhile; sent again, it is done to what stands now."""
    record, client = trial(firm.quality), sign_in(firm.quality)
    Edit(record=record, values={"title": "Fold a bag"}, **as_(firm.quality)).execute()
    url, sent = address(record, "/do/try_again"), {"times": "1", "reason": "Typed long ago", "seen_version": "1"}
    answer = client.post(url, sent)
    body = answer.content.decode()
    assert (answer.status_code, "changed by somebody else" in body, "Typed long ago" in body) == (409, True, True)
    seen = re.search(r'name="seen_version" value="(\d+)"', body)
    assert seen
    client.post(url, {**sent, "seen_version": seen[1]})
    assert fresh(record).tries == 1


def test_a_verb_leads_to_the_record_it_made(firm: Company, sign_in: SignIn) -> None:
    """M46: raised and linked in one act."""
    record, client = trial(firm.quality), sign_in(firm.quality)
    client.post(address(record, "/do/try_again"), {"reason": "Once"})
    answer = client.post(address(record, "/do/branch"))
    made = Offshoot._base_manager.get()
    assert answer["Location"] == address(made)
    assert Link.objects.filter(source=made, target=record, role="from_trial").exists()


def test_a_verb_one_may_not_use_is_refused_and_an_unknown_one_is_not_there(firm: Company, sign_in: SignIn) -> None:
    """ACL-11: a forged request meets the same sentence as the button."""
    record = trial(firm.quality)
    url = address(record, "/do/try_again")
    assert sign_in(firm.employee).post(url, {"reason": "x"}).status_code == 403
    assert sign_in(firm.auditor).post(url, {"reason": "x"}).status_code == 403
    assert sign_in(firm.administrator).post(url, {"reason": "x"}).status_code == 404
    assert sign_in(firm.quality).post(address(record, "/do/nothing")).status_code == 404
    assert sign_in(firm.quality).post(address(record, "/do/branch")).status_code == 409


def test_a_form_with_a_table_opens_as_a_page_even_from_a_dialog(firm: Company, sign_in: SignIn) -> None:
    """M149: a table needs room."""
    url = address(trial(firm.quality), "/do/try_again")
    answer = sign_in(firm.quality).get(url, headers={"HX-Request": "true"})
    assert (answer.status_code, answer["HX-Redirect"]) == (204, url)


def test_panels_show_what_the_module_computed(firm: Company, sign_in: SignIn) -> None:
    """M149: in their place, on every other kind's page too where so declared; nothing where there is nothing."""
    record, client = trial(firm.quality), sign_in(firm.quality)
    assert "Tally" not in client.get(address(record)).content.decode()
    Edit(record=record, fixed={"tries": 2}, **as_(firm.quality)).execute()
    body = client.get(address(record)).content.decode()
    assert ('id="panel-tally"' in body, "Beside everything" in body) == (True, False)
    other = text_of(client.get(address(firm.draft)).content.decode())
    assert f"Beside everything {firm.draft.number} / Aino Laine" in other


def test_a_panel_that_fails_takes_nothing_with_it(
    firm: Company, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    """GXP: the page stands, the panel says that it could not be shown; a test fails with it."""
    record, client = trial(firm.quality), sign_in(firm.quality)

    def failing(_record: object, _access: object) -> None:
        raise ZeroDivisionError

    broken = replace(trial_type.panels[0], context=failing)
    monkeypatch.setattr(web_parts, "panels_of", lambda _declared: [broken])
    with pytest.raises(ZeroDivisionError):
        client.get(address(record))
    with override_settings(GEMBA_MODE="production"):
        body = client.get(address(record)).content.decode()
    assert "This part could not be shown." in body
    assert "Comments" in body


def test_screens_stand_at_their_address_for_their_roles(firm: Company, sign_in: SignIn) -> None:
    """ACL-11: 404 to everybody else, as if they were not there."""
    record = trial(firm.quality)
    for url in ("/trials/board", address(record, "/sheet")):
        answer = sign_in(firm.quality).get(url)
        assert (answer.status_code, record.number in answer.content.decode()) == (200, True)
        assert sign_in(firm.administrator).get(url).status_code == 404
    assert sign_in(firm.auditor).get("/trials/board").status_code == 404
    assert sign_in(firm.auditor).get(address(record, "/sheet")).status_code == 200
    assert sign_in(firm.quality).get(address(firm.draft, "/sheet")).status_code == 404


def test_screens_stand_in_the_menu_the_overview_and_the_palette(firm: Company, sign_in: SignIn) -> None:
    """M149: of those who may open them, and of nobody else."""
    mine, theirs = sign_in(firm.quality), sign_in(firm.auditor)
    for url in ("/records/", "/search/jump?q=trial+board"):
        assert '<a href="/trials/board"' in mine.get(url).content.decode()
        assert "/trials/board" not in theirs.get(url).content.decode()
    assert 'href="/trials/board"' in mine.get("/").content.decode()


def test_an_offer_raises_a_record_already_linked(firm: Company, sign_in: SignIn) -> None:
    """M46: site and confidence carry over; the link is an event of the new record."""
    record = trial(firm.quality, site=firm.site, confidential=True)
    client = sign_in(firm.quality)
    page = client.get(address(record)).content.decode().replace("&amp;", "&")
    offered = f"/records/offshoot/new?role=from_trial&from={record.number}"
    assert (f'href="{offered}"' in page, "Raise an offshoot" in page) == (True, True)
    form = client.get(offered).content.decode()
    assert f"Comes from: {record.number} Fold a box" in text_of(form)
    assert f'<option value="{firm.site.pk}" selected>' in form
    client.post(offered, {"title": "Crease", "site": firm.site.pk, "confidential": "on", "owner": firm.quality.pk})
    made = Offshoot._base_manager.get()
    assert (made.site, made.confidential, made.exercise) == (firm.site, True, False)
    assert Link.objects.filter(source=made, target=record, role="from_trial").count() == 1
    acts = list(Event.objects.filter(record=made).order_by("seq").values_list("act", flat=True))
    assert acts == ["offshoot.raise", "offshoot.link"]


def test_an_exercise_leads_to_exercises(firm: Company, sign_in: SignIn) -> None:
    """GXP: whatever the form sends."""
    record = trial(firm.quality, exercise=True)
    offered = f"/records/offshoot/new?role=from_trial&from={record.number}"
    sign_in(firm.quality).post(offered, {"title": "Crease", "owner": firm.quality.pk})
    made = Offshoot._base_manager.get()
    assert (made.exercise, made.number[:7]) == (True, "EX-OFF-")


def test_nothing_is_offered_from_what_is_void_nor_to_those_who_may_not(firm: Company, sign_in: SignIn) -> None:
    """ACL-11, M48: and a forged address is refused."""
    record = trial(firm.quality)
    assert "Raise an offshoot" not in sign_in(firm.manager).get(address(record)).content.decode()
    with seeing_everything():
        Void(record=record, reason="Twice", **as_(firm.quality)).execute()
    client = sign_in(firm.quality)
    assert "Raise an offshoot" not in client.get(address(record)).content.decode()
    offered = f"/records/offshoot/new?role=from_trial&from={record.number}"
    answer = client.post(offered, {"title": "Crease", "owner": firm.quality.pk})
    assert (answer.status_code, "is void" in answer.content.decode()) == (422, True)
    assert not Offshoot._base_manager.exists()


@pytest.mark.parametrize("query", ["role=from_trial&from=TRI-2026-9999", "role=other&from={}", "from=%00", "from={}"])
def test_an_origin_that_one_may_not_see_or_that_does_not_fit_is_not_there(
    firm: Company, sign_in: SignIn, query: str
) -> None:
    """ACL-03: the same 404 for hidden, missing and unfitting."""
    query = query.format(firm.measurement.number)
    assert sign_in(firm.quality).get(f"/records/offshoot/new?{query}").status_code == 404


@pytest.mark.parametrize(
    ("path", "sentence"),
    [
        ("trials/board", "both stand at 'trials/board'"), ("records/trials", "pages of its own"),
        ("", "pages of its own"),
    ],
)  # fmt: skip
def test_a_screen_that_nobody_could_reach_stops_the_start(path: str, sentence: str) -> None:
    """M33: two at one address, or one behind a page of the kernel's own."""
    twice = SimpleNamespace(kind="other", screens=(replace(trial_type.screens[0], path=path),))
    with pytest.raises(DeclarationError, match=sentence):
        list(screen_patterns([trial_type, cast("RecordType[Any]", twice)]))


def test_the_parts_of_a_declaration_are_checked_at_the_start() -> None:
    """M33: names of the kernel's own actions, addresses of its pages, lists without room for a table."""
    assert problems(trial_type) == []
    wrong = copy(trial_type)
    for name, value in (
        ("verbs", (replace(trial_type.verbs[0], name="events"),)), ("columns", ("steps",)),
        ("screens", (replace(trial_type.screens[1], path="history"),)),
    ):  # fmt: skip
        object.__setattr__(wrong, name, value)
    found = " ".join(problems(wrong))
    for sentence in ("the verb 'events' has the name", "'steps' holds a table", "'sheet' has the address"):
        assert sentence in found
