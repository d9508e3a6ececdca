"""What the role that serves the site may do in PostgreSQL: nothing to the schema or the history.

The role that owns the tables migrates, restores and gives the other one its rights. Never commits.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from sqlalchemy import Connection, text
from sqlalchemy.orm import Session

from app.db import Base
from app.domain.errors import DirectoryError
from app.models import Metadata

# What is written there stays as it was written.
_APPEND_ONLY: Final = frozenset({Metadata.__tablename__})
# The revision of the schema, which is its owner's to change.
_READ_ONLY: Final = ("alembic_version",)

_ASKED: Final = text(
    """
    SELECT rolsuper OR rolcreaterole OR rolreplication AS is_powerful,
        has_schema_privilege(oid, current_schema(), 'CREATE')
        OR has_database_privilege(oid, current_database(), 'CREATE')
        OR EXISTS (
            SELECT FROM pg_class
            WHERE relnamespace = current_schema()::regnamespace
            AND pg_has_role(pg_roles.oid, relowner, 'MEMBER')
        ) AS can_change_schema,
        coalesce(
            has_table_privilege(oid, to_regclass(:history), 'UPDATE, DELETE, TRUNCATE, TRIGGER')
            OR has_any_column_privilege(oid, to_regclass(:history), 'UPDATE'),
            false
        ) AS can_change_history
    FROM pg_roles WHERE rolname = coalesce(:role, current_user)
    """
)


class RoleError(DirectoryError):
    """A role that cannot serve; the message says what to do."""


class Excess(NamedTuple):
    """What a role may do that the site needs nothing of."""

    is_powerful: bool
    can_change_schema: bool
    can_change_history: bool


def find_excess(session: Session, role: str | None = None) -> Excess | None:
    """What a role may do beyond serving, by default the one of the connection.

    None on SQLite, which has no roles. Raises RoleError for a role that is not there.
    """
    connection = session.connection()
    if connection.dialect.name != "postgresql":
        return None
    given = {"role": role, "history": Metadata.__tablename__}
    row = connection.execute(_ASKED, given).one_or_none()
    if row is None:
        message = f"PostgreSQL has no role {role!r}: make it first, with CREATE ROLE … LOGIN."
        raise RoleError(message)
    return Excess(*row)


def grant_serving(session: Session, role: str) -> bool:
    """Give a role what serving needs, and take all else; whether anything was done.

    False where the connection is of that role: nobody gives rights to themselves. Raises RoleError
    where there is no such role, or where it keeps a right that it must not have.
    """
    connection = session.connection()
    if connection.dialect.name != "postgresql":
        message = "SERVING_ROLE is for PostgreSQL: SQLite has no roles."
        raise RoleError(message)
    find_excess(session, role)
    if connection.execute(text("SELECT current_user")).scalar_one() == role:
        return False
    for statement in _grants(connection, role):
        connection.exec_driver_sql(statement)
    _refuse_excess(session, role)
    return True


def _grants(connection: Connection, role: str) -> list[str]:
    quoted = connection.dialect.identifier_preparer.quote_identifier
    to, schema, database = (
        quoted(role),
        quoted(connection.execute(text("SELECT current_schema()")).scalar_one()),
        quoted(connection.execute(text("SELECT current_database()")).scalar_one()),
    )
    ours = [table.name for table in Base.metadata.sorted_tables]
    changed = ", ".join(quoted(name) for name in ours if name not in _APPEND_ONLY)
    appended = ", ".join(map(quoted, sorted(_APPEND_ONLY)))
    read = ", ".join(map(quoted, _READ_ONLY))
    return [
        f"REVOKE ALL ON {changed}, {appended}, {read} FROM {to}",
        # Until PostgreSQL 15 everybody could make tables, and so every role can.
        f"REVOKE CREATE ON SCHEMA {schema} FROM PUBLIC, {to}",
        f"REVOKE CREATE, TEMPORARY ON DATABASE {database} FROM PUBLIC, {to}",
        f"GRANT USAGE ON SCHEMA {schema} TO {to}",
        f"GRANT SELECT, INSERT, UPDATE, DELETE ON {changed} TO {to}",
        f"GRANT SELECT, INSERT ON {appended} TO {to}",
        f"GRANT SELECT ON {read} TO {to}",
        f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA {schema} TO {to}",
    ]


def _refuse_excess(session: Session, role: str) -> None:
    excess = find_excess(session, role)
    if excess is None or not any(excess):
        return
    reasons = {
        "it is a superuser, or may make roles or copy the database": excess.is_powerful,
        "it owns tables, or may make some": excess.can_change_schema,
        "it may change or delete what stands in the history": excess.can_change_history,
    }
    found = "; ".join(reason for reason, is_so in reasons.items() if is_so)
    message = (
        f"The role {role!r} must not serve: {found}. Nothing was given to it. "
        "Let a role of its own serve, one that is a member of no other."
    )
    raise RoleError(message)
