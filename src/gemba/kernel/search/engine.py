"""The full-text index of each database: FTS5 on SQLite, a generated tsvector with GIN on PostgreSQL.

Both are kept by the database from the plain rows of `SearchEntry`, so they cannot drift from them. Installed after
every migration, like the append-only guards.
"""

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


def match(vendor: str, terms: Sequence[str]) -> str:
    """The query in the database's own language: every term, the last one as the beginning of a word."""
    *whole, last = terms
    if vendor == "sqlite":
        return " ".join([*(f'"{term}"' for term in whole), f'"{last}"*'])
    return " & ".join([*(f"'{term}'" for term in whole), f"'{last}':*"])


def ranked(vendor: str, scoped: str) -> str:
    """Ids and texts of the rows that match, best first, among the rows of the `scoped` query of record ids."""
    if vendor == "sqlite":
        return (
            f"SELECT entry.record_id, entry.text FROM {FTS} CROSS JOIN {TABLE} entry ON entry.record_id = {FTS}.rowid "
            f"JOIN ({scoped}) visible ON visible.pk = entry.record_id WHERE {FTS} MATCH %s "
            f"ORDER BY bm25({FTS}, {WEIGHTS}), entry.record_id DESC LIMIT %s"
        )
    return (
        f"SELECT entry.record_id, entry.text FROM {TABLE} entry JOIN ({scoped}) visible "
        "ON visible.pk = entry.record_id, to_tsquery('simple', %s) wanted WHERE entry.found @@ wanted "
        "ORDER BY ts_rank(entry.found, wanted) DESC, entry.record_id DESC LIMIT %s"
    )
