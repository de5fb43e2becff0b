"""A cleaned version of a dataset, with what it changed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from pydantic import Field

from tools.base import Args
from tools.cards import shown, steps, table
from tools.column_names import need_columns
from tools.dataset_cards import (
    bare_dataset,
    dataset_receipt,
    preview_table,
    schema_text,
    size_text,
    train_step,
)
from tools.objecting import objections, objections_text
from tools.outcome import Block, Headline, NextStep, Outcome, Text

if TYPE_CHECKING:
    import pandas as pd

    from storage.catalog.records import DatasetVersion
    from tools.context import ToolContext
    from tools.ml.cleaning import Cleaned, CleaningWishes
    from tools.ml.recipe import Recipe

_MOST_ROWS = 15
_NAMING = ("drop_columns", "keep_columns", "fill_columns", "outlier_columns", "parse_dates")
Missing = Literal["keep", "drop_rows", "median", "mean", "most_frequent", "constant", "auto"]


class CleanDataset(Args):
    """Arguments of `clean_dataset`; nothing named means a sensible clean-up of everything."""

    dataset: str | None = Field(None, description="Dataset name; the current one if omitted.")
    drop_columns: list[str] = Field([], description="Columns to leave out.")
    keep_columns: list[str] = Field([], description="Keep only these columns.")
    drop_non_numeric: bool = Field(
        False, description="Leave out every column that is not a number."
    )
    missing: Missing | None = Field(None, description="What to do with gaps.")
    fill_value: str | float | None = Field(None, description="The value for missing=constant.")
    fill_columns: list[str] = Field([], description="Only the gaps of these columns; all if empty.")
    drop_duplicates: bool = Field(False, description="Leave out repeated rows.")
    outliers: Literal["keep", "clip", "drop"] = Field(
        "keep", description="What to do with outliers."
    )
    outlier_columns: list[str] = Field(
        [], description="Only the outliers of these columns; of all numbers if empty."
    )
    parse_dates: list[str] = Field([], description="Text columns to read as dates.")
    rename: dict[str, str] = Field({}, description="New names by old name.")


def clean_dataset(args: CleanDataset, context: ToolContext) -> Outcome:
    """Make the next version of a dataset; the one before stays as it is.

    Raises:
        NotFound: No such dataset in this channel.
        NeedsChoice: A column that was named does not fit exactly one.
        BadRequest: A wish that cannot be fulfilled, or one that would leave nothing.
    """
    from tools.dataset_versions import keep_version, profile_of
    from tools.ml.advice import AskedCleaning, against_cleaning
    from tools.ml.cleaning import apply_recipe, plan_recipe, reasons
    from tools.ml.recipe import dump_recipe

    before = context.dataset(args.dataset)
    wishes = _wishes(args, [column.name for column in before.columns])
    profile = profile_of(before, context)
    frame = context.frame(before)
    recipe = plan_recipe(frame, profile, wishes)
    if not recipe:
        return _nothing_to_do(before, named=not wishes.nothing_named)
    context.progress(0.3, "Cleaning")
    cleaned = apply_recipe(frame, recipe)
    if cleaned.table.equals(frame):
        return _nothing_to_do(before, named=not wishes.nothing_named)
    context.progress(0.7, "Describing the result")
    version, _ = keep_version(
        cleaned.table,
        name=before.name,
        origin=f"{before.label}: {_done(recipe)}",
        context=context,
        parent=before,
        recipe=(*before.recipe, *dump_recipe(recipe)),
    )
    why = reasons(recipe, profile) if wishes.nothing_named else ()
    lost = tuple(step.rows_before - step.rows_after for step in cleaned.steps)
    doubts = () if wishes.nothing_named else against_cleaning(AskedCleaning(profile, recipe, lost))
    size = size_text(version.rows, len(version.columns))
    headline = f"Cleaned {before.label} into {version.label}: {size}."
    return Outcome(
        summary=f"{headline} Steps: {_done(recipe)}. {objections_text(doubts)} "
        f"{schema_text(version)}",
        blocks=(
            Headline(headline, "good"),
            *objections(doubts),
            *_what_happened(frame, cleaned, recipe, why),
            preview_table(cleaned.table.head(3).iloc[:, :12], title="First rows"),
            steps(NextStep("Undo", "undo", {"made": version.label}), train_step(version)),
            dataset_receipt(version, context.site.code_version),
        ),
        dataset_id=version.id,
        inverse=NextStep("Undo", "use_dataset", {"dataset_id": before.id}),
        data=bare_dataset(version) | {"recipe": dump_recipe(recipe)},
    )


def _wishes(args: CleanDataset, names: list[str]) -> CleaningWishes:
    """The arguments with the columns' own names."""
    from tools.ml.cleaning import CleaningWishes

    found = {
        argument: tuple(need_columns(getattr(args, argument), names, argument=argument))
        for argument in _NAMING
    }
    return CleaningWishes(
        **found,
        drop_non_numeric=args.drop_non_numeric,
        missing=args.missing,
        fill_value=args.fill_value,
        drop_duplicates=args.drop_duplicates,
        outliers=args.outliers,
        rename=args.rename,
    )


def _nothing_to_do(version: DatasetVersion, *, named: bool) -> Outcome:
    what = "There is nothing like that to do" if named else "There is nothing to clean"
    headline = f"{what} in {version.label}; it stays as it is."
    return Outcome(
        summary=headline,
        blocks=(Headline(headline), steps(train_step(version))),
        dataset_id=version.id,
        data=bare_dataset(version),
    )


def _what_happened(
    frame: pd.DataFrame, cleaned: Cleaned, recipe: Recipe, why: tuple[str, ...]
) -> tuple[Block, ...]:
    """Every step in a sentence, why it was chosen, and the columns before and after."""
    from tools.ml.cleaning import BEFORE_AFTER, before_after

    done = " ".join(shown(step.sentence, 300) for step in cleaned.steps)
    because = " ".join(shown(reason, 300) for reason in why[:5])
    compared = before_after(frame, cleaned.table, recipe)
    titles = [title.capitalize() for title in BEFORE_AFTER]
    more = f"{len(compared) - _MOST_ROWS} more columns." if len(compared) > _MOST_ROWS else ""
    return (
        Text(done),
        *((Text(because),) if because else ()),
        *((table(titles, compared[:_MOST_ROWS], title="Before and after", caption=more),)
          if compared else ()),
    )  # fmt: skip


def _done(recipe: Recipe) -> str:
    """The steps in a few words, without any value of the data."""
    words = {
        "drop_columns": "dropped {}",
        "fill_missing": "filled gaps in {}",
        "drop_missing_rows": "dropped rows with gaps in {}",
        "drop_duplicates": "dropped repeated rows",
        "outliers": "limited outliers in {}",
        "parse_dates": "read {} as dates",
        "rename": "renamed {}",
    }
    said = []
    for step in recipe:
        names = getattr(step, "columns", None) or [old for old, _ in getattr(step, "names", ())]
        few = shown(names[0], 30) if len(names) == 1 else f"{len(names)} columns"
        said.append(words[step.kind].format(few))
    return ", ".join(said)
