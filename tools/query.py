"""`query_dataset`: a question over the rows, answered by one SELECT that may do nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import Field

from tools.base import Args, Tool
from tools.cards import plural
from tools.dataset_cards import dataset_receipt
from tools.errors import BadRequest
from tools.outcome import Block, Headline, Outcome
from tools.words import Slot, Words

if TYPE_CHECKING:
    from storage.catalog.records import DatasetVersion
    from tools.context import ToolContext
    from tools.queries.cards import Answer


class QueryDataset(Args):
    """Arguments of `query_dataset`."""

    dataset: str | None = Field(None, description="Dataset name; the current one if omitted.")
    sql: str | None = Field(
        None,
        description=(
            'One read-only SELECT in DuckDB\'s SQL over the table `data`; names in "double", texts '
            "in 'single' quotes. Allowed: WITH (not recursive), joins of `data` with itself, set "
            "operations, subqueries, windows, CASE, CAST, and the usual aggregates and functions "
            "of numbers, texts and dates. Not allowed: other tables, table functions, files, "
            "settings, anything that writes. Ask for aggregates: rows are shown to the person only."
        ),
    )


def query_dataset(args: QueryDataset, context: ToolContext) -> Outcome:
    """The answer to one SELECT; the summary tells a model aggregates, never a row.

    Raises:
        NotFound: No such dataset in this channel.
        BadRequest: There is no SQL, or the table cannot answer it.
        NeedsChoice: A column is open.
        Refused: It is more than one read-only SELECT, or takes more than it may.
    """
    from tools.queries.cards import answer_table, bare_answer, sentence, sql_block
    from tools.queries.picture import picture_of
    from tools.queries.steps import next_for

    version = context.dataset(args.dataset)
    if not args.sql:
        raise BadRequest(
            f"What do you want to know about {version.label}?",
            "Say, for example, “how many rows per …” or “average … by …”.",
        )
    answer, behind = _ask(args.sql, version, context)
    picture = picture_of(answer)
    blocks: tuple[Block | None, ...] = (
        Headline(sentence(answer)),
        answer_table(answer),
        context.picture(*picture) if picture is not None else None,
        sql_block(answer.tree),
        next_for(answer, version.label),
        dataset_receipt(version, context.site.code_version),
    )
    return Outcome(
        summary=_told(answer, behind),
        blocks=tuple(block for block in blocks if block is not None),
        dataset_id=version.id,
        data={"sql": sql_block(answer.tree).text, **bare_answer(answer, behind)},
    )


def _ask(sql: str, version: DatasetVersion, context: ToolContext) -> tuple[Answer, list[int]]:
    """The answer, and how many rows are behind each of its rows where that may be told."""
    from tools.queries.cards import answer_of
    from tools.queries.columns import Columns, settle
    from tools.queries.engine import run
    from tools.queries.parsing import parse, text_of
    from tools.queries.privacy import counted
    from tools.queries.values import for_questions

    columns = Columns.of([column.name for column in version.columns])
    tree = parse(sql)
    read = settle(tree, columns)
    names = dict(zip(columns.inner, columns.names, strict=True))
    table = context.datasets.read(version, columns=[names[name] for name in read])
    aggregate = counted(tree, dict(zip(columns.inner, version.columns, strict=True)))
    found = run(text_of(aggregate or tree), for_questions(table, columns, read))
    behind: list[int] = []
    if aggregate is not None:
        behind = [int(row[-1]) for row in found.rows]
        found = found.without_last()
    answer = answer_of(tree, found, label=version.label, total=version.rows, names=names)
    return answer, behind


def _told(answer: Answer, behind: list[int]) -> str:
    """What a model reads: aggregates over enough rows; of all else only how much there was."""
    from tools.queries.cards import MOST_ROWS, tellable, told

    rows = tellable(answer, behind)
    if not rows:
        return f"Showed {plural(len(answer.rows), 'row')} about {answer.label} to the person only."
    rest = len(answer.rows) - len(rows[:MOST_ROWS])
    more = f"; {plural(rest, 'more group')} shown to the person only" if rest else ""
    return f"{answer.label}: {told(answer.columns, rows[:MOST_ROWS])}{more}."


query_dataset_tool = Tool(
    name="query_dataset",
    summary="Answer a question over the rows of a dataset with one SELECT.",
    args=QueryDataset,
    run=query_dataset,
    effect="read",
    where="worker",
    words=Words(slots={"sql": Slot("question")}),
    examples=("how many rows per species?", "average tip by day"),
)
