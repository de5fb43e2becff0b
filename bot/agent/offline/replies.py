"""What to say when nothing is to be done: explanations, refusals, and what was not understood."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from bot.agent.offline.helping import help_text
from bot.agent.state import ThreadState
from tools.base import Tool


def explanation(tool: Tool[Any]) -> str:
    """How a tool is used, from its own declaration."""
    first, second = tool.examples
    waits = {
        "confirm": " It waits for your own click first.",
        "deploy": " Production waits for an approver's click.",
    }.get(tool.effect, "")
    waits = "" if "approver" in tool.summary else waits
    return f'{tool.summary}{waits} Say, for example, "{first}" or "{second}".'


def for_another(name: str) -> str:
    """The answer to a message that calls somebody else."""
    return f"That is for {name}, so I did nothing. Mention me if it was meant for me."


def declined() -> str:
    """The answer to a request not to do something."""
    return "All right, I leave everything as it is."


def conditional(tool: Tool[Any]) -> str:
    """The answer to a request that hangs on a condition."""
    words = tool.name.replace("_", " ")
    return (
        f"I cannot wait for that condition by myself, so I did not {words}; "
        f'when you have seen the result, say, for example, "{tool.examples[0]}".'
    )


def permission(tool: Tool[Any]) -> str:
    """The answer to "should we …?": what helps to decide, and how to say it when it is wanted."""
    first, second = tool.examples
    say = f'if so, say, for example, "{first}" or "{second}"'
    if tool.effect == "deploy":
        return (
            f'That is for you to decide: "how good is it?" tells its score beside guessing; {say}.'
        )
    return f"That is for you to decide; {say}."


def unclear(tool: Tool[Any]) -> str:
    """The answer where a change was asked for, but not which."""
    first, second = tool.examples
    return f'I am not sure what to change there. Say, for example, "{first}" or "{second}".'


def lost(state: ThreadState) -> str:
    """The answer to what was not understood."""
    if state.dataset is None and state.model is None:
        return f"I did not understand that. {help_text(state)}"
    first, *more = help_text(state).splitlines()
    rest = ' Say "help" for more.' if more else ""
    return f"I work with your tables and models, and found no task in that.\n{first}{rest}"


def how(tool: Tool[Any] | None, state: ThreadState) -> str:
    """The answer to a question about how something is done."""
    return explanation(tool) if tool is not None else help_text(state)


def concept(text: str, tool: Tool[Any] | None) -> str:
    """What a word of the trade means, and the tool that goes with it."""
    meaning = next((said for word, said in CONCEPTS.items() if word in text), "")
    if not meaning or tool is None:
        return meaning or (explanation(tool) if tool is not None else "")
    return f'{meaning} Say, for example, "{tool.examples[0]}".'


def not_later(tool: Tool[Any]) -> str:
    """The answer to a change that was asked for at a later time."""
    words = tool.name.replace("_", " ")
    return (
        f"I do things when they are said, so I did not {words} now. Say it again when it is time."
    )


def not_regularly(tool: Tool[Any]) -> str:
    """The answer to a change that was asked for again and again."""
    words = tool.name.replace("_", " ")
    return (
        f"I cannot {words} on a schedule, so I did nothing. I can check a live model for drift "
        'regularly ("monitor it every day") and offer to train anew when its data has changed.'
    )


def needs_model(state: ThreadState) -> str:
    """The answer where a model is needed and there is none."""
    return f"There is no model here yet, so I did nothing.\n{help_text(state)}"


def needs_file() -> str:
    """The answer where a dataset is needed and there is none."""
    return "There is no dataset here yet. Attach a CSV, Excel, Parquet or JSON-lines file first."


CONCEPTS = {
    "drift": "Drift means that the data a model sees now differs from what it was trained on.",
    "staging": "Staging is the trial endpoint; production is the one that others rely on.",
    "production": "Production is the endpoint others rely on; staging is for trying out.",
    "baseline": "The baseline is the score of always guessing the commonest class or the mean.",
    "random forest": "A random forest averages many decision trees grown on random samples.",
    "gradient boosting": "Gradient boosting adds small trees, each correcting those before it.",
    "logistic": "Logistic regression weighs each column and turns the sum into a probability.",
    "ridge": "Ridge is a linear regression that keeps its weights small.",
    "accuracy": "Accuracy is the share of rows that were predicted right.",
    "auc": "ROC AUC is the chance that a positive row is ranked above a negative one.",
    "f1": "F1 balances how many positives are found against how many alarms are right.",
    "rmse": "RMSE is the typical size of an error, large errors weighing more.",
    "mae": "MAE is the average size of an error.",
    "overfit": "A model overfits when it learns its training rows by heart and fails on new ones.",
    "target": "The target is the column a model learns to predict.",
    "feature": "A feature is a column a model learns from.",
    "outlier": "An outlier is a value far away from all the others.",
    "endpoint": "An endpoint is an address where a deployed model answers over HTTP.",
    "classif": "Classification predicts which group a row belongs to.",
    "regression": "Regression predicts a number.",
}


def no_column(name: str, columns: Iterable[str]) -> str:
    """For a change of a column that is not there."""
    known = ", ".join(columns)
    return f"There is no column {name} here, so I changed nothing. The columns are {known}."


def no_such_rows(said: str, columns: Iterable[str]) -> str:
    """For a question about rows that no column or value tells."""
    known = ", ".join(columns)
    return f"I found no column or value for “{said}” here. The columns are {known}."


def passed_over(said: str) -> str:
    """For a question of which a part was not understood."""
    return f"I passed over “{said}”, which is no column or value here."
