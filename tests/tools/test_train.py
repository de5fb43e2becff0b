"""Training registers one model per job, with card, receipt, run and reference; and is undone."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import Any, get_args

import pytest

from storage.catalog.records import Job
from tests.tools.conftest import Lab, block, kinds, running_job, text_of
from tools.context import JobTicket, ToolContext
from tools.errors import BadRequest, NeedsChoice, NotFound, Stopped
from tools.model_cards import verdict
from tools.outcome import Outcome


def passengers(rows: int = 240) -> bytes:
    """A table with Titanic's kind of columns, gaps and one strong and one weak feature."""
    rng = random.Random(7)
    lines = ["PassengerId,Survived,Pclass,Sex,Age,Fare,Port"]
    for number in range(1, rows + 1):
        sex = rng.choice(["male", "female"])
        pclass = rng.choice([1, 2, 3])
        odds = (0.75 if sex == "female" else 0.2) + (0.15 if pclass == 1 else 0)
        age = "" if rng.random() < 0.15 else f"{rng.gauss(35, 12):.0f}"
        fare = 90 / pclass + rng.gauss(0, 4)
        lines.append(
            f"{number},{int(rng.random() < odds)},{pclass},{sex},{age},{fare:.2f},"
            f"{rng.choice(['S', 'C', 'Q'])}"
        )
    return "\n".join(lines).encode()


def in_job(lab: Lab, job: Job) -> ToolContext:
    return replace(lab.context, job=JobTicket(job.id, job.attempt))


@pytest.fixture
def tracked(lab: Lab) -> Lab:
    """A channel with data, and MLflow at hand."""
    lab.load("titanic.csv", passengers())
    return lab


@pytest.fixture
def loaded(tracked: Lab) -> Lab:
    """The same with MLflow out of reach, which saves most of the time."""
    lost = replace(tracked.context.site, tracking_uri="sqlite:////proc/nowhere/mlflow.db")
    return Lab(replace(tracked.context, site=lost))


def train(lab: Lab, **args: Any) -> Outcome:
    given = {"target": "Survived", "algorithm": "logistic_regression", "time_budget_s": 1}
    return lab.call("train_model", **(given | args))


def test_card_and_registration(tracked: Lab) -> None:
    """One training: model, MLflow run, reference, receipt, and a card that says it honestly.

    Done again after a crash, the same job gives the same model and the same run.
    """
    loaded = tracked
    from tools.ml.artifact import load_pipeline
    from tools.summaries.summary import load_summary

    stages: list[str] = []
    context = replace(
        in_job(loaded, running_job(loaded)), progress=lambda share, text: stages.append(text)
    )
    card = loaded.call(
        "train_model", context=context, target="survived", time_budget_s=2, exclude=["port"]
    )
    model = loaded.context.model()
    assert (
        model.name, model.version, model.handle, model.target,
    ) == ("titanic-survived", 1, "m1", "Survived")  # fmt: skip
    assert model.run_id
    assert card.model_id == model.id
    assert stages[-1] == "Recording the run"

    assert kinds(card)[:4] == ["headline", "facts", "text", "figure"]
    assert "Predicts `Survived` right" in block(card, "headline").text
    assert "always the most frequent class" in block(card, "headline").text
    facts = {fact.label: fact.value for fact in block(card, "facts").items}
    assert "ROC AUC" in facts
    assert "titanic-survived v1 (m1)" in facts["Model"]
    assert [s.tool for s in block(card, "next_steps").items] == ["deploy_model", "explain_model"]
    receipt = {fact.label: fact.value for fact in block(card, "receipt").items}
    assert {"Data", "Model", "Seed", "Candidates", "Code", "MLflow run"} >= set(receipt)
    assert receipt["Seed"] == "0"
    assert "PassengerId" in text_of((block(card, "warnings"),))

    load_pipeline(loaded.context.blobs.read(model.digest))
    reference = load_summary(loaded.context.blobs.read(model.reference))
    names = {column.name for column in reference.columns}
    assert {"Sex", "Fare", "predicted Survived"} <= names
    assert not {"Port", "Survived", "PassengerId"} & names
    assert model.receipt["candidates"]
    assert "Trained titanic-survived v1 (m1)" in card.summary

    again = train(loaded, context=context)
    with loaded.context.catalog.read() as unit:
        assert unit.models.list(loaded.context.scope) == [model]
    assert again.model_id == model.id


def test_recipe_is_replayed_on_the_root(loaded: Lab) -> None:
    """After a cleaning the model still takes the file's own columns, gaps included."""
    loaded.call("clean_dataset", missing="median", rename={"Fare": "Price"})
    train(loaded)
    model = loaded.context.model()
    assert model.receipt["dataset"] == "titanic v2"
    assert model.receipt["root"] == "titanic v1"
    features = {feature["name"]: feature for feature in model.contract["features"]}
    assert "Fare" in features
    assert not features["Age"]["required"]


def test_a_lost_attempt_registers_nothing(loaded: Lab) -> None:
    """The attempt that lost its job may not register."""
    job = running_job(loaded)
    stale = replace(loaded.context, job=JobTicket(job.id, job.attempt - 1))
    with pytest.raises(Stopped):
        train(loaded, context=stale)
    with loaded.context.catalog.read() as unit:
        assert unit.models.list(loaded.context.scope) == []


def test_without_a_tracking_server(loaded: Lab) -> None:
    """MLflow out of reach: the model is there and the card says so."""
    card = train(loaded)
    model = loaded.context.model()
    assert model.run_id == ""
    assert "MLflow" in text_of((block(card, "warnings"),))


def test_undo(loaded: Lab) -> None:
    """Undo makes the model before current; without one, none is."""
    train(loaded)
    train(loaded, target="Fare", algorithm="ridge")
    assert "titanic-fare v1" in loaded.context.model().label
    assert "titanic-survived v1 (m1) again" in loaded.call("undo").summary
    assert loaded.context.model().handle == "m1"
    loaded.call("undo")
    with pytest.raises(NotFound, match="No model is current"):
        loaded.context.model()


def test_regression_card(loaded: Lab) -> None:
    """A regression is told by its average miss, against always saying the median or mean."""
    card = train(loaded, target="Fare", algorithm="decision_tree")
    assert "average miss" in block(card, "headline").text
    assert loaded.context.model().task == "regression"


def test_no_target_is_a_question(loaded: Lab) -> None:
    """No target named: the suggested ones are offered, nothing is trained."""
    with pytest.raises(NeedsChoice) as question:
        loaded.call("train_model")
    assert question.value.argument == "target"
    assert question.value.options[0].value == "Survived"
    assert 2 <= len(question.value.options) <= 5


def test_unknown_target_is_a_question(loaded: Lab) -> None:
    """No such column: the closest are offered."""
    with pytest.raises(NeedsChoice) as question:
        loaded.call("train_model", target="Survivors today")
    assert "Survived" in [option.value for option in question.value.options]


def test_target_that_was_left_out(loaded: Lab) -> None:
    """A target dropped in cleaning: told which version has it."""
    loaded.call("clean_dataset", drop_columns=["Survived"])
    with pytest.raises(BadRequest, match="titanic v1"):
        loaded.call("train_model", target="Survived")


def test_questioned_regression(loaded: Lab) -> None:
    """A regression on two classes is asked about; insisting works."""
    with pytest.raises(NeedsChoice) as question:
        train(loaded, task="regression", algorithm="auto")
    assert question.value.argument == "task"
    values = [option.value for option in question.value.options]
    card = train(loaded, task=values[-1], algorithm="ridge")
    assert card.model_id


def test_stop_keeps_the_best(loaded: Lab) -> None:
    """Stop after the first candidate: a model all the same, and the card says why."""
    pressed: list[bool] = []

    def progress(share: float, text: str) -> None:
        if "best so far" in text:
            pressed.append(True)

    context = replace(loaded.context, progress=progress, should_stop=lambda: bool(pressed))
    card = loaded.call("train_model", context=context, target="Survived", time_budget_s=30)
    assert "Stopped early" in text_of(card.blocks)


def test_every_algorithm_that_can_be_asked_for_is_known() -> None:
    """What the tool's arguments promise, the search can do, and nothing is hidden."""
    from tools.ml.candidates import ALGORITHMS
    from tools.ml.scores import METRICS
    from tools.training import Algorithm, Metric

    assert set(get_args(Algorithm)) == {"auto", *ALGORITHMS}
    assert set(get_args(Metric)) == {"auto", *METRICS}


@pytest.mark.parametrize("algorithm", ["nearest_neighbours", "decision_tree"])
def test_a_named_algorithm_is_the_one_trained(loaded: Lab, algorithm: str) -> None:
    """Asked for by name, that family is fitted and no other."""
    train(loaded, algorithm=algorithm)
    assert loaded.context.model().algorithm == algorithm


def test_names(loaded: Lab) -> None:
    """A name makes the next version of that name; versions count per name."""
    train(loaded, name="Who Lives")
    train(loaded, name="who lives")
    assert loaded.context.model("who-lives").label == "who-lives v2 (m2)"


def test_a_model_that_guesses_is_not_offered_for_deployment(lab: Lab) -> None:
    """Pure noise is told as such, and going live is not the next step."""
    rng = random.Random(3)
    lines = ["a,b,side"] + [
        f"{rng.random():.4f},{rng.random():.4f},{rng.choice(['left', 'right'])}" for _ in range(200)
    ]
    lab.load("noise.csv", "\n".join(lines).encode())
    card = train(lab, target="side", algorithm="auto")
    assert "not clearly better than guessing" in block(card, "headline").text
    assert [step.tool for step in block(card, "next_steps").items] == ["explain_model"]


def test_accuracy_below_guessing_is_not_the_headline() -> None:
    """Where the judging metric beats guessing and accuracy does not, accuracy is not praised."""
    own = {
        "metric": "balanced_accuracy", "name": "Balanced accuracy", "value": 0.5, "low": 0.4,
        "high": 0.6, "baseline": 0.2, "baseline_words": "always the most frequent class",
        "beats_baseline": True,
    }  # fmt: skip
    accuracy = own | {"metric": "accuracy", "name": "Accuracy", "baseline": 0.69,
                      "beats_baseline": False}  # fmt: skip
    said = verdict(own, [own, accuracy], target="kind", task="classification")
    assert "Balanced accuracy 50 %" in said
    assert "69 %" not in said


def test_candidates_are_told_once_per_algorithm(loaded: Lab) -> None:
    """The card names each algorithm once, with its best score and how many were tried."""
    card = train(loaded, algorithm="auto", time_budget_s=30)
    rows = block(card, "table").rows
    assert len({row[0] for row in rows}) == len(rows) > 1
    tried = len(loaded.context.model().receipt["candidates"])
    assert sum(row[2] for row in rows) == tried


def test_summary_names_columns_and_no_class(lab: Lab) -> None:
    """Labels of rare classes are cells of the file: people see them, the model does not."""
    rows = [f"{n * 7 % 11},same,{'left' if n % 2 else 'right'}" for n in range(60)]
    rows += ["1,same,Dr Quill", "2,same,Ms Reed"]
    lab.load("staff.csv", "\n".join(["a,fixed,side", *rows]).encode())
    card = train(lab, target="side")
    assert "Dr Quill" in text_of(card.blocks)
    assert "Quill" not in card.summary
    assert "`fixed` is left out" in card.summary
