"""Deleting a dataset: shown before it is done, and taken back for 30 days."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from pydantic import Field

from tools.base import Args, Rehearsal
from tools.cards import plural, shown, steps, table
from tools.outcome import Headline, NextStep, Outcome, Text

if TYPE_CHECKING:
    from tools.context import ToolContext


class DeleteDataset(Args):
    """Arguments of `delete_dataset`."""

    dataset: str | None = Field(None, description="Dataset name; the current one if omitted.")


def delete_dataset(args: DeleteDataset, context: ToolContext) -> Outcome:
    """Hide a dataset, all its versions; `undo` brings it back for 30 days.

    Raises:
        NotFound: There is none of that name in this channel.
    """
    name = context.dataset(args.dataset).name
    with context.catalog.write() as unit:
        count = unit.datasets.delete(context.scope, name, now=context.now())
    headline = f"Deleted {name} with {plural(count, 'version')}."
    return Outcome(
        summary=f"{headline} It can be brought back for 30 days.",
        blocks=(
            Headline(headline),
            Text(
                "It can be brought back for 30 days: say *undo*. Models built on it keep working."
            ),
            steps(NextStep("Undo", "undo", {"made": name})),
        ),
        inverse=NextStep(f"Bring {name} back", "restore_dataset", {"name": name}),
        data={"deleted": name, "versions": count},
    )


def rehearse_delete_dataset(args: DeleteDataset, context: ToolContext) -> Rehearsal:
    """What would go: the versions, and the models that were built on them.

    Raises:
        NotFound: There is none of that name in this channel.
    """
    version = context.dataset(args.dataset)
    with context.catalog.read() as unit:
        versions = unit.datasets.versions(context.scope, version.name)
        ids = {each.id for each in versions}
        built = [model for model in unit.models.list(context.scope) if model.dataset_id in ids]
    rows = [
        (each.label, each.rows, shown(each.origin, 80),
         ", ".join(model.handle for model in built if model.dataset_id == each.id) or None)
        for each in versions
    ]  # fmt: skip
    used = (
        f"{plural(len(built), 'model')} built on it will keep working."
        if built
        else "No model was built on it."
    )
    headline = f"Delete {version.name} with {plural(len(versions), 'version')}?"
    return Rehearsal(
        args={"dataset": version.name},
        binding=hashlib.sha256(" ".join(sorted(ids)).encode()).hexdigest(),
        outcome=Outcome(
            summary=f"{headline} {used}",
            blocks=(
                Headline(headline, "warning"),
                table(("Version", "Rows", "Made by", "Models"), rows),
                Text(f"{used} The data can be brought back for 30 days."),
            ),
            dataset_id=version.id,
        ),
    )
