"""What can be done here, now: the thread's state and the sentences that lead on from it."""

from __future__ import annotations

from bot.agent.state import DatasetState, ModelState, ThreadState

_NOTHING = (
    "Attach a CSV, Excel, Parquet or JSON-lines file and I describe it, or say "
    '"load the sample data". Then it goes on with "clean it", "train a model", "deploy it to '
    'staging" and "monitor it every hour".'
)


def help_text(state: ThreadState) -> str:
    """What can be done here, now: what presses first."""
    lines = [*_alerts(state), *_jobs(state), *_model(state), *_dataset(state)]
    if not lines:
        return _NOTHING
    if state.calls:
        lines.append('"undo" takes the last change back, "what did we do?" shows the record.')
    return "\n".join(lines)


def greeting(state: ThreadState) -> str:
    """A short hello with one thing to do next."""
    if state.alerts:
        return f'Hello! {state.alerts[0]} has an open alert: say "is there any drift?" or "help".'
    if state.model is not None:
        return f'Hello! {state.model.handle} is at hand: say "how good is it?" or "help".'
    if state.dataset is not None:
        name = state.dataset.name
        return f'Hello! {name} is here: say "what would you do with this data?" or "help".'
    return 'Hello! Attach a table and say "what\'s in this?", or say "help".'


def _alerts(state: ThreadState) -> list[str]:
    if not state.alerts:
        return []
    names = " and ".join(state.alerts[:2])
    return [
        f'{names} has an open alert: "is there any drift?", "retrain it" or "snooze the alert for '
        '1 day".'
    ]


def _jobs(state: ThreadState) -> list[str]:
    """Jobs are told by number and tool, such as "3 train_model"."""
    if not state.jobs:
        return []
    number, _, tool = state.jobs[0].partition(" ")
    return [
        f'Job {number} ({tool.replace("_", " ")}) is under way: "list the jobs" or "cancel job '
        f'{number}".'
    ]


def _model(state: ThreadState) -> list[str]:
    model = state.model
    if model is None:
        return []
    watch = '"show monitors"' if model.name in state.monitors else '"monitor it every hour"'
    if not model.live_in:
        rest = '"how good is it?", "explain it" or "deploy it to staging"'
    elif "production" in model.live_in:
        rest = f'"is there any drift?", {watch} or "rollback production"'
    else:
        rest = f'"how good is it?", {watch} or "ship it to production"'
    return [f"{model.handle} predicts {model.target}{_where(model)}: {rest}."]


def _where(model: ModelState) -> str:
    return f", live in {' and '.join(model.live_in)}" if model.live_in else ", not deployed yet"


def _dataset(state: ThreadState) -> list[str]:
    data = state.dataset
    if data is None:
        return []
    target = next(iter(data.targets), "")
    train = f'"train a model for {target}"' if target else '"train a model"'
    gaps = sum(bool(column.missing) for column in data.columns)
    if state.model is not None:
        return [f'{data.name} is at hand too: {_question(data)} or "send me the data as xlsx".']
    first = '"clean it"' if gaps else '"show the first 5 rows"'
    said = f"gaps in {gaps} of {len(data.columns)} columns" if gaps else "no gaps"
    return [
        f'{data.name} has {data.rows:,} rows, {said}: "what would you do with this data?", '
        f"{first} or {train}.",
        f"The rows can be asked too: {_question(data)}.",
    ]


def _question(data: DatasetState) -> str:
    """A question that the rows can answer."""
    groups = (c for c in data.columns if c.kind in ("category", "boolean") and not c.id_like)
    first = next(groups, None)
    return f'"how many rows per {first.name}?"' if first else '"how many rows are there?"'
