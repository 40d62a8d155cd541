"""Reviews of the trail, of rights and of backups; the trail as a table. AUD-08, AUD-09, AUT-14, AUT-15, DUR-10."""

import csv
import datetime as dt
import io
import json
from typing import Any

import pytest
import time_machine
from django.conf import settings as active
from django.test import Client
from pytest_django import Settings

from gemba.export.tables import write_csv
from gemba.kernel import clock
from gemba.kernel.access.viewer import seeing, seeing_everything
from gemba.kernel.actions.verbs import Do
from gemba.kernel.actions.write import Edit, Raise
from gemba.kernel.backup.noted import DRILLED, note
from gemba.kernel.people.models import Person
from gemba.kernel.refusals import Refused
from gemba.kernel.roles import Role
from gemba.kernel.trail.models import Event, SecurityEvent
from gemba.kernel.trail.timekeeping import note_step
from gemba.modules.systemreview.exporting import trail_of
from gemba.modules.systemreview.gathering import shared_logins
from gemba.modules.systemreview.jobs import due_reviews, next_due, raise_due
from gemba.modules.systemreview.late import late_between
from gemba.modules.systemreview.models import SystemReview
from tests.kernel.people import access, as_, person
from tests.kernel.samples import again, raised, signed
from tests.web.seed import session_of

pytestmark = pytest.mark.django_db
About = SystemReview.About
DAY = dt.timedelta(days=1)


@pytest.fixture
def quality(db: None) -> Person:
    return person("Aino", Role.QUALITY)


def client_of(who: Person) -> Client:
    made = Client()
    made.cookies[active.SESSION_COOKIE_NAME] = session_of(who)
    return made


def review(who: Person, about: str, **values: Any) -> SystemReview:
    given = {"title": "Review", "about": about, "event_date": clock.today(), **values}
    return Raise(model=SystemReview, values=given, **as_(who)).execute()


def looked(record: SystemReview, who: Person) -> SystemReview:
    Do(record=record, name="gather", **as_(who)).execute()
    found: SystemReview = again(record)
    return found


def confirmed(record: SystemReview, who: Person) -> SystemReview:
    concluded = Edit(record=record, values={"conclusion": "As it should be."}, **as_(who)).execute()
    done: SystemReview = signed(concluded, "confirm", who)
    return done


def shown(record: SystemReview) -> dict[str, tuple[str, str]]:
    return {line["what"]: (line["found"], line["look"]) for line in record.shown}


def test_aud_08_a_review_of_the_trail_is_a_signed_record(quality: Person) -> None:
    """AUD-08: what was looked at is kept with it, the signature covers it, the review is an event itself."""
    raised(quality)
    SecurityEvent.objects.create(what="refused", person=quality)
    record = review(quality, About.TRAIL)
    with pytest.raises(Refused, match="Look now"):
        signed(Edit(record=record, values={"conclusion": "x"}, **as_(quality)).execute(), "confirm", quality)
    record = looked(again(record), quality)
    lines = shown(record)
    assert lines["Done: Quality objective: Raised"] == ("1", "")
    assert lines["By Aino"][0].isdigit()
    assert lines["Security: Act refused"] == ("1", "Look at each of them.")
    done = confirmed(record, quality)
    assert done.state == "done"
    told = json.loads(Event.objects.latest("id").body)
    assert (told["act"], told["sig"]["content"]) == ("systemreview.confirm", done.digest)
    assert done.since == clock.today() - 91 * DAY
    later = looked(review(quality, About.TRAIL, event_date=clock.today() + 3 * DAY), quality)
    assert later.since == clock.today() + DAY, "the next one begins where this one ended"


def test_aut_15_the_access_review_lists_everybody_with_a_right_or_a_way_in(quality: Person) -> None:
    """AUT-15, AUT-16: rights, scope, last sign-in, and what is odd, complete as of the day."""
    person("Left Behind", Role.ENGINEER, valid_to=clock.today() - DAY)
    marta = person("Marta", Role.MANAGEMENT, confidential=True)
    gone = person("Gone", Role.EMPLOYEE)
    gone.ended = clock.today() - DAY
    gone.save(update_fields=["ended"])
    marta.account.last_login = clock.now()
    marta.account.save(update_fields=["last_login"])
    lines = shown(looked(review(quality, About.ACCESS), quality))
    assert set(lines) == {"Aino", "Left Behind", "Marta", "Gone"}
    assert lines["Marta"] == ("Top management with confidential records", "")
    assert lines["Left Behind"] == ("no right", "A login without a right.")
    assert lines["Gone"][1].startswith("Left on")
    assert "Never signed in." in lines["Aino"][1]
    done = confirmed(SystemReview._base_manager.get(), quality)
    assert done.state == "done"


def test_aut_14_a_login_used_in_two_places_at_once_is_flagged(quality: Person) -> None:
    """AUT-14: two addresses within ten minutes; one address, or an hour between, says nothing."""
    shared, travels = person("Shared"), person("Travels")
    now = clock.now()
    for who, minutes, address in (
        (shared, 0, "192.0.2.1"), (shared, 5, "198.51.100.7"), (travels, 0, "192.0.2.1"), (travels, 61, "198.51.100.7"),
        (quality, 0, "192.0.2.1"), (quality, 1, "192.0.2.1"),
    ):  # fmt: skip
        at = now - dt.timedelta(minutes=120 - minutes)
        SecurityEvent.objects.create(what="sign-in", person=who, address=address, at=at)
    assert shared_logins(clock.today()) == {shared.pk}


def test_dur_10_a_drill_is_reviewed_and_signed_with_its_figures(quality: Person) -> None:
    """DUR-10: time, size, loss, recovery and result stand in a signed record; a failed drill asks for a look."""
    record = review(quality, About.RESTORE)
    assert shown(looked(record, quality))["Last drill of restoring"][0] == "never"
    note(DRILLED, {"backup": "one.backup", "bytes": 5, "recovery_seconds": "1.5", "loss_seconds": 60, "result": "no"})
    lines = shown(looked(again(record), quality))
    assert lines["Seconds until everything was back"][0] == "1.5"
    assert lines["Seconds of work that would have been lost"][0] == "60"
    assert lines["Result"] == ("no", "The drill failed.")


def test_aud_08_a_review_that_is_due_stands_in_the_work_list_and_shows_when_it_is_late(
    quality: Person, settings: Settings
) -> None:
    """AUD-08, AUT-15, DUR-10: raised before its day, once; red when it is over; never in a demonstration."""
    today = clock.today()
    assert raise_due(today) == []
    raised(quality)
    assert next_due(About.TRAIL, today) == today + 91 * DAY
    assert raise_due(today + 70 * DAY) == []
    assert [r.about for r in raise_due(today + 80 * DAY)] == [About.TRAIL, About.ACCESS]
    assert raise_due(today + 80 * DAY) == []
    assert [r.about for r in raise_due(today + 170 * DAY)] == [About.RESTORE]
    one = SystemReview._base_manager.get(about=About.TRAIL)
    assert (one.owner, one.due) == (quality, today + 91 * DAY)
    with time_machine.travel(clock.now() + 100 * DAY, tick=True):
        page = client_of(quality).get("/").content.decode()
        assert "1 thing is late" in " ".join(page.split()) or "things are late" in page
        assert one.title in page
    settings.GEMBA_MODE = "demo"
    due_reviews.func()
    assert SystemReview._base_manager.count() == 3


def test_clk_08_the_list_of_late_entries_is_over_every_kind_and_counts_the_days(quality: Person) -> None:
    """CLK-08: from seven days, or as many as asked; nothing that may not be seen; as a table too; the review counts."""
    today = clock.today()
    marta = person("Marta", Role.MANAGEMENT, confidential=True)
    for title, days in (("On time", 0), ("A week", 7), ("Six days", 6), ("=Old", 400), ("To come", -9)):
        raised(quality, title=title, event_date=today - days * DAY, reason="Found in a drawer" if days > 99 else "")
    raised(marta, title="A secret", event_date=today - 50 * DAY, confidential=True)
    review(quality, About.TRAIL, event_date=today - 8 * DAY)
    with seeing(access(quality)):
        found = late_between(today - DAY, today, 7, 100)
    assert [(each.record.title, each.days) for each in found] == [("Review", 8), ("=Old", 400), ("A week", 7)]
    assert [each.reason for each in found] == ["", "Found in a drawer", ""]
    client = client_of(quality)
    text = client.get("/late-entries").content.decode()
    assert ("=Old" in text, "Found in a drawer" in text, "Six days" in text, "A secret" in text) == (
        True, True, False, False,
    )  # fmt: skip
    assert "Six days" in client.get("/late-entries?days=6").content.decode()
    assert "Nothing was entered late" in client.get(f"/late-entries?until={today - 9 * DAY}").content.decode()
    rows = list(csv.reader(io.StringIO(b"".join(client.get("/late-entries?form=csv")).decode("utf-8-sig"))))
    assert [row[5] for row in rows] == ["Days late", "8", "400", "7"]
    assert [row[2] for row in rows] == ["Title", "Review", "'=Old", "A week"]
    for odd in ("days=99999999999&since=0001-01-01", "until=9999-12-31", "until=0001-01-01", "days=-1&since=x%00"):
        assert client.get(f"/late-entries?{odd}").status_code == 200
        assert client.get(f"/audit-trail?{odd}").status_code == 200
    assert client_of(person("Engineer", Role.ENGINEER)).get("/late-entries").status_code == 404
    lines = shown(looked(review(quality, About.TRAIL), quality))
    assert lines["Records entered 7 days or more after it happened"][0] == "4", "also what the reviewer may not see"


def test_aud_09_the_trail_as_a_table_is_complete_and_runs_nothing(quality: Person) -> None:
    """AUD-09, FIL-09: as many rows as events in the database; text that looks like a formula is text."""
    for title in ("=cmd|'/c calc'!A1", "+1", "@x", "plain"):
        raised(quality, title=title, why="=1+1")
    answer = client_of(quality).get("/audit-trail?form=csv")
    rows = list(csv.reader(io.StringIO(b"".join(answer).decode("utf-8-sig"))))
    count = Event.objects.count()
    assert len(rows) == 1 + count + 1
    assert rows[-1][1] == f"{count} of {count} events of the period"
    assert [row[0] for row in rows[1:-1]] == [
        str(pk) for pk in Event.objects.order_by("pk").values_list("pk", flat=True)
    ]
    assert "=cmd|" in rows[1][12]
    assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "@", "-", "\t"))]
    assert b"".join(write_csv(["=1+1", "Name"], [["-2+3"]])).decode("utf-8-sig") == "'=1+1,Name\r\n'-2+3\r\n"


def test_aud_09_what_somebody_may_not_see_is_counted_and_not_shown(quality: Person) -> None:
    """AUD-09, ACL-02: a confidential record's events are left out for others, and the numbers say so."""
    marta = person("Marta", Role.MANAGEMENT, confidential=True)
    raised(marta, confidential=True, title="A secret")
    raised(quality)
    begin, end = clock.now() - DAY, clock.now() + DAY
    with seeing(access(quality)):
        found = trail_of(begin, end)
        assert (found.shown, found.total) == (1, 2)
        assert not any("A secret" in str(row) for row in found.rows())
    with seeing_everything():
        assert trail_of(begin, end).shown == 2


def test_the_screens_are_for_those_who_review(quality: Person) -> None:
    """AUD-09, CLK-02: no trail for working roles; the clock is accepted by quality with a reason."""
    engineer = person("Engineer", Role.ENGINEER)
    assert client_of(engineer).get("/audit-trail").status_code == 404
    client = client_of(quality)
    page = client.get("/audit-trail?since=nonsense&until=2026-13-45").content.decode()
    assert "events from" in page
    assert "never moved" in client.get("/server-clock").content.decode()
    note_step(clock.now() - DAY, clock.now())
    assert client_of(engineer).get("/server-clock").status_code == 404
    refused = client.post("/server-clock", {"reason": " "})
    assert (refused.status_code, "Say why." in refused.content.decode()) == (422, True)
    assert client.post("/server-clock", {"reason": "Set by hand"}).status_code == 302
    assert Event.objects.filter(act="clock.step").count() == 1
