"""Links between records: declared, both ways, suspect when the far end says something else."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from gemba.kernel.actions.advance import Void
from gemba.kernel.actions.connect import EndLink, LookAgain, MakeLink
from gemba.kernel.actions.write import Edit
from gemba.kernel.links.models import Link
from gemba.kernel.links.reading import find_far_end, links_of, suspect_links
from gemba.kernel.people.models import Person, Site
from gemba.kernel.records.models import Record
from gemba.kernel.refusals import Conflict, Invalid, NotAllowed, Refused
from gemba.kernel.roles import Role
from gemba.kernel.trail.models import Event
from gemba.modules.objective.models import Measurement
from tests.kernel.people import access, as_, person
from tests.kernel.samples import again, bodies, figure, raised, signed

pytestmark = pytest.mark.django_db


def linked(who: Person, source: Record, target: Record) -> Link:
    return MakeLink(record=source, role="measures", to=target, **as_(who)).execute()


def test_a_link_is_an_event_that_names_the_far_end_and_what_it_said(quality: Person) -> None:
    """M46: from either record the other is found; the event carries role, subject and digest."""
    objective, measured = raised(quality), figure(quality)
    linked(quality, measured, objective)
    assert bodies(measured)[-1]["links"] == [["measures", objective.subject, objective.digest]]
    assert [link.target.number for link in links_of(measured, access(quality)).out] == [objective.number]
    assert [link.source.number for link in links_of(objective, access(quality)).back] == [measured.number]


def test_a_changed_far_end_makes_the_link_suspect_until_somebody_looks(quality: Person) -> None:
    """M46, M83: the link remembers what was seen; looking again is one event; looking at something older is refused."""
    objective, measured = raised(quality), figure(quality)
    link = linked(quality, measured, objective)
    assert suspect_links(access(quality)) == []
    Edit(record=objective, values={"due": None}, **as_(quality)).execute()
    assert suspect_links(access(quality)) == [], "a due date is workflow, not what the record says"
    Edit(record=objective, values={"measure": "Mean days"}, **as_(quality)).execute()
    assert [found.pk for found in suspect_links(access(quality))] == [link.pk]
    assert links_of(measured, access(quality)).suspect[0].pk == link.pk
    with pytest.raises(Conflict, match="changed again"):
        LookAgain(record=measured, link=link, seen=objective.digest, **as_(quality)).execute()
    LookAgain(record=measured, link=link, seen=again(objective).digest, **as_(quality)).execute()
    assert suspect_links(access(quality)) == []
    assert bodies(measured)[-1]["chg"] == [["measures", objective.digest, again(objective).digest]]
    with pytest.raises(Conflict, match="Nothing has changed"):
        LookAgain(record=measured, link=link, **as_(quality)).execute()


def test_an_ended_link_stays_as_history_and_can_be_made_anew(quality: Person) -> None:
    """AUD-07: ending needs a reason, deletes nothing, and happens once."""
    objective, measured = raised(quality), figure(quality)
    link = linked(quality, measured, objective)
    with pytest.raises(Conflict, match="already there"):
        linked(quality, measured, objective)
    with pytest.raises(Invalid):
        EndLink(record=measured, link=link, **as_(quality)).execute()
    EndLink(record=measured, link=link, reason="Other objective", **as_(quality)).execute()
    with pytest.raises(Conflict, match="already been ended"):
        EndLink(record=measured, link=link, reason="Again", **as_(quality)).execute()
    assert links_of(measured, access(quality)).out == ()
    linked(quality, measured, objective)
    assert Link.objects.count() == 2
    assert [body["act"] for body in bodies(measured)][1:] == [
        "measurement.link", "measurement.unlink", "measurement.link"
    ]  # fmt: skip


def test_only_declared_links_to_fitting_records_are_made(quality: Person, manager: Person) -> None:
    """M46: role and kind come from the declaration; nothing leads to a void record or from a finished one."""
    objective, measured, other = raised(quality), figure(quality), figure(quality)
    for role, target, sentence in (
        ("invented", objective, "no link of that kind"),
        ("measures", other, "leads to: quality objective"),
    ):
        with pytest.raises(Invalid, match=sentence):
            MakeLink(record=measured, role=role, to=target, **as_(quality)).execute()
    void = Void(record=raised(quality), reason="Twice", **as_(manager)).execute()
    with pytest.raises(Invalid, match="is void"):
        linked(quality, measured, void)
    done = signed(figure(quality), "confirm", manager)
    with pytest.raises(Refused, match="finished record"):
        linked(quality, done, objective)
    with pytest.raises(Invalid):
        EndLink(record=other, link=linked(quality, measured, objective), reason="x", **as_(quality)).execute()
    assert not Event.objects.filter(record=other, act="measurement.unlink").exists()


def test_acl_04_a_hidden_far_end_is_answered_like_one_that_does_not_exist(quality: Person) -> None:
    """ACL-04: the same sentence, no title, nothing written; on the page only a count."""
    hidden = raised(quality, confidential=True)
    colleague = person("Eino", Role.QUALITY)
    measured = figure(colleague)
    sentences = set()
    for target in (hidden, Measurement(pk=987_654, kind="objective", number="OBJ-1")):
        with pytest.raises(Invalid) as refusal:
            linked(colleague, measured, target)
        sentences.add(str(refusal.value))
    assert len(sentences) == 1
    assert not Link.objects.exists()
    assert find_far_end(access(colleague), hidden.number) is None
    assert find_far_end(access(colleague), hidden.uid) is None
    assert find_far_end(access(quality), f" {hidden.number.lower()} ") == Record._base_manager.get(pk=hidden.pk)
    Edit(record=hidden, values={"confidential": False}, **as_(quality)).execute()
    linked(colleague, measured, hidden)
    Edit(record=hidden, values={"confidential": True}, **as_(quality)).execute()
    around = links_of(measured, access(colleague))
    assert (around.out, around.hidden) == ((), 1)
    assert links_of(measured, access(quality)).hidden == 0


def test_somebody_without_rights_on_the_record_links_nothing(quality: Person) -> None:
    """ACL-05: a colleague of another site may read neither end's links into being."""
    objective, measured = raised(quality), figure(quality)
    site = Site.objects.create(name="Oulu")
    elsewhere = person("Veli", Role.QUALITY, site=site)
    with pytest.raises(NotAllowed):
        linked(elsewhere, measured, objective)


def test_links_are_read_in_as_many_statements_for_many_as_for_one(quality: Person) -> None:
    """M46, M80: no statement per link, whichever way, with the far end's row."""
    objective = raised(quality)
    counts = {}
    for count in (1, 20):
        for _ in range(count):
            linked(quality, figure(quality), objective)
        eyes = access(quality)
        with CaptureQueriesContext(connection) as statements:
            around = links_of(objective, eyes)
            assert all(link.source.title and not link.suspect for link in around.back)
        counts[len(around.back)] = len(statements)
    assert counts == {1: 2, 21: 2}
