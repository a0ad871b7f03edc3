"""What central's tables are made of: strict tables, and columns that mean the same in every engine."""

from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    Text,
)

metadata = MetaData()


def table(name: str, *columns: Column[Any] | Index | PrimaryKeyConstraint, clustered: bool = True) -> Table:
    """A strict table, kept in the order of its primary key where the engine can."""
    return Table(name, metadata, *columns, sqlite_with_rowid=not clustered, sqlite_strict=True)


def number(name: str, *, key: bool = False, null: bool = False) -> Column[int]:
    """A whole number of 64 bits."""
    return Column(
        name, BigInteger().with_variant(Integer, "sqlite"), primary_key=key, nullable=null, autoincrement=False
    )


def text(name: str, *, key: bool = False, null: bool = False) -> Column[str]:
    return Column(name, Text, primary_key=key, nullable=null)


def blob(name: str, *, key: bool = False) -> Column[bytes]:
    return Column(name, LargeBinary, primary_key=key, nullable=False)


def flag(name: str) -> Column[bool]:
    return Column(name, Boolean().with_variant(Integer, "sqlite"), nullable=False)
