"""The screens of one record: what it shows, raising, editing, conflicts, files, links, comments and tasks."""

import datetime as dt
import json
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from gemba.kernel import clock
from gemba.kernel.actions.connect import MakeLink
from gemba.kernel.actions.write import Edit, Raise
from gemba.kernel.attachments.models import Attachment
from gemba.kernel.attachments.store import path_of
from gemba.kernel.links.models import Link
from gemba.kernel.notices.models import Comment, Notice, Watch
from gemba.kernel.records.models import Record
from gemba.kernel.tasks.models import Task
from gemba.kernel.trail.models import Event
from gemba.modules.objective.models import Objective
from tests.kernel.people import as_
from tests.web.conftest import SignIn
from tests.web.seed import Company, values

TYPED = {
    "title": "Answer <script>alert(1)</script> quickly", "why": "People wait", "measure": "Median days",
    "direction": "at_most", "target": "10", "unit": "days", "period": "3", "event_date": "2026-03-01",
    "due": "2027-06-30", "late_reason": "Kept on paper until now",
}  # fmt: skip


def address(record: Record, rest: str = "") -> str:
    return f"/records/{record.kind}/{record.number}{rest}"


def text_of(body: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", body).split())


def fresh(record: Objective) -> Objective:
    found: Objective = Objective._base_manager.get(pk=record.pk)
    return found


def test_the_page_says_what_happens_next_and_why_a_step_is_not_open(firm: Company, sign_in: SignIn) -> None:
    """M149: the steps one may take are buttons; the others stand there with the reason."""
    for_manager = text_of(sign_in(firm.manager).get(address(firm.review)).content.decode())
    assert "What happens next" in for_manager
    assert "Send back ✎" in for_manager
    for_quality = text_of(sign_in(firm.quality).get(address(firm.review)).content.decode())
    assert "Approve needs the role Top management." in for_quality
    assert "Approve: Approve" not in for_quality
    assert "Next: Approve, by Top management." in for_quality


def test_the_page_shows_history_signatures_tasks_comments_and_files(firm: Company, sign_in: SignIn) -> None:
    """AUD-05, SIG-08, M151: old and new value, the name signed, the reason, and how often a date was moved."""
    client = sign_in(firm.quality)
    draft = text_of(client.get(address(firm.draft)).content.decode())
    for words in (
        "Target 10 → became 8", "The board asked for less", "moved once, first", "complaints by week.csv",
        "the figures of Porto come on Friday", "Send the complaint dates of Porto",
    ):  # fmt: skip
        assert words in draft
    review = text_of(client.get(address(firm.review)).content.decode())
    assert "Rejection Marta Kovač" in review
    assert "Say how it is counted." in review
    assert "rejection" in review


def test_signatures_show_name_meaning_zone_utc_and_validity(firm: Company, sign_in: SignIn) -> None:
    """SIG-04, 21 CFR 11.50: in words, beside the local time the universal one."""
    page = text_of(sign_in(firm.quality).get(address(firm.pursued)).content.decode())
    assert "Approval Marta Kovač" in page
    assert "Europe/Helsinki" in page
    assert re.search(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC", page)
    assert "valid" in page


def test_a_flagged_objective_says_what_is_amiss(firm: Company, sign_in: SignIn) -> None:
    """M24: pursued, and not measured in its period, until a measurement is linked."""
    client = sign_in(firm.quality)
    assert "Not measured in its period" not in client.get(address(firm.pursued)).content.decode()
    Link.objects.update(ended=timezone.now())
    assert "Not measured in its period" in client.get(address(firm.pursued)).content.decode()


def test_raising_needs_one_page(firm: Company, sign_in: SignIn) -> None:
    """M205: one form, one button; what was typed is shown escaped and in full."""
    client = sign_in(firm.quality)
    answer = client.post("/records/objective/new", {**TYPED, "owner": firm.quality.pk}, follow=True)
    made = Objective._base_manager.latest("pk")
    assert answer.redirect_chain == [(address(made), 302)]
    body = answer.content.decode()
    assert f"{made.number} is raised." in body
    assert "Answer &lt;script&gt;alert(1)&lt;/script&gt; quickly" in body
    assert "<script>alert" not in body


def test_an_exercise_is_marked_everywhere(firm: Company, sign_in: SignIn) -> None:
    """GXP: an exercise has a number of its own series and its mark on page and list."""
    client = sign_in(firm.quality)
    client.post("/records/objective/new", {**TYPED, "owner": firm.quality.pk, "exercise": "on"})
    made = Objective._base_manager.latest("pk")
    assert made.number.startswith("EX-OBJ-")
    assert 'class="exercise">Exercise' in client.get(address(made)).content.decode()
    assert 'class="exercise">Exercise' in client.get("/records/objective/").content.decode()


def test_mistakes_stand_beside_their_fields_and_nothing_typed_is_lost(firm: Company, sign_in: SignIn) -> None:
    """WCAG 3.3.1: a summary that leads to the fields, each with its sentence, and every value kept."""
    client = sign_in(firm.quality)
    answer = client.post("/records/objective/new", {**TYPED, "target": "ten", "owner": firm.quality.pk})
    body = answer.content.decode()
    assert answer.status_code == 422
    assert 'href="#id_target"' in body
    assert 'aria-invalid="true"' in body
    assert "People wait" in body
    assert 'value="ten"' in body


def test_somebody_without_the_role_is_told_before_typing(firm: Company, sign_in: SignIn) -> None:
    """ACL-11: no form that would only be refused, and a forged one is refused."""
    client = sign_in(firm.employee)
    assert "Your roles do not let you raise" in client.get("/records/objective/new").content.decode()
    assert client.post("/records/objective/new", {**TYPED, "owner": firm.employee.pk}).status_code == 403
    for rest in ("/attach", "/assign", "/extend", "/task", "/void", "/edit/0"):
        assert client.get(address(firm.draft, rest)).status_code == 403


def test_clk_08_what_happened_long_ago_is_asked_why_it_is_entered_only_now(firm: Company, sign_in: SignIn) -> None:
    """CLK-08: from thirty days; the answer stands in the history with both days; exercises and new things need none."""
    client, today = sign_in(firm.quality), clock.today()
    given = {**TYPED, "owner": firm.quality.pk, "late_reason": " "}
    assert "late_reason" not in client.get("/records/objective/new").content.decode()
    asked = client.post("/records/objective/new", {**given, "event_date": today - dt.timedelta(days=30)})
    page = asked.content.decode()
    assert (asked.status_code, "say why it is entered only now" in page) == (422, True)
    assert 'name="late_reason"' in page
    for more in ({"event_date": today - dt.timedelta(days=29)}, {"exercise": "on"}):
        assert client.post("/records/objective/new", {**given, **more}).status_code == 302
    told = client.post("/records/objective/new", {**given, "late_reason": "Kept <b>on paper</b>"}, follow=True)
    assert "Kept &lt;b&gt;on paper&lt;/b&gt;" in told.content.decode()
    assert json.loads(Event.objects.latest("id").body)["reason"] == "Kept <b>on paper</b>"


def test_a_section_is_edited_with_a_reason(firm: Company, sign_in: SignIn) -> None:
    """AUD-05: the reason typed on the page stands in the history."""
    client = sign_in(firm.quality)
    given = {"measure": "Median days", "direction": "at_most", "target": "7", "unit": "days", "period": "3"}
    client.post(address(firm.draft, "/edit/1"), {**given, "version": firm.draft.version, "reason": "Agreed in May"})
    page = text_of(client.get(address(firm.draft)).content.decode())
    assert "Agreed in May" in page
    assert fresh(firm.draft).target == 7


def test_con_03_a_stale_edit_shows_both_versions_and_keeps_what_was_typed(firm: Company, sign_in: SignIn) -> None:
    """CON-03: 409, what is stored now beside what was typed, and one button to save after looking."""
    client = sign_in(firm.quality)
    seen = firm.draft.version
    Edit(record=firm.draft, values={"unit": "hours"}, **as_(firm.manager)).execute()
    given = {"measure": "Median days", "direction": "at_most", "target": "8", "unit": "weeks", "period": "3"}
    answer = client.post(address(firm.draft, "/edit/1"), {**given, "version": seen})
    body = answer.content.decode()
    assert answer.status_code == 409
    assert ("hours" in body, 'value="weeks"' in body, "Typed by you" in body) == (True, True, True)
    assert fresh(firm.draft).unit == "hours"
    version = re.search(r'name="version" value="(\d+)"', body)
    assert version
    client.post(address(firm.draft, "/edit/1"), {**given, "version": version[1]})
    assert fresh(firm.draft).unit == "weeks"


def test_fields_closed_in_a_state_cannot_be_forged(firm: Company, sign_in: SignIn) -> None:
    """ACL-05: mass assignment. Columns of other sections and of the spine are ignored, closed sections refused."""
    client = sign_in(firm.quality)
    closed = client.post(address(firm.review, "/edit/1"), {"measure": "x", "direction": "at_most", "target": "1",
                         "unit": "x", "period": "3", "version": firm.review.version})  # fmt: skip
    assert closed.status_code == 422
    client.post(address(firm.draft, "/edit/0"), {"title": "New title", "why": "w", "event_date": "2026-01-01",
                "version": firm.draft.version, "state": "pursued", "number": "X-1", "unit": "forged"})  # fmt: skip
    now = fresh(firm.draft)
    assert (now.title, now.state, now.number, now.unit) == ("New title", "draft", firm.draft.number, "days")


@pytest.mark.parametrize("hostile", ["\0", "x" * 5000, "99999999999999999999999", "-1", "ⅷ", "<!--"])
def test_hostile_values_get_a_sentence_and_never_an_error(firm: Company, sign_in: SignIn, hostile: str) -> None:
    """WEB: whatever is typed anywhere, the answer is a page."""
    client = sign_in(firm.quality)
    given = dict.fromkeys(("title", "why", "event_date", "site", "measure", "target", "unit", "version"), hostile)
    for rest in ("/edit/0", "/edit/1", "/edit/99", "/extend", "/assign", "/task", "/comment", "/step/submit"):
        answer = client.post(address(firm.draft, rest), {**given, "text": hostile, "what": hostile, "due": hostile})
        assert answer.status_code in (302, 404, 409, 422)
    assert client.get("/records/objective/", {"q": hostile, "after": hostile, "sort": hostile}).status_code == 200
    assert client.get("/search", {"q": hostile}).status_code == 200


def test_void_needs_a_reason_and_keeps_the_number(firm: Company, sign_in: SignIn) -> None:
    """GXP-08, M48: the sentence stays in the register."""
    client = sign_in(firm.manager)
    assert client.post(address(firm.draft, "/void"), {"reason": " "}).status_code == 422
    client.post(address(firm.draft, "/void"), {"reason": "Double of OBJ-2026-0002"})
    page = text_of(client.get(address(firm.draft)).content.decode())
    assert "Void since" in page
    assert "Double of OBJ-2026-0002" in page


def test_due_date_and_owner_move_on_the_page(firm: Company, sign_in: SignIn) -> None:
    """M151, GXP-06: the owner asks with a reason, somebody else moves it with one click; the count stays visible."""
    client, other = sign_in(firm.quality), sign_in(firm.manager)
    later, before = timezone.localdate() + dt.timedelta(days=60), fresh(firm.review).due
    dialog = text_of(client.get(address(firm.review, "/extend")).content.decode())
    assert "somebody else decides about a later day" in dialog
    moving = {"due": later.isoformat(), "reason": "Audit first"}
    told = client.post(address(firm.review, "/extend"), moving, follow=True).content.decode()
    assert "Until somebody else agrees" in told
    assert fresh(firm.review).due == before
    asked = Task.objects.get(record_id=firm.review.pk, wanted__isnull=False)
    own, theirs = (each.get(address(firm.review)).content.decode() for each in (client, other))
    assert "Keep the date" in theirs
    assert "Keep the date" not in own
    assert "Audit first" in text_of(other.get("/").content.decode())
    assert asked.what not in client.get("/").content.decode()
    assert client.post(reverse("finish_task", args=[asked.pk])).status_code == 409
    assert other.post(address(firm.review, "/extend"), {"keep": "1", "reason": " "}).status_code == 422
    other.post(address(firm.review, "/extend"), {"keep": "1", "reason": "The audit is in May"})
    assert fresh(firm.review).due == before
    client.post(address(firm.review, "/extend"), moving)
    page = other.get(address(firm.review)).content.decode()
    [form] = re.findall(r'<form method="post" action="[^"]*/extend">.*?</form>', page, re.DOTALL)
    click = dict(re.findall(r'name="(due|reason)" value="([^"]*)"', form))
    other.post(address(firm.review, "/extend"), click)
    client.post(address(firm.review, "/assign"), {"owner": firm.manager.pk, "reason": ""})
    now = fresh(firm.review)
    assert (now.due, now.extensions, now.owner) == (later, 1, firm.manager)


def test_a_file_is_attached_given_out_and_taken_out(firm: Company, sign_in: SignIn) -> None:
    """FIL-01, FIL-14: as an attachment of its true type, never shown as a page of this site."""
    client = sign_in(firm.quality)
    upload = SimpleUploadedFile("../../run me.html", b"<html><script>alert(1)</script></html>", "image/png")
    answer = client.post(address(firm.draft, "/attach"), {"file": upload}, follow=True)
    assert "run me.html" in answer.content.decode()
    stored = Attachment.objects.get(name="run me.html")
    given = client.get(f"/files/{stored.uid}")
    assert b"".join(given.streaming_content).startswith(b"<html>")  # type: ignore[attr-defined]
    assert given["Content-Disposition"] == 'attachment; filename="run me.html"'
    assert given["X-Content-Type-Options"] == "nosniff"
    assert given["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert (given["Content-Length"], given["Cache-Control"]) == ("38", "no-store, private")
    client.post(address(firm.draft, f"/files/{stored.uid}/out"), {"reason": "Wrong file"})
    stored.refresh_from_db()
    assert stored.removed
    assert client.get(f"/files/{stored.uid}").status_code == 200


def test_fil_13_without_a_scanner_the_pages_say_that_nothing_was_scanned(firm: Company, sign_in: SignIn) -> None:
    """FIL-13: where a file is given and where it is taken; it is a download that no browser runs."""
    client = sign_in(firm.quality)
    assert "does not scan it for viruses" in text_of(client.get(address(firm.draft, "/attach")).content.decode())
    harmless = "X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + "EICAR-STANDARD-ANTIVIRUS-" + "TEST-FILE!$H+H*"
    upload = SimpleUploadedFile("eicar.com.txt", harmless.encode())
    page = client.post(address(firm.draft, "/attach"), {"file": upload}, follow=True).content.decode()
    assert "Not scanned for viruses by Gemba." in text_of(page)
    given = client.get(f"/files/{Attachment.objects.get(name='eicar.com.txt').uid}")
    assert given["Content-Disposition"].startswith("attachment;")
    assert (given["X-Content-Type-Options"], "sandbox" in given["Content-Security-Policy"]) == ("nosniff", True)


def test_acl_03_a_file_of_a_hidden_record_is_not_there(firm: Company, sign_in: SignIn) -> None:
    """ACL-03: nor is a file reached through a record it does not belong to."""
    uid = Attachment.objects.get(record=firm.draft).uid
    assert sign_in(firm.administrator).get(f"/files/{uid}").status_code == 404
    assert sign_in(firm.quality).post(address(firm.review, f"/files/{uid}/out"), {"reason": "x"}).status_code == 404


def test_a_changed_file_is_refused_at_download(firm: Company, sign_in: SignIn) -> None:
    """TMP-19: the bytes are hashed again before they are given out."""
    stored = Attachment.objects.get(record=firm.draft)
    path = path_of(stored.blob_id)
    path.chmod(0o600)
    path.write_bytes(b"week,count\n1,4\n2,6\n")
    answer = sign_in(firm.quality).get(f"/files/{stored.uid}")
    assert answer.status_code == 409
    assert "not given out" in answer.content.decode()


def test_links_are_made_shown_both_ways_and_looked_at_again(firm: Company, sign_in: SignIn) -> None:
    """M24, M46: by number; a changed far end makes the link suspect until somebody looks."""
    client = sign_in(firm.quality)
    made = client.post(address(firm.measurement, "/link"), {"role": "measures", "to": firm.draft.number.lower()})
    assert made.status_code == 302
    assert "measured by" in client.get(address(firm.draft)).content.decode()
    Edit(record=firm.draft, values={"unit": "hours"}, **as_(firm.quality)).execute()
    page = client.get(address(firm.measurement)).content.decode()
    assert "It changed since somebody looked." in page
    link = Link.objects.get(source=firm.measurement, target=firm.draft)
    seen = fresh(firm.draft).digest
    assert client.post(address(firm.measurement, f"/links/{link.pk}/look"), {"seen": "0" * 64}).status_code == 409
    client.post(address(firm.measurement, f"/links/{link.pk}/look"), {"seen": seen})
    assert "It changed since" not in client.get(address(firm.measurement)).content.decode()
    client.post(address(firm.measurement, f"/links/{link.pk}/end"), {"reason": "Wrong objective"})
    assert "measured by" not in client.get(address(firm.draft)).content.decode()


def test_a_link_to_what_one_may_not_see_is_refused_like_one_to_nothing(firm: Company, sign_in: SignIn) -> None:
    """ACL-03: the same sentence."""
    client = sign_in(firm.quality)
    bodies = [
        client.post(address(firm.measurement, "/link"), {"role": "measures", "to": number}).content.decode()
        for number in ("OBJ-2026-9999", "nonsense")
    ]
    assert all("There is no such record that you may see." in body for body in bodies)


def test_a_comment_tells_the_people_it_names(firm: Company, sign_in: SignIn) -> None:
    """M204: they find it under notices; what is seen is marked by a button, not by looking."""
    client = sign_in(firm.quality)
    client.post(address(firm.review, "/comment"), {"text": "@Tomás Ribeiro please <b>count</b>"})
    assert Comment.objects.filter(record=firm.review).count() == 1
    assert "please &lt;b&gt;count" in client.get(address(firm.review)).content.decode()
    theirs = sign_in(firm.employee)
    assert "mentioned you" in theirs.get("/notices").content.decode()
    assert Notice.objects.filter(person=firm.employee, seen_at=None).exists()
    theirs.post("/notices/seen")
    assert not Notice.objects.filter(person=firm.employee, seen_at=None).exists()


def test_tasks_are_asked_for_and_done_from_my_work(firm: Company, sign_in: SignIn) -> None:
    """M154: whose it is sees it first; of a hidden record it is not there."""
    task = Task.objects.get(record=firm.draft)
    theirs = sign_in(firm.employee)
    assert task.what in theirs.get("/").content.decode()
    assert sign_in(firm.administrator).post(f"/tasks/{task.pk}").status_code == 404
    theirs.post(f"/tasks/{task.pk}", {"from": "home"})
    assert task.what not in text_of(theirs.get("/").content.decode()).replace(f"Done: {task.what}", "")
    sign_in(firm.quality).post(address(firm.draft, "/task"), {"what": "Look again", "person": firm.employee.pk})
    assert Task.objects.filter(what="Look again", person=firm.employee).exists()


def test_watching_can_be_begun_and_ended(firm: Company, sign_in: SignIn) -> None:
    """M204: by everybody who may read."""
    client = sign_in(firm.employee)
    client.post(address(firm.draft, "/watch"), {"watch": "yes"})
    assert Watch.objects.filter(record=firm.draft, person=firm.employee).exists()
    assert firm.draft.title in client.get("/").content.decode()
    client.post(address(firm.draft, "/watch"), {"watch": "no"})
    assert not Watch.objects.filter(record=firm.draft, person=firm.employee).exists()


def test_the_whole_history_can_be_paged(firm: Company, sign_in: SignIn) -> None:
    """AUD-05: by key, to the first event."""
    client = sign_in(firm.quality)
    for index in range(40):
        Edit(record=fresh(firm.draft), values={"target": 10 + index}, **as_(firm.quality)).execute()
    numbers: list[int] = []
    url = address(firm.draft, "/history")
    while url:
        body = client.get(url).content.decode()
        numbers += [int(n) for n in re.findall(r"· #(\d+)", body)]
        older = re.search(r'href="(\?before=\d+)"', body)
        url = address(firm.draft, f"/history{older[1]}") if older else ""
    assert numbers == list(range(Event.objects.filter(record=firm.draft).count(), 0, -1))


def test_the_short_address_on_paper_leads_to_the_record(firm: Company, sign_in: SignIn) -> None:
    """M44: the number alone is an address; of a hidden record it leads nowhere."""
    assert sign_in(firm.quality).get(f"/r/{firm.draft.number}")["Location"] == address(firm.draft)
    assert sign_in(firm.administrator).get(f"/r/{firm.draft.number}").status_code == 404


def test_a_link_names_the_far_end_in_the_history_only_to_those_who_may_see_it(firm: Company, sign_in: SignIn) -> None:
    """ACL-03: the history of a visible record must not tell of a hidden one."""
    hidden = _confidential(firm)
    MakeLink(record=firm.measurement, role="measures", to=hidden, **as_(firm.quality)).execute()
    page = sign_in(firm.employee).get(address(firm.measurement)).content.decode()
    assert hidden.number not in page
    assert hidden.title not in page
    assert "a record you may not see" in page


def _confidential(firm: Company) -> Objective:
    given = values(0, title="Secret aim", confidential=True)
    return Raise(model=Objective, values=given, **as_(firm.quality)).execute()
