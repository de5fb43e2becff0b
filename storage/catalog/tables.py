"""The tables of the catalog, one per record of `storage.catalog.records`.

Ids are random; `number` and `version` count within their scope, and `seq` orders rows that may
carry the same time. A composite value has one column per part: a person `actor` is `actor_id`
and `actor_name`, an address is `scope` and `thread`.
"""

from __future__ import annotations

from sqlalchemy import (
    CheckConstraint,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    Table,
    UniqueConstraint,
    text,
)

from storage.catalog import columns as col
from storage.catalog.columns import ColumnInfos, ScopeColumn, Words
from storage.catalog.metadata import metadata
from storage.catalog.talk_tables import (
    channels,
    follows,
    grants,
    inbox,
    model_calls,
    outbox,
    posts,
)

__all__ = ["channels", "follows", "grants", "inbox", "metadata", "model_calls", "outbox", "posts"]

uploads = Table(
    "uploads",
    metadata,
    col.row_id(),
    col.scope(),
    col.thread(),
    col.count("number"),
    col.words("blob"),
    col.words("name"),
    col.count("size"),
    *col.person("actor"),
    col.time("created_at"),
    UniqueConstraint("scope", "number"),
)

datasets = Table(
    "datasets",
    metadata,
    *col.ordered_id(),
    col.scope(),
    col.words("name"),
    col.count("version"),
    col.words("blob"),
    col.count("rows"),
    Column("columns", ColumnInfos, nullable=False),
    col.link("root_id", "datasets.id"),
    col.link("parent_id", "datasets.id", optional=True),
    col.values("recipe"),
    col.link("upload_id", "uploads.id", optional=True),
    col.words("origin"),
    col.value("report"),
    col.values("targets"),
    col.words("profile"),
    *col.person("actor"),
    col.time("created_at"),
    col.time("deleted_at", optional=True),
    UniqueConstraint("scope", "name", "version"),
)

models = Table(
    "models",
    metadata,
    col.row_id(),
    col.scope(),
    col.words("name"),
    col.count("version"),
    col.count("number"),
    col.words("digest"),
    col.link("dataset_id", "datasets.id"),
    col.words("target"),
    col.words("task"),
    col.words("algorithm"),
    col.value("score"),
    col.value("contract"),
    col.words("reference"),
    col.words("run_id"),
    col.value("receipt"),
    col.value("report"),
    Column("job_id", Words, nullable=True, unique=True),
    *col.person("actor"),
    col.time("created_at"),
    col.time("deleted_at", optional=True),
    UniqueConstraint("scope", "name", "version"),
    UniqueConstraint("scope", "number"),
)

deployments = Table(
    "deployments",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    col.scope(),
    col.words("name"),
    col.words("environment"),
    col.link("model_id", "models.id", optional=True),
    col.words("digest", optional=True),
    *col.person("actor"),
    *col.person("approved_by", optional=True),
    col.time("created_at"),
    Index(None, "scope", "name", "environment", "id"),
)

endpoint_keys = Table(
    "endpoint_keys",
    metadata,
    Column("scope", ScopeColumn, primary_key=True),
    Column("name", Words, primary_key=True),
    Column("environment", Words, primary_key=True),
    col.words("key_sha256"),
    col.time("created_at"),
)

prediction_parts = Table(
    "prediction_parts",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    col.words("scope_id"),
    col.words("name"),
    col.words("environment"),
    col.words("blob"),
    col.count("rows"),
    col.time("start"),
    col.time("end"),
    Index(None, "scope_id", "name", "environment", "end"),
)

monitors = Table(
    "monitors",
    metadata,
    col.row_id(),
    col.count("number"),
    col.scope(),
    col.words("name"),
    col.words("environment"),
    col.count("every_s", optional=True),
    col.words("cron", optional=True),
    col.words("timezone"),
    Column("address_scope", ScopeColumn, nullable=False),
    Column("address_thread", Words, nullable=False),
    *col.person("actor"),
    col.time("created_at"),
    col.time("stopped_at", optional=True),
    col.time("last_due", optional=True),
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
    *col.ordered_id(),
    col.scope(),
    col.link("monitor_id", "monitors.id", optional=True),
    col.link("model_id", "models.id"),
    col.time("start"),
    col.time("end"),
    col.count("rows"),
    col.words("status"),
    col.values("flagged"),
    col.value("result"),
    col.words("figure", optional=True),
    col.time("created_at"),
    Index(None, "monitor_id", "seq"),
    Index(None, "scope", "seq"),
)

alerts = Table(
    "alerts",
    metadata,
    col.row_id(),
    col.count("number"),
    col.scope(),
    col.link("monitor_id", "monitors.id"),
    col.words("state"),
    col.link("report_id", "drift_reports.id", optional=True),
    col.time("snoozed_until", optional=True),
    *col.person("acknowledged_by", optional=True),
    col.time("opened_at"),
    col.time("updated_at"),
    col.time("resolved_at", optional=True),
    UniqueConstraint("scope", "number"),
    Index(None, "monitor_id", "number"),
)

jobs = Table(
    "jobs",
    metadata,
    *col.ordered_id(),
    col.count("number"),
    col.scope(),
    col.thread(),
    col.words("key"),
    col.words("tool"),
    col.value("args"),
    *col.person("actor"),
    col.words("state"),
    col.words("stage"),
    col.count("attempt"),
    col.count("handed_over"),
    col.words("owner", optional=True),
    col.time("lease_until", optional=True),
    col.flag("cancel_requested"),
    col.value("progress"),
    col.value("result", optional=True),
    col.value("error", optional=True),
    col.value("context"),
    col.time("created_at"),
    col.time("started_at", optional=True),
    col.time("finished_at", optional=True),
    UniqueConstraint("scope", "key"),
    UniqueConstraint("scope", "number"),
    Index(None, "state", "seq"),
)

turns = Table(
    "turns",
    metadata,
    *col.ordered_id(),
    col.scope(),
    col.thread(),
    *col.person("actor"),
    col.words("event_id"),
    col.words("text"),
    col.flag("opens"),
    col.flag("private"),
    col.words("owner"),
    col.words("state"),
    col.values("pending"),
    col.value("refs"),
    col.values("blocks"),
    col.time("created_at"),
    UniqueConstraint("scope", "event_id"),
    Index(None, "scope", "thread", "seq"),
    Index(None, "state"),
)

messages = Table(
    "messages",
    metadata,
    Column("turn_id", Words, ForeignKey("turns.id"), primary_key=True),
    Column("position", Integer, primary_key=True, autoincrement=False),
    col.value("payload"),
)

waiting = Table(
    "waiting",
    metadata,
    col.row_id(),
    col.scope(),
    col.thread(),
    col.count("number"),
    col.link("turn_id", "turns.id"),
    col.words("call_id"),
    col.words("model_call_id"),
    col.words("tool"),
    col.value("args"),
    *col.person("requester"),
    col.words("kind"),
    col.words("subject"),
    col.value("detail"),
    col.words("state"),
    col.time("claimed_until", optional=True),
    col.time("created_at"),
    UniqueConstraint("scope", "number"),
    UniqueConstraint("call_id"),
    Index(None, "subject"),
    Index(None, "turn_id"),
)

approvals = Table(
    "approvals",
    metadata,
    col.row_id(),
    col.count("number"),
    col.scope(),
    col.thread(),
    col.words("tool"),
    col.value("args"),
    col.words("binding"),
    *col.person("requester"),
    col.words("role"),
    col.words("state"),
    *col.person("decided_by", optional=True),
    col.time("created_at"),
    col.time("expires_at"),
    col.time("decided_at", optional=True),
    UniqueConstraint("scope", "number"),
    Index(None, "state", "expires_at"),
)

actions = Table(
    "actions",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    col.scope(),
    col.thread(),
    *col.person("actor"),
    col.words("tool"),
    col.value("args"),
    col.words("effect"),
    col.words("sentence"),
    col.words("summary"),
    col.flag("ok"),
    col.words("dataset_id", optional=True),
    col.words("model_id", optional=True),
    col.value("inverse", optional=True),
    col.flag("undone"),
    *col.person("approved_by", optional=True),
    col.words("turn_id", optional=True),
    Column("seconds", Float, nullable=False),
    col.count("tokens"),
    col.time("created_at"),
    Index(None, "scope", "thread", "id"),
)

facts = Table(
    "facts",
    metadata,
    col.row_id(),
    col.count("number"),
    col.scope(),
    col.words("text"),
    *col.person("actor"),
    col.words("source"),
    col.words("reach"),
    col.words("link"),
    col.time("created_at"),
    col.time("expires_at", optional=True),
    col.time("forgotten_at", optional=True),
    UniqueConstraint("scope", "number"),
)

leases = Table(
    "leases",
    metadata,
    Column("name", Words, primary_key=True),
    col.words("owner"),
    col.time("until"),
    col.value("detail"),
)

pointers = Table(
    "pointers",
    metadata,
    Column("scope", ScopeColumn, primary_key=True),
    Column("thread", Words, primary_key=True),
    Column("kind", Words, primary_key=True),
    col.words("ref_id"),
    col.time("set_at"),
)
