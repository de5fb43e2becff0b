"""The tables of the catalog, one per record of `storage.catalog.records`.

Ids are random; `number` and `version` count within their scope, and `seq` orders rows that may
carry the same time. A composite value has one column per part: a person `actor` is `actor_id`
and `actor_name`, an address is `scope` and `thread`.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Table,
    UniqueConstraint,
    text,
)

from storage.catalog.columns import ColumnInfos, ScopeColumn, Utc, Value, Values, Words

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _id() -> Column[Any]:
    return Column("id", Words, primary_key=True)


def _seq() -> tuple[Column[Any], Column[Any]]:
    """A growing key for the order of writing, and the id that everybody else uses."""
    return (
        Column("seq", Integer, primary_key=True, autoincrement=True),
        Column("id", Words, nullable=False, unique=True),
    )


def _scope() -> Column[Any]:
    return Column("scope", ScopeColumn, nullable=False)


def _thread() -> Column[Any]:
    return Column("thread", Words, nullable=False)


def _person(name: str, *, optional: bool = False) -> tuple[Column[Any], Column[Any]]:
    return (
        Column(f"{name}_id", Words, nullable=optional),
        Column(f"{name}_name", Words, nullable=optional),
    )


def _words(name: str, *, optional: bool = False) -> Column[Any]:
    return Column(name, Words, nullable=optional)


def _count(name: str, *, optional: bool = False) -> Column[Any]:
    return Column(name, Integer, nullable=optional)


def _time(name: str, *, optional: bool = False) -> Column[Any]:
    return Column(name, Utc, nullable=optional)


def _json(name: str, *, optional: bool = False) -> Column[Any]:
    return Column(name, Value, nullable=optional)


def _list(name: str) -> Column[Any]:
    return Column(name, Values, nullable=False)


def _flag(name: str) -> Column[Any]:
    return Column(name, Boolean, nullable=False)


def _link(name: str, target: str, *, optional: bool = False) -> Column[Any]:
    return Column(name, Words, ForeignKey(target), nullable=optional)


uploads = Table(
    "uploads",
    metadata,
    _id(),
    _scope(),
    _thread(),
    _count("number"),
    _words("blob"),
    _words("name"),
    _count("size"),
    *_person("actor"),
    _time("created_at"),
    UniqueConstraint("scope", "number"),
)

datasets = Table(
    "datasets",
    metadata,
    *_seq(),
    _scope(),
    _words("name"),
    _count("version"),
    _words("blob"),
    _count("rows"),
    Column("columns", ColumnInfos, nullable=False),
    _link("root_id", "datasets.id"),
    _link("parent_id", "datasets.id", optional=True),
    _list("recipe"),
    _link("upload_id", "uploads.id", optional=True),
    _words("origin"),
    _json("report"),
    _list("targets"),
    _words("profile"),
    *_person("actor"),
    _time("created_at"),
    _time("deleted_at", optional=True),
    UniqueConstraint("scope", "name", "version"),
)

models = Table(
    "models",
    metadata,
    _id(),
    _scope(),
    _words("name"),
    _count("version"),
    _count("number"),
    _words("digest"),
    _link("dataset_id", "datasets.id"),
    _words("target"),
    _words("task"),
    _words("algorithm"),
    _json("score"),
    _json("contract"),
    _words("reference"),
    _words("run_id"),
    _json("receipt"),
    _json("report"),
    Column("job_id", Words, nullable=True, unique=True),
    *_person("actor"),
    _time("created_at"),
    _time("deleted_at", optional=True),
    UniqueConstraint("scope", "name", "version"),
    UniqueConstraint("scope", "number"),
)

deployments = Table(
    "deployments",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    _scope(),
    _words("name"),
    _words("environment"),
    _link("model_id", "models.id", optional=True),
    _words("digest", optional=True),
    *_person("actor"),
    *_person("approved_by", optional=True),
    _time("created_at"),
    Index(None, "scope", "name", "environment", "id"),
)

endpoint_keys = Table(
    "endpoint_keys",
    metadata,
    Column("scope", ScopeColumn, primary_key=True),
    Column("name", Words, primary_key=True),
    Column("environment", Words, primary_key=True),
    _words("key_sha256"),
    _time("created_at"),
)

prediction_parts = Table(
    "prediction_parts",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    _words("scope_id"),
    _words("name"),
    _words("environment"),
    _words("blob"),
    _count("rows"),
    _time("start"),
    _time("end"),
    Index(None, "scope_id", "name", "environment", "end"),
)

monitors = Table(
    "monitors",
    metadata,
    _id(),
    _count("number"),
    _scope(),
    _words("name"),
    _words("environment"),
    _count("every_s", optional=True),
    _words("cron", optional=True),
    _words("timezone"),
    Column("address_scope", ScopeColumn, nullable=False),
    Column("address_thread", Words, nullable=False),
    *_person("actor"),
    _time("created_at"),
    _time("stopped_at", optional=True),
    _time("last_due", optional=True),
    UniqueConstraint("scope", "number"),
    CheckConstraint("(every_s IS NULL) <> (cron IS NULL)", name="one_schedule"),
    Index(
        "uq_monitors_active_slot",
        "scope",
        "name",
        "environment",
        unique=True,
        sqlite_where=text("stopped_at IS NULL"),
        postgresql_where=text("stopped_at IS NULL"),
    ),
)

drift_reports = Table(
    "drift_reports",
    metadata,
    *_seq(),
    _scope(),
    _link("monitor_id", "monitors.id", optional=True),
    _link("model_id", "models.id"),
    _time("start"),
    _time("end"),
    _count("rows"),
    _words("status"),
    _list("flagged"),
    _json("result"),
    _words("figure", optional=True),
    _time("created_at"),
    Index(None, "monitor_id", "seq"),
    Index(None, "scope", "seq"),
)

alerts = Table(
    "alerts",
    metadata,
    _id(),
    _count("number"),
    _scope(),
    _link("monitor_id", "monitors.id"),
    _words("state"),
    _link("report_id", "drift_reports.id", optional=True),
    _time("snoozed_until", optional=True),
    *_person("acknowledged_by", optional=True),
    _time("opened_at"),
    _time("updated_at"),
    _time("resolved_at", optional=True),
    UniqueConstraint("scope", "number"),
    Index(None, "monitor_id", "number"),
)

jobs = Table(
    "jobs",
    metadata,
    *_seq(),
    _count("number"),
    _scope(),
    _thread(),
    _words("key"),
    _words("tool"),
    _json("args"),
    *_person("actor"),
    _words("state"),
    _words("stage"),
    _count("attempt"),
    _count("handed_over"),
    _words("owner", optional=True),
    _time("lease_until", optional=True),
    _flag("cancel_requested"),
    _json("progress"),
    _json("result", optional=True),
    _json("error", optional=True),
    _json("context"),
    _time("created_at"),
    _time("started_at", optional=True),
    _time("finished_at", optional=True),
    UniqueConstraint("scope", "key"),
    UniqueConstraint("scope", "number"),
    Index(None, "state", "seq"),
)

turns = Table(
    "turns",
    metadata,
    *_seq(),
    _scope(),
    _thread(),
    *_person("actor"),
    _words("event_id"),
    _words("text"),
    _words("owner"),
    _words("state"),
    _list("pending"),
    _json("refs"),
    _list("blocks"),
    _time("created_at"),
    UniqueConstraint("scope", "event_id"),
    Index(None, "scope", "thread", "seq"),
    Index(None, "state"),
)

messages = Table(
    "messages",
    metadata,
    Column("turn_id", Words, ForeignKey("turns.id"), primary_key=True),
    Column("position", Integer, primary_key=True, autoincrement=False),
    _json("payload"),
)

waiting = Table(
    "waiting",
    metadata,
    _id(),
    _scope(),
    _thread(),
    _count("number"),
    _link("turn_id", "turns.id"),
    _words("call_id"),
    _words("model_call_id"),
    _words("tool"),
    _json("args"),
    *_person("requester"),
    _words("kind"),
    _words("subject"),
    _json("detail"),
    _words("state"),
    _time("claimed_until", optional=True),
    _time("created_at"),
    UniqueConstraint("scope", "number"),
    UniqueConstraint("call_id"),
    Index(None, "subject"),
    Index(None, "turn_id"),
)

approvals = Table(
    "approvals",
    metadata,
    _id(),
    _count("number"),
    _scope(),
    _thread(),
    _words("tool"),
    _json("args"),
    _words("binding"),
    *_person("requester"),
    _words("role"),
    _words("state"),
    *_person("decided_by", optional=True),
    _time("created_at"),
    _time("expires_at"),
    _time("decided_at", optional=True),
    UniqueConstraint("scope", "number"),
    Index(None, "state", "expires_at"),
)

actions = Table(
    "actions",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    _scope(),
    _thread(),
    *_person("actor"),
    _words("tool"),
    _json("args"),
    _words("effect"),
    _words("sentence"),
    _words("summary"),
    _flag("ok"),
    _words("dataset_id", optional=True),
    _words("model_id", optional=True),
    _json("inverse", optional=True),
    _flag("undone"),
    *_person("approved_by", optional=True),
    _words("turn_id", optional=True),
    _time("created_at"),
    Index(None, "scope", "thread", "id"),
)

facts = Table(
    "facts",
    metadata,
    _id(),
    _count("number"),
    _scope(),
    _words("text"),
    *_person("actor"),
    _words("source"),
    _time("created_at"),
    _time("expires_at", optional=True),
    _time("forgotten_at", optional=True),
    UniqueConstraint("scope", "number"),
)

inbox = Table(
    "inbox",
    metadata,
    Column("key", Words, primary_key=True),
    _words("platform"),
    _json("payload"),
    _time("received_at"),
    _time("done_at", optional=True),
    Index(None, "platform", "done_at"),
)

outbox = Table(
    "outbox",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("dedupe_key", Words, nullable=False, unique=True),
    _words("slot"),
    _words("platform"),
    _scope(),
    _thread(),
    _json("body"),
    _words("state"),
    _count("attempts"),
    _time("not_before"),
    _words("platform_ref", optional=True),
    _time("created_at"),
    _time("sent_at", optional=True),
    Index(None, "platform", "state", "id"),
    Index(None, "slot", "id"),
    Index(None, "scope", "thread", "id"),
)

leases = Table(
    "leases",
    metadata,
    Column("name", Words, primary_key=True),
    _words("owner"),
    _time("until"),
    _json("detail"),
)

pointers = Table(
    "pointers",
    metadata,
    Column("scope", ScopeColumn, primary_key=True),
    Column("thread", Words, primary_key=True),
    Column("kind", Words, primary_key=True),
    _words("ref_id"),
    _time("set_at"),
)
