"""What is amiss with competences and trainings, computed."""

import datetime as dt

from django.db.models import Exists, OuterRef, Q

from gemba.kernel.people.models import Account, RoleGrant
from gemba.kernel.roles import STAFF
from gemba.modules.training.board import Board
from gemba.modules.training.states import ASSIGNED


def anybody_missing(today: dt.date) -> Q:
    """Competences that somebody whose job asks for them does not have (M93)."""
    board = Board(today)
    missing = [
        competence.pk
        for competence in board.competences
        if any((s := board.standing(p, competence)).asked and not s.competent for p in board.people)
    ]
    return Q(pk__in=missing)


def no_login(today: dt.date) -> Q:
    """Under way for somebody without a login or without a working role: on paper, then."""
    account = Account.objects.filter(person=OuterRef("person"), is_active=True)
    works = RoleGrant.objects.in_force(today).filter(person=OuterRef("person"), role__in=STAFF)
    return Q(state=ASSIGNED.name) & ~(Q(Exists(account)) & Q(Exists(works)))
