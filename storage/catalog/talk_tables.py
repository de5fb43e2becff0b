"""The tables of what platforms and language models send and get, and of the channels."""

from __future__ import annotations

from sqlalchemy import Column, Float, Index, Integer, Table

from storage.catalog import columns as col
from storage.catalog.columns import ScopeColumn, Words
from storage.catalog.metadata import metadata

inbox = Table(
    "inbox",
    metadata,
    Column("key", Words, primary_key=True),
    col.words("platform"),
    col.words("lane"),
    col.value("payload"),
    col.count("attempts"),
    col.time("received_at"),
    col.time("done_at", optional=True),
    Index(None, "platform", "done_at"),
)

channels = Table(
    "channels",
    metadata,
    Column("scope", ScopeColumn, primary_key=True),
    col.words("platform"),
    col.words("name"),
    col.words("cursor"),
    col.words("state"),
    *col.person("owner", optional=True),
    col.time("greeted_at", optional=True),
    col.words("privacy"),
    col.flag("shared"),
    col.time("updated_at"),
    Index(None, "platform"),
)

grants = Table(
    "grants",
    metadata,
    Column("scope", ScopeColumn, primary_key=True),
    Column("subject", Words, primary_key=True),
    col.words("name"),
    col.words("role"),
    *col.person("actor"),
    col.time("created_at"),
)

follows = Table(
    "follows",
    metadata,
    Column("scope", ScopeColumn, primary_key=True),
    Column("repo", Words, primary_key=True),
    Column("file", Words, primary_key=True),
    col.thread(),
    *col.person("actor"),
    col.time("created_at"),
    Index(None, "repo"),
)

outbox = Table(
    "outbox",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("dedupe_key", Words, nullable=False, unique=True),
    col.words("slot"),
    col.words("platform"),
    col.scope(),
    col.thread(),
    col.value("body"),
    col.words("state"),
    col.count("attempts"),
    col.time("not_before"),
    col.words("platform_ref", optional=True),
    col.time("created_at"),
    col.time("sent_at", optional=True),
    Index(None, "platform", "state", "id"),
    Index(None, "slot", "id"),
    Index(None, "scope", "thread", "id"),
    Index(None, "scope", "platform_ref"),
)

posts = Table(
    "posts",
    metadata,
    *col.ordered_id(),
    col.scope(),
    col.thread(),
    *col.person("actor"),
    col.words("text"),
    col.values("files"),
    col.flag("pressed"),
    col.time("created_at"),
    Index(None, "scope", "thread", "seq"),
)

model_calls = Table(
    "model_calls",
    metadata,
    *col.ordered_id(),
    col.scope(),
    col.thread(),
    col.link("turn_id", "turns.id"),
    *col.person("actor"),
    col.words("model"),
    col.words("level"),
    col.count("tokens_in"),
    col.count("tokens_out"),
    Column("cost", Float, nullable=True),
    col.words("sent"),
    col.values("struck"),
    col.time("created_at"),
    Index(None, "scope", "created_at"),
    Index(None, "actor_id", "created_at"),
    Index(None, "turn_id"),
)
