"""Trained models."""

from __future__ import annotations

import re
from datetime import datetime

from sqlalchemy import ColumnElement, select

from storage.catalog import tables
from storage.catalog.records import Actor, Json, ModelVersion, Scope
from storage.catalog.repository import Repository, new_id
from storage.errors import NotStored

_HANDLE = re.compile(r"m(?P<number>\d{1,9})", re.IGNORECASE)
_LABEL = re.compile(r".+\((?P<handle>m\d{1,9})\)", re.IGNORECASE)
_VERSIONED = re.compile(r"(?P<name>.+?)\s+v(?P<version>\d{1,9})", re.IGNORECASE)


class Models(Repository[ModelVersion]):
    """Immutable models; only `run_id` and `deleted_at` ever change."""

    table = tables.models
    kind = ModelVersion
    noun = "model"

    def add(
        self,
        scope: Scope,
        *,
        name: str,
        digest: str,
        dataset_id: str,
        target: str,
        task: str,
        algorithm: str,
        score: Json,
        contract: Json,
        reference: str,
        run_id: str,
        receipt: Json,
        report: Json,
        job_id: str | None,
        actor: Actor,
        now: datetime,
    ) -> ModelVersion:
        """Add the next version of `name`; a job adds one model, however often it asks."""
        if job_id is not None:
            known = self.by_job(job_id)
            if known is not None:
                return known
        mine = self.table.c.scope == scope
        return self._add(
            id=new_id(),
            scope=scope,
            name=name,
            version=self._next("version", mine, self.table.c.name == name),
            number=self._next("number", mine),
            digest=digest,
            dataset_id=dataset_id,
            target=target,
            task=task,
            algorithm=algorithm,
            score=score,
            contract=contract,
            reference=reference,
            run_id=run_id,
            receipt=receipt,
            report=report,
            job_id=job_id,
            actor=actor,
            created_at=now,
        )

    def get(self, scope: Scope, model_id: str) -> ModelVersion:
        """A model by its id; raises NotStored."""
        return self._get(model_id, self.table.c.scope == scope, self.table.c.id == model_id)

    def find(self, scope: Scope, text: str) -> ModelVersion:
        """The live model meant by "m7", "churn", "Churn v3" or "churn v3 (m7)".

        Without a version the latest one is meant; raises NotStored.
        """
        wanted = text.strip()
        label = _LABEL.fullmatch(wanted)
        handle = _HANDLE.fullmatch(label["handle"] if label else wanted)
        if handle:
            where = (self._live(scope), self.table.c.number == int(handle["number"]))
            return self._get(text, *where)
        found = self._newest_named(scope, wanted)
        versioned = _VERSIONED.fullmatch(wanted)
        if found is None and versioned:
            found = self._newest_named(scope, versioned["name"], version=int(versioned["version"]))
        if found is None:
            raise NotStored(f"no {self.noun} {text}")
        return found

    def list(self, scope: Scope) -> list[ModelVersion]:
        """All live models, newest first."""
        return self._all(self._select(self._live(scope)).order_by(self.table.c.number.desc()))

    def latest(self, scope: Scope) -> ModelVersion | None:
        """The newest live model."""
        return self._first(self._select(self._live(scope)).order_by(self.table.c.number.desc()))

    def by_job(self, job_id: str) -> ModelVersion | None:
        """The model that a job registered."""
        return self._first(self._select(self.table.c.job_id == job_id))

    def set_run(self, model_id: str, run_id: str) -> None:
        """Note the tracking run, which is written after the model."""
        self._change(self.table.c.id == model_id, run_id=run_id)

    def _live(self, scope: Scope) -> ColumnElement[bool]:
        return (self.table.c.scope == scope) & self.table.c.deleted_at.is_(None)

    def _newest_named(
        self, scope: Scope, name: str, *, version: int | None = None
    ) -> ModelVersion | None:
        names = select(self.table.c.name).where(self._live(scope)).distinct()
        known = sorted(self._connection.execute(names).scalars())
        same = [each for each in known if each.casefold() == name.casefold()]
        where = [
            self._live(scope),
            self.table.c.name == (name if name in same else "".join(same[:1])),
        ]
        if version is not None:
            where.append(self.table.c.version == version)
        return self._first(self._select(*where).order_by(self.table.c.version.desc()))
