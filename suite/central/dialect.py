"""All that differs between engines: opening, the write lock, upserts, bulk execution. Nothing else may ask which."""

from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Connection, Engine, Table, create_engine, event, func, select, true
from sqlalchemy import Insert as InsertOfAny
from sqlalchemy.dialects.sqlite import Insert, insert
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import StaticPool

from suite.domain.ids import AccountId
from suite.runtime import db
from suite.runtime.errors import StorageTrouble
from suite.runtime.paths import Home

EngineError = DBAPIError


def embedded_engine(home: Home, key: bytes) -> Engine:
    """The engine over the node's own encrypted file. A transaction takes the write lock when it begins."""
    engine = create_engine(
        "sqlite://",
        module=db.driver,
        creator=lambda: db.open_database(home.database, key),
        poolclass=StaticPool,
    )
    event.listen(engine, "begin", _begin)
    return engine


def copied_engine(path: Path, key: bytes) -> Engine:
    """The engine over a copy that nobody writes: it can be read, and stays as it is."""
    engine = create_engine("sqlite://", module=db.driver, creator=lambda: db.open_copy(path, key), poolclass=StaticPool)
    event.listen(engine, "begin", _begin_reading)
    return engine


def _begin_reading(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN")


def copy_into(engine: Engine, path: Path) -> None:
    """Write all that was committed to a new encrypted file. Raises StorageTrouble."""
    db.copy_into(driver_connection(engine), path)


def driver_connection(engine: Engine) -> Any:  # noqa: ANN401 -- the driver carries no types
    """The driver's own connection under the engine's only one."""
    return engine.raw_connection().driver_connection


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def overwrite_log(engine: Engine) -> None:
    """Write the whole log back into the file, whose freed space is overwritten, and empty it."""
    connection = engine.raw_connection()
    connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()


def storage_trouble(error: EngineError) -> StorageTrouble:
    """What an engine's error means to the operator."""
    return db.trouble_of(error.orig or error, None)


def add_or_sum(table: Table, *summed: str) -> Insert:
    """An insert that adds to `summed` columns where the row is there already."""
    statement = insert(table)
    return statement.on_conflict_do_update(
        index_elements=list(table.primary_key.columns),
        set_={name: table.c[name] + statement.excluded[name] for name in summed},
    )


def add_or_replace(table: Table, *replaced: str) -> Insert:
    """An insert that overwrites `replaced` columns where the row is there already; none: leaves the row."""
    statement = insert(table)
    if not replaced:
        return statement.on_conflict_do_nothing()
    return statement.on_conflict_do_update(
        index_elements=list(table.primary_key.columns),
        set_={name: statement.excluded[name] for name in replaced},
    )


Among = Collection[AccountId] | None
"""Some accounts, few enough for one question; None: all."""


def is_among(column: ColumnElement[Any], some: Collection[Any] | None) -> ColumnElement[bool]:
    """Whether a column is one of some values, numbers or texts; None: always. However many, they are one parameter."""
    if some is None:
        return true()
    return column.in_(select(func.json_each(msgspec.json.encode(list(some)).decode()).table_valued("value").c.value))


def run_many(connection: Connection, statement: InsertOfAny, rows: Sequence[tuple[Any, ...]]) -> None:
    """Execute for every row, values in the order of the table's columns, without building a mapping a row."""
    if not rows:
        return
    compiled = statement.compile(dialect=connection.dialect, column_keys=statement.table.columns.keys())
    connection.exec_driver_sql(str(compiled), list(rows))
