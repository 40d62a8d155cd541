"""Reading one framework whole and knowing of the others what they are called and which clauses they have."""

import pytest

from gemba.evidence.catalogue.load import SHIPPED, framework, frameworks_around


@pytest.mark.parametrize("identity", [*SHIPPED, "none-of-them"])
def test_only_the_named_framework_and_what_it_builds_on_have_duties(identity: str) -> None:
    """M2, M47: the others keep every clause, edition and name, so that their citations are recognised."""
    found = frameworks_around(identity)
    direct = SHIPPED.get(identity, ())
    whole = {identity, *direct, *(below for each in direct for below in SHIPPED[each])} & set(SHIPPED)
    assert list(found) == list(SHIPPED)
    for name, made in found.items():
        complete = framework(name)
        assert (list(made.clauses), made.editions, made.cited_as, made.outside, made.designation) == (
            list(complete.clauses),
            complete.editions,
            complete.cited_as,
            complete.outside,
            complete.designation,
        )
        assert bool(made.duties) == (name in whole)
        if name in whole:
            assert made == complete
