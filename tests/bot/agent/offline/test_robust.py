"""Whatever is said, the brain answers: valid arguments, and no change out of thin air."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.agent.offline.spelling import vocabulary
from bot.agent.offline.understand import understand
from bot.agent.state import CallState, ColumnState, DatasetState, ModelState, ThreadState
from tests.bot.agent.offline.sentences import EFFECTS, TODAY, judge, own_cases
from tools.registry import TOOLS, all_tools

CASES = tuple(own_cases())
STATE = next(case.state for case in CASES if case.state.models)
MARKS = [
    ",",
    ".",
    "?",
    "and",
    "then",
    "not",
    "for",
    "5",
    "30m",
    '"x"',
    "m1",
    "=",
    ":",
    "(",
    "🎉",
    "\n",
]
WORDS = [*sorted(vocabulary(TOOLS)), *(column.name for column in STATE.datasets[0].columns), *MARKS]
LAST = [
    CallState("train_model", {"target": "revenue"}),
    CallState("plot_dataset", {"x": "units"}),
    CallState("monitor_model", {"every": "1h"}),
    CallState("deploy_model", {"environment": "production"}),
]
NO_REQUESTS = """
what do you think about deploying this?|would you deploy this model?|is deploying on friday bad?
if you were me, would you retrain?|my boss wants to know how to deploy|who deleted the dataset?
please do not, under any circumstances, deploy this to production|deploying is hard
training data looks fine|the cleaning removed 20 rows, right?|undo is a nice feature
which model would you deploy?|do you clean data automatically?|tell me about monitoring
cancel my subscription|remind me to deploy tomorrow|we could deploy it, but let's wait
let's wait with the deployment|don't you dare delete it|forget about deploying|deploy?|undo?
there's no need to clean the data|someone wrote: "delete the dataset"|he told me to delete it all
is it ok to remove duplicates?|would removing duplicates help?|can salary be predicted from age?
the training took ages|deploy was a mistake|good that you deleted it|yes|approve 17|option 2
don't clean, train or deploy anything|instead of deploying it, show me the data|never roll back
"""


@settings(max_examples=200, deadline=None)
@given(st.lists(st.sampled_from(WORDS), max_size=12).map(" ".join), st.sampled_from(LAST))
def test_any_words(said: str, last: CallState) -> None:
    """Any salad of known words ends in calls whose arguments the tools accept, or in words."""
    state = ThreadState(TODAY, STATE.datasets, STATE.models, calls=(last,))
    for step in understand(said, state, TOOLS).steps:
        opened = {step.open.argument: step.open.options[0]} if step.open else {}
        all_tools()[step.tool].args.model_validate({**step.args, **opened})


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=60))
def test_any_text(said: str) -> None:
    """Any text is answered, with or without a state."""
    for state in (STATE, ThreadState(TODAY)):
        meant = understand(said, state, TOOLS)
        assert meant.steps or meant.answer


def test_talk_of_changes_changes_nothing() -> None:
    """Questions, reports, refusals and quotations of changes never become changes."""
    acts = {
        said: [step.tool for step in understand(said, STATE, TOOLS).steps]
        for said in NO_REQUESTS.replace("\n", "|").split("|")
        if said
    }
    changing = {said: t for said, t in acts.items() if any(EFFECTS[x] != "read" for x in t)}
    assert changing == {}


def test_arguments_are_valid() -> None:
    """Every argument understood from our sentences is one its tool accepts."""
    for case in CASES:
        for step in judge(case).meant.steps:
            opened = {step.open.argument: step.open.options[0]} if step.open else {}
            all_tools()[step.tool].args.model_validate({**step.args, **opened})


def test_a_column_named_like_a_verb_is_a_cell() -> None:
    """In "cut=Ideal" a column is given its value; nothing is cut."""
    columns = (
        ColumnState("carat", "number", 0, 90, 0.2, 5.0),
        ColumnState("cut", "category", 0, 3, top=("Ideal", "Fair")),
        ColumnState("price", "integer", 0, 90, 300.0, 9000.0),
    )
    gems = DatasetState("gems", 1, 200, columns, ("price",))
    model = ModelState("gems-price", 1, "m1", "price", "regression", "ridge", columns[:2])
    state = ThreadState(TODAY, (gems,), (model,))
    meant = understand("predict for carat=1.2, cut=Ideal", state, TOOLS)
    assert [step.args["rows"] for step in meant.steps] == [[{"carat": 1.2, "cut": "Ideal"}]]
