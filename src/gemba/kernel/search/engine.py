"""The full-text index of each database: FTS5 on SQLite, a generated tsvector with GIN on PostgreSQL.

Both are kept by the database from the plain rows of `SearchEntry`, so they cannot drift from them. Installed after
every migration, like the append-only guards.
"""

import re
from collections.abc import Sequence

from django.db import connections

TABLE = "kernel_searchentry"
FTS = "kernel_search_fts"
COLUMNS = "number, title, words"
WEIGHTS = "8.0, 4.0, 1.0"
NEW, OLD = "new.record_id, new.number, new.title, new.words", "old.record_id, old.number, old.title, old.words"

SQLITE = (
    (
        f"CREATE VIRTUAL TABLE IF NOT EXISTS {FTS} USING fts5({COLUMNS}, content='{TABLE}', content_rowid='record_id', "
        "tokenize='unicode61 remove_diacritics 0', prefix='2 3')"
    ),
    (
        f"CREATE TRIGGER IF NOT EXISTS {FTS}_added AFTER INSERT ON {TABLE} BEGIN "
        f"INSERT INTO {FTS}(rowid, {COLUMNS}) VALUES ({NEW}); END"
    ),
    (
        f"CREATE TRIGGER IF NOT EXISTS {FTS}_removed AFTER DELETE ON {TABLE} BEGIN "
        f"INSERT INTO {FTS}({FTS}, rowid, {COLUMNS}) VALUES ('delete', {OLD}); END"
    ),
    (
        f"CREATE TRIGGER IF NOT EXISTS {FTS}_changed AFTER UPDATE ON {TABLE} BEGIN "
        f"INSERT INTO {FTS}({FTS}, rowid, {COLUMNS}) VALUES ('delete', {OLD}); "
        f"INSERT INTO {FTS}(rowid, {COLUMNS}) VALUES ({NEW}); END"
    ),
)
POSTGRESQL = (
    (
        f"ALTER TABLE {TABLE} ADD COLUMN IF NOT EXISTS found tsvector GENERATED ALWAYS AS ("
        "setweight(to_tsvector('simple', number), 'A') || setweight(to_tsvector('simple', title), 'B') || "
        "setweight(to_tsvector('simple', words), 'D')) STORED"
    ),
    f"CREATE INDEX IF NOT EXISTS {TABLE}_found ON {TABLE} USING gin(found)",
)


def install(using: str = "default") -> None:
    """Create the index where it is missing; fill it where rows were there before it."""
    connection = connections[using]
    tables = set(connection.introspection.table_names())
    if TABLE not in tables:
        return
    with connection.cursor() as cursor:
        for statement in SQLITE if connection.vendor == "sqlite" else POSTGRESQL:
            cursor.execute(statement)
        if connection.vendor == "sqlite" and FTS not in tables:
            cursor.execute(f"INSERT INTO {FTS}({FTS}) VALUES ('rebuild')")


POINTED = re.compile(r"\d+(?:p\d+)+")
"""A number with points, as `words` writes it: its beginning ends at a point, so that 8.5.1 is not found in 8.5.12."""


def match(vendor: str, terms: Sequence[str]) -> str:
    """The query in the database's own language: every term, the last one as the beginning of a word."""
    *whole, last = terms
    if vendor == "sqlite":
        begun = f'("{last}" OR "{last}p"*)' if POINTED.fullmatch(last) else f'"{last}"*'
        return " AND ".join([*(f'"{term}"' for term in whole), begun])
    begun = f"('{last}' | '{last}p':*)" if POINTED.fullmatch(last) else f"'{last}':*"
    return " & ".join([*(f"'{term}'" for term in whole), begun])


STANDING = "CASE WHEN visible.valid_to IS NOT NULL THEN 0.3 WHEN visible.valid_from IS NOT NULL THEN 1.5 ELSE 1.0 END"
"""What is in force weighs more than a draft of it, and what was replaced weighs least."""


def ranked(vendor: str, scoped: str) -> str:
    """Ids and texts of the rows that match, best first. `scoped` gives `pk`, `valid_from`, `valid_to` of each record.

    The texts are read after the best are known: those of hundreds of other matches may be long.
    """
    return (
        f"WITH best AS MATERIALIZED ({_best(vendor, scoped)}) SELECT best.pk, entry.text FROM best "
        f"JOIN {TABLE} entry ON entry.record_id = best.pk ORDER BY best.weight, best.pk DESC"
    )


def _best(vendor: str, scoped: str) -> str:
    if vendor == "sqlite":
        return (
            f"SELECT visible.pk AS pk, bm25({FTS}, {WEIGHTS}) * {STANDING} AS weight FROM {FTS} "
            f"CROSS JOIN ({scoped}) visible ON visible.pk = {FTS}.rowid WHERE {FTS} MATCH %s "
            "ORDER BY weight, visible.pk DESC LIMIT %s"
        )
    return (
        f"SELECT entry.record_id AS pk, -ts_rank(entry.found, wanted) * {STANDING} AS weight FROM {TABLE} entry "
        f"JOIN ({scoped}) visible ON visible.pk = entry.record_id, to_tsquery('simple', %s) wanted "
        "WHERE entry.found @@ wanted ORDER BY weight, entry.record_id DESC LIMIT %s"
    )
