"""Cleaning a dataset: a new version, its recipe kept, taken back with one word."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from pydantic import Field

from tools.base import Args, Tool
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
from tools.outcome import Block, Headline, NextStep, Outcome, Text
from tools.words import Slot, Words

if TYPE_CHECKING:
    import pandas as pd

    from storage.catalog.records import DatasetVersion
    from tools.context import ToolContext
    from tools.ml.cleaning import Cleaned, CleaningWishes
    from tools.ml.recipe import Recipe

_MOST_ROWS = 15
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
    size = size_text(version.rows, len(version.columns))
    headline = f"Cleaned {before.label} into {version.label}: {size}."
    return Outcome(
        summary=f"{headline} Steps: {_done(recipe)}. {schema_text(version)}",
        blocks=(
            Headline(headline, "good"),
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
        for argument in ("drop_columns", "keep_columns", "fill_columns", "parse_dates")
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


clean_dataset_tool = Tool(
    name="clean_dataset",
    summary="Make a cleaned version: choose columns, fill gaps, drop duplicates, parse dates.",
    args=CleanDataset,
    run=clean_dataset,
    effect="write",
    where="worker",
    words=Words(
        verbs=("clean|tidy|cleanse|scrub|preprocess|prepare|sanitise|sanitize|wrangle|fix|repair",),
        nouns=("data|dataset|file|csv|table|it|this|everything|up|mess|columns|<dataset>",),
        phrases=(
            "clean|tidy|cleanse|preprocess|cleanup|cleaning|dedupe|deduplicate|dropna|impute|winsorize",
            "drop|remove|delete|discard|exclude|omit|ditch|lose|strip|skip|cut|kill|erase ~ <column>",
            "drop|remove|delete|discard|exclude|omit|ditch|lose|strip|cut|erase ~ column|columns",
            "drop|remove|delete|discard|exclude|omit|keep everything|all ~ except|but|besides|apart|than ~ <column>",
            "fill|impute|complete|patch <column>",
            "throw away|out ~ <column>",
            "throw|take|leave|cut|kick ~ <column> away|out|off",
            "get rid of|off ~ <column>",
            "take|leave|kick|cut out|off ~ <column>",
            "do not need|want <column>",
            "keep|retain|select ~ <column>",
            "restrict|limit|reduce|narrow ~ to <column>",
            "only|just keep|want|need|use? <column>",
            "drop|remove|delete|discard|exclude|omit|ditch|lose|strip|erase ~ "
            "numeric|numerical|numbers|text|string|strings|categorical|textual",
            "get rid of ~ numeric|numerical|numbers|text|string|strings|categorical|textual",
            "keep|retain|only|just ~ numeric|numerical|numbers ~ columns|features|fields?",
            "numeric|numerical columns|features only",
            "fill|impute|handle|replace|patch|plug|treat|interpolate|deal|complete|resolve|address ~~ "
            "missing|gap|gaps|null|nulls|nan|nans|na|nas|blank|blanks|empty|hole|holes|absent",
            "fix|repair|sort|solve|cope|correct ~ missing|gap|gaps|null|nulls|nan|nans|blanks|holes",
            "missing|gaps|nulls|nans|blanks|holes ~ with|by|using|to|use|take|put ~ "
            "median|mean|average|mode|frequent|common|zero|zeros",
            "drop|remove|delete|discard|exclude|omit|ditch|lose|strip|skip|erase ~~ "
            "missing|gap|gaps|null|nulls|nan|nans|na|nas|blank|blanks|empty|incomplete|holes",
            "get rid of ~~ missing|gap|gaps|null|nulls|nan|nans|blank|blanks|empty|incomplete|holes",
            "use|put|insert|set|write|take ~~ missing|gap|gaps|null|nulls|nan|nans|blank|blanks|empty|holes",
            "throw away|out ~~ missing|gap|gaps|null|nulls|nan|nans|blank|blanks|empty|incomplete",
            "only|just|keep complete rows|records|cases|lines",
            "keep ~ rows|records|cases ~ complete",
            "drop|remove|delete|discard|exclude|omit|ditch|lose|strip|eliminate|merge ~ "
            "duplicate|duplicates|duplicated|dupes|doubles|repeated|repeats|identical|copies",
            "get rid of ~ duplicate|duplicates|duplicated|dupes|doubles|repeated|identical|copies",
            "no more? duplicates|dupes",
            "unique rows only?",
            "clip|cap|trim|winsorise|limit|tame|drop|remove|delete|discard|exclude|ditch|handle|treat ~ "
            "outlier|outliers|extreme|extremes",
            "get rid of|deal with ~ outlier|outliers|extreme|extremes",
            "parse|convert|turn|read|treat|make|interpret|change|cast ~~ date|dates|datetime|timestamp",
            "rename <any>",
            "rename",
            "change|set ~ name of <column>",
            "call <column>",
        ),
        bare=(
            "clean|tidy|cleanse|preprocess|cleanup|cleaning|scrub|prepare|sanitise|sanitize|wrangle",
            "fix|repair ~ data|dataset|file|csv|table|it|this|everything|mess",
        ),
        unless=(
            "dataset ~ deploy",
            "how many|much",
            "histogram|plot|chart|boxplot|distribution|graph",
            "train|fit|retrain|predict|classifier|regressor|monitor|drift|alert|endpoint|model|models",
        ),
        slots={
            "keep_columns": Slot(
                "columns",
                says=(
                    "all|everything|columns|column|rest|else except|but|besides|excluding|excepting for? <>",
                    "all|everything apart|aside|other from|than <>",
                    "keep|retain|select|leave only|just? column|columns? <>",
                    "restrict|limit|reduce|narrow ~ to only|just? column|columns? <>",
                    "only|just keep|want|need|use? column|columns? <>",
                ),
            ),
            "drop_columns": Slot(
                "columns",
                says=(
                    "drop|remove|delete|discard|exclude|omit|ditch|lose|strip|skip|cut|kill|erase "
                    "column|columns|feature|features|field|fields|variable|variables|both? <>",
                    "drop|remove|delete|discard|exclude|omit|ditch|lose|strip|skip|cut|kill|erase "
                    "out|off|away|all|just? <>",
                    "get rid of|off column|columns? <>",
                    "throw away|out? column|columns? <>",
                    "take|leave|kick|cut out|off? column|columns? <>",
                    "do not need|want|use column|columns? <>",
                    "without column|columns? <>",
                    "but not <>",
                ),
                values={
                    "id": (
                        "drop|remove|delete|discard|exclude|omit|ditch|lose|strip|rid|out ~ "
                        "id|ids|identifier|identifiers column|columns|like",
                        "drop|remove|delete|discard|exclude|omit|ditch|lose|strip|rid|out ids|identifiers",
                    ),
                    "constant": (
                        "drop|remove|delete|discard|exclude|omit|ditch|lose|strip|rid|out ~ "
                        "constant|useless column|columns",
                    ),
                    "missing": (
                        "drop|remove|delete|discard|exclude|omit|ditch|lose|strip|rid|out ~ "
                        "column|columns ~ with|containing|having|that|which|where ~ "
                        "missing|gaps|nulls|nans|blanks|empty|holes",
                    ),
                },
            ),
            "drop_non_numeric": Slot(
                "flag",
                values={
                    "yes": (
                        "non|not|nonnumeric numeric|numerical|number|numbers",
                        "nonnumeric|nonnumerical",
                        "drop|remove|delete|discard|exclude|omit|ditch|lose|strip|rid|erase ~ "
                        "text|string|strings|categorical|textual|character column|columns|feature|features|"
                        "field|fields|variable|variables?",
                        "keep|retain|only|just ~ numeric|numerical|numbers",
                        "numeric|numerical columns|features only",
                        "are not numbers|numeric",
                    ),
                },
            ),
            "missing": Slot(
                "choice",
                values={
                    "median": ("median|medians",),
                    "mean": ("mean|means|average|averages",),
                    "most_frequent": (
                        "mode|modes",
                        "most frequent|common|popular|often",
                        "commonest",
                    ),
                    "drop_rows": (
                        "drop|remove|delete|discard|exclude|omit|ditch|lose|strip|rid|skip|erase|throw|kick ~ "
                        "rows|row|records|lines|entries|observations|cases|samples ~~ missing|gap|gaps|null|"
                        "nulls|nan|nans|na|nas|blank|blanks|empty|incomplete|holes",
                        "drop|remove|delete|discard|exclude|omit|ditch|lose|strip|rid|skip|erase|throw ~ "
                        "missing|null|nulls|nan|nans|na|nas|blank|blanks|empty|incomplete|gaps",
                        "dropna",
                        "only|just|keep complete rows|records|cases|lines",
                        "keep ~ rows|records|cases ~ complete",
                    ),
                    "keep": (
                        "keep|leave ~ missing|gaps|nulls|nans|blanks",
                        "missing|gaps|nulls|nans|blanks ~ as they? be",
                    ),
                    "auto": (
                        "fill|impute|handle|replace|patch|plug|treat|interpolate|deal|complete|resolve|"
                        "address|fix|repair|sort|solve|cope|correct ~~ missing|gap|gaps|null|nulls|nan|nans|"
                        "na|nas|blank|blanks|empty|hole|holes|absent",
                        "impute",
                    ),
                },
            ),
            "fill_value": Slot(
                "value",
                says=(
                    "fill|impute|replace|patch|plug|set|complete|make ~~ with|by|to|as <>",
                    "missing|gap|gaps|null|nulls|nan|nans|blank|blanks|empty|holes "
                    "value|values|cells? ~ with|by|to|as|become <>",
                    "put|insert|use|write <> ~~ missing|gap|gaps|null|nulls|nan|nans|blank|blanks|empty",
                ),
                implies={"missing": "constant"},
            ),
            "fill_columns": Slot(
                "columns",
                says=(
                    "fill|impute|complete|patch column|columns? <>",
                    "fill|impute|replace|patch|plug|complete|set|make missing|gaps|empty|blank|null|nulls|nan? "
                    "values|value|cells|entries? in|of|for|from? column|columns? <>",
                    "missing|gap|gaps|null|nulls|nan|nans|blank|blanks|empty|holes value|values|cells|entries? "
                    "in|of|for|from? column|columns? <>",
                ),
            ),
            "drop_duplicates": Slot(
                "flag",
                values={
                    "yes": (
                        "duplicate|duplicates|duplicated|dupes|doubles|dedupe|deduplicate|deduplication",
                        "repeated|identical|repeating rows|records|lines|entries",
                        "unique rows",
                    ),
                },
            ),
            "outliers": Slot(
                "choice",
                values={
                    "clip": (
                        "clip|cap|winsorise|winsorize|trim|limit|tame|handle|treat|deal ~ "
                        "outlier|outliers|extreme|extremes",
                    ),
                    "drop": (
                        "drop|remove|delete|discard|exclude|ditch|rid|omit|lose|strip|erase|out|away ~~ "
                        "outlier|outliers|extreme|extremes",
                    ),
                },
            ),
            "parse_dates": Slot(
                "columns",
                says=(
                    "parse|convert|turn|read|treat|make|interpret|change|cast column|columns? <> ~~ "
                    "date|dates|datetime|timestamp|datetimes",
                    "parse|convert date|dates ~ in|from|of <>",
                ),
            ),
            "rename": Slot(
                "pairs", says=("rename column|columns? <>", "change|set name of <>", "call <>")
            ),
        },
    ),
    examples=("drop the non-numeric columns", "fill in missing values with the median"),
)
