"""Every way in which one statement of SQL can change one table: made from the tables themselves."""

from collections.abc import Iterator


def statements_against(connection, table: str) -> Iterator[tuple[str, str]]:
    """(what, SQL) for each column changed in the first row, a row taken away, a row put in."""
    columns = connection.execute("SELECT name, type, pk FROM pragma_table_info(?)", (table,)).fetchall()
    keys = [name for name, _, pk in columns if pk]
    first = f"({', '.join(quoted(keys))}) = (SELECT {', '.join(quoted(keys))} FROM {quote(table)} LIMIT 1)"
    if connection.execute(f"SELECT count(*) FROM {quote(table)}").fetchone()[0]:
        for name, kind, _ in columns:
            yield (
                f"UPDATE {table}.{name}",
                f"UPDATE {quote(table)} SET {quote(name)} = {changed(name, kind)} WHERE {first}",
            )
        yield f"DELETE {table}", f"DELETE FROM {quote(table)} WHERE {first}"
    values = ", ".join(made_up(kind) for _, kind, _ in columns)
    yield f"INSERT {table}", f"INSERT INTO {quote(table)} VALUES ({values})"


def changed(name: str, kind: str) -> str:
    column = quote(name)
    return {
        "INTEGER": f"coalesce({column}, 0) + 1",
        "BIGINT": f"coalesce({column}, 0) + 1",
        "TEXT": f"{column} || 'x'",
        "BLOB": f"CAST({column} || x'78' AS BLOB)",
    }[kind]


def made_up(kind: str) -> str:
    return {"INTEGER": "99", "BIGINT": "99", "TEXT": "'made up'", "BLOB": "x'6d616465207570'"}[kind]


def quote(name: str) -> str:
    return f'"{name}"'


def quoted(names: list[str]) -> list[str]:
    return [quote(name) for name in names]
