"""How fresh a dataset is: its latest date, and how long ago that was."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from pydantic import Field

from tools.base import Args, Tool
from tools.cards import shown
from tools.errors import BadRequest
from tools.outcome import Fact, Facts, Headline, Outcome
from tools.words import Slot, Words

if TYPE_CHECKING:
    from storage.catalog.records import ColumnInfo
    from tools.context import ToolContext


class CheckFreshness(Args):
    """Arguments of `check_freshness`."""

    dataset: str | None = Field(None, description="Dataset; the current one if omitted.")
    column: str | None = Field(None, description="Date column; the latest of all if omitted.")


def check_freshness(args: CheckFreshness, context: ToolContext) -> Outcome:
    """The latest date of a dataset, from what its profile knows: no row is read.

    Raises:
        BadRequest: It has no dates, or none in the column that was named.
    """
    version = context.dataset(args.dataset)
    dates = {column.name: found for column in version.columns if (found := _latest(column))}
    if args.column is not None:
        dates = {name: at for name, at in dates.items() if name.lower() == args.column.lower()}
    if not dates:
        where = f"“{shown(args.column)}” of {version.label}" if args.column else version.label
        raise BadRequest(f"There is no date in {where}.", "Name a column that holds dates.")
    name, at = max(dates.items(), key=lambda item: item[1])
    days = max(0, (context.now() - at).days)
    headline = f"The latest date in {version.label} is {at:%Y-%m-%d}, {days:,} days ago."
    return Outcome(
        summary=headline,
        blocks=(
            Headline(headline, "good" if days <= 31 else "warning"),
            Facts((Fact("Column", shown(name)), Fact("Age", f"{days:,} days"))),
        ),
        dataset_id=version.id,
        data={"column": name, "latest": at.date().isoformat(), "days": days},
    )


def _latest(column: ColumnInfo) -> datetime | None:
    """The latest date of a column that holds dates."""
    if not isinstance(column.high, str):
        return None
    try:
        at = datetime.fromisoformat(column.high)
    except ValueError:
        return None
    return at if at.tzinfo else at.replace(tzinfo=UTC)


check_freshness_tool = Tool(
    name="check_freshness",
    summary="Tell how fresh a dataset is: its latest date and its age.",
    args=CheckFreshness,
    run=check_freshness,
    effect="read",
    where="bot",
    words=Words(
        phrases=(
            "how fresh|stale|outdated is|be ~ data|dataset|file|table|it|this|<dataset>",
            "freshness|staleness",
            "is|be ~ data|dataset|it|this|<dataset> ~ fresh|stale|outdated",
        ),
        slots={"column": Slot("column", says=("by|in|of <column>",))},
    ),
    examples=("how fresh is the data?", "is this dataset outdated?"),
)
