"""The site served by a role that can change neither the schema nor the history."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from flask_migrate import downgrade, upgrade

from app import create_app
from app.db import Base, NotPermittedError
from app.domain.import_run import RunState
from app.extensions import db
from app.models import Metadata
from app.store.history import verify_history
from app.store.import_runs import get_run
from app.web.warming import database_words
from config import Config
from tests.backing_up import run
from tests.engines import ENGINE
from tests.factories import make_record, save_records
from tests.importing import ImportBrowser, InProcess, place, use_launcher, wide_csv
from tests.listing_forms import add, fields_of, read, sign_in_editor

pytestmark = pytest.mark.skipif(ENGINE == "sqlite", reason="SQLite has no roles")

OWNER, WEB, OTHER = "sample_owner", "sample_web", "Sample other"
FORM = {"topic": "phone", "details": "It is the number of another place."}
FROM_HERE = {"Sec-Fetch-Site": "same-origin"}


@dataclass(frozen=True, slots=True)
class Roles:
    """The application under the role that owns the tables, and under the one that serves."""

    owner: Flask
    web: Flask


@pytest.fixture(scope="module")
def roles(config: Config, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Roles]:
    folder = tmp_path_factory.mktemp("roles")
    url = sa.make_url(config.database_url)
    server = sa.create_engine(url, isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        for role in (OWNER, WEB, OTHER):
            connection.exec_driver_sql(f'CREATE ROLE "{role}" LOGIN')
        connection.exec_driver_sql(f"CREATE DATABASE {OWNER} OWNER {OWNER}")
    apps = [
        create_app(
            Config(
                database_url=url.set(username=role, database=OWNER).render_as_string(
                    hide_password=False
                ),
                instance_path=folder / role,
                is_testing=True,
                serving_role=WEB,
            )
        )
        for role in (OWNER, WEB)
    ]
    assert run(apps[0], "setup").exit_code == 0
    yield Roles(*apps)
    for app in apps:
        with app.app_context():
            db.engine.dispose()
    with server.connect() as connection:
        connection.exec_driver_sql(f"DROP DATABASE {OWNER} WITH (FORCE)")
        for role in (OWNER, WEB, OTHER):
            connection.exec_driver_sql(f'DROP ROLE "{role}"')
    server.dispose()


@pytest.fixture(scope="module")
def web(roles: Roles) -> Flask:
    return roles.web


def test_visitors_read_and_report(web: Flask) -> None:
    listing_id, client = add(web), web.test_client()
    for address in ("/", "/search?near=43215", f"/listings/{listing_id}", "/helplines", "/healthz"):
        assert client.get(address).status_code == 200, address
    assert client.post("/search", data={"near": "43215"}, headers=FROM_HERE).status_code == 200
    answer = client.post(f"/listings/{listing_id}/report", data=FORM, headers=FROM_HERE)
    assert answer.status_code == 200


def test_staff_sign_in_edit_and_import(web: Flask) -> None:
    listing_id, staff = add(web), sign_in_editor(web)
    typed = fields_of(staff.get(f"/admin/listings/{listing_id}/edit"))
    staff.send(f"/admin/listings/{listing_id}/edit", **{**typed, "cost": "On a scale"})
    assert read(web, listing_id).record.cost == "On a scale"
    launcher = InProcess(web)
    restore = use_launcher(web, launcher)
    try:
        run_id = ImportBrowser(web).load(wide_csv([place(1), place(2)]))
    finally:
        restore()
    with web.app_context():
        assert get_run(db.session, run_id).state is RunState.DONE


def test_commands_of_the_site_work(web: Flask, tmp_path: Path) -> None:
    (tmp_path / "sample.csv").write_bytes(wide_csv([place(7)]))
    for words in (
        ("import", "findtreatment", tmp_path / "sample.csv"),
        ("users", "add", "sample.admin@example.org", "--role", "admin"),
        ("history", "verify"),
        ("search", "build"),
        ("backup", tmp_path / "backups"),
        # As `make run` does; there is nothing to migrate, and nobody gives rights to themselves.
        ("setup",),
    ):
        result = run(web, *words)
        assert result.exit_code == 0, (words, result.output)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE metadata SET updated_by = 'x'",
        "DELETE FROM metadata",
        "TRUNCATE metadata",
        "ALTER TABLE metadata DISABLE TRIGGER USER",
        "DROP TRIGGER metadata_no_change ON metadata",
        "ALTER FUNCTION refuse_history_change() RENAME TO sample",
        "SET session_replication_role = replica",
        "UPDATE alembic_version SET version_num = '0001'",
        "DROP TABLE report",
        "TRUNCATE report",
        "ALTER TABLE report ADD COLUMN sample text",
        "CREATE TABLE sample (id integer)",
        "CREATE TEMPORARY TABLE sample (id integer)",
        "CREATE INDEX sample ON report (details)",
        "CREATE VIEW sample AS SELECT 1",
        "CREATE SCHEMA sample",
        "CREATE ROLE sample",
        f"SET ROLE {OWNER}",
        f"ALTER DATABASE {OWNER} SET statement_timeout = 0",
    ],
)
def test_the_database_refuses_what_serving_needs_nothing_of(web: Flask, statement: str) -> None:
    with web.app_context():
        save_records(db.session, make_record())
        with pytest.raises(NotPermittedError):
            db.session.execute(sa.text(statement))
        db.session.rollback()
        assert verify_history(db.session)[1] is None


def test_every_table_may_be_used_and_the_history_only_appended_to(web: Flask) -> None:
    ask = sa.text("SELECT has_table_privilege(:table, :right)")
    rights = ("SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER")
    with web.app_context():
        for table in Base.metadata.tables:
            has = {
                right
                for right in rights
                if db.session.execute(ask, {"table": table, "right": right}).scalar_one()
            }
            needed = rights[:2] if table == Metadata.__tablename__ else rights[:4]
            assert has == set(needed), table


def test_an_older_schema_is_told_and_not_touched(roles: Roles) -> None:
    with roles.owner.app_context():
        downgrade(revision="-1")
    try:
        result = run(roles.web, "setup")
        assert result.exit_code == 1
        assert "Run flask setup with the role that owns the tables" in result.output
        assert "Traceback" not in result.output
    finally:
        assert run(roles.owner, "setup").exit_code == 0
    assert roles.web.test_client().get("/helplines").status_code == 200


def test_only_the_owner_restores_and_the_site_goes_on(roles: Roles, tmp_path: Path) -> None:
    assert run(roles.web, "backup", tmp_path).exit_code == 0
    [made] = tmp_path.iterdir()
    result = run(roles.web, "restore", made, "--yes")
    assert result.exit_code == 1
    assert "Restoring needs the role that owns the tables" in result.output
    assert run(roles.owner, "restore", made, "--yes").exit_code == 0
    assert add(roles.web)


def _set_up_for(role: str, roles: Roles) -> tuple[int, str]:
    """The exit code and words of `flask setup` for another role, which gets nothing."""
    config: Config = roles.owner.config["HELP_FIRST"]
    roles.owner.config["HELP_FIRST"] = replace(config, serving_role=role)
    try:
        result = run(roles.owner, "setup")
    finally:
        roles.owner.config["HELP_FIRST"] = config
    return result.exit_code, result.output


@pytest.mark.parametrize(
    ("made", "why", "may_read"),
    [
        ('ALTER ROLE "{role}" CREATEROLE', "it is a superuser, or may make roles", False),
        ('GRANT {owner} TO "{role}"', "it owns tables, or may make some", True),
        (
            'ALTER ROLE "{role}" NOINHERIT; GRANT {owner} TO "{role}"',
            "it owns tables, or may make some",
            False,
        ),
        ("GRANT UPDATE (reason) ON metadata TO PUBLIC", "it may change or delete", False),
        ('GRANT CREATE ON SCHEMA public TO "{role}"', "", True),
        ('GRANT UPDATE, TRUNCATE ON metadata TO "{role}"', "", True),
    ],
)
def test_a_role_that_may_do_more_gets_nothing(
    roles: Roles, config: Config, made: str, why: str, *, may_read: bool
) -> None:
    """What setup itself can take back, it takes back; the rest it names."""
    url = sa.make_url(config.database_url).set(database=OWNER)
    server = sa.create_engine(url, isolation_level="AUTOCOMMIT")
    undo = (
        f'ALTER ROLE "{OTHER}" NOCREATEROLE INHERIT',
        f'REVOKE {OWNER} FROM "{OTHER}"',
        f'REVOKE ALL ON SCHEMA public FROM "{OTHER}"',
        "REVOKE UPDATE (reason) ON metadata FROM PUBLIC",
    )
    asked = sa.text("SELECT has_table_privilege(:role, 'report', 'SELECT')")
    with server.connect() as connection:
        connection.exec_driver_sql(made.format(role=OTHER, owner=OWNER))
        code, output = _set_up_for(OTHER, roles)
        reads = connection.execute(asked, {"role": OTHER}).scalar_one()
        for statement in undo:
            connection.exec_driver_sql(statement)
        connection.exec_driver_sql(f'DROP OWNED BY "{OTHER}"')
    server.dispose()
    assert code == (1 if why else 0), output
    assert why in output
    assert reads is may_read


def test_a_role_that_is_not_there_is_told(roles: Roles) -> None:
    code, output = _set_up_for("sample_nobody", roles)
    assert code == 1
    assert "CREATE ROLE" in output


def test_the_log_tells_of_a_role_that_may_do_too_much(roles: Roles) -> None:
    assert "SERVING_ROLE" in database_words(roles.owner)
    assert "SERVING_ROLE" not in database_words(roles.web)


def test_rights_are_given_before_there_is_anything_else(roles: Roles) -> None:
    """Setup on an empty database is all that an operator runs."""
    with roles.owner.app_context():
        downgrade(revision="base")
        upgrade()
    assert roles.web.test_client().get("/healthz").status_code != 200
    assert run(roles.owner, "setup").exit_code == 0
    assert roles.web.test_client().get("/healthz").status_code == 200
