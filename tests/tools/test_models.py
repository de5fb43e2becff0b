"""Models are listed, compared, judged, explained and asked; each card says how far to trust it."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import replace

import pytest

from tests.contracts.rows import deploy
from tests.tools.conftest import HERE, Lab, block, kinds, open_context, text_of
from tests.tools.test_train import passengers
from tools.errors import BadRequest, NotFound


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """A channel with a dataset, two models for Survived and one for Fare."""
    context = open_context(tmp_path_factory.mktemp("models"))
    # The tracking server is out of reach: it has its own tests, and takes most of the time.
    site = replace(context.site, tracking_uri="sqlite:////proc/nowhere/mlflow.db")
    lab = Lab(replace(context, site=site))
    lab.load("titanic.csv", passengers())
    lab.call("train_model", target="Survived", algorithm="logistic_regression", time_budget_s=1)
    lab.call("train_model", target="Survived", algorithm="decision_tree", time_budget_s=1)
    lab.call("clean_dataset", missing="drop_rows")
    lab.call("train_model", target="Fare", algorithm="ridge", time_budget_s=1)
    yield lab
    lab.context.catalog.close()


def test_no_models(lab: Lab) -> None:
    """An empty channel says so, in lists and when a model is needed."""
    assert "no model" in lab.call("list_models").summary
    for tool in ("predict", "evaluate_model", "explain_model", "compare_models"):
        with pytest.raises((NotFound, BadRequest)):
            lab.call(tool)


def test_list(trained: Lab) -> None:
    """Newest first, with score, guess and data; the current one is named."""
    listed = block(trained.call("list_models"), "table")
    assert [row[0] for row in listed.rows] == ["m3", "m2", "m1"]
    assert "titanic-fare v1 (m3)" in listed.caption


def test_compare(trained: Lab) -> None:
    """The best first, and whether it is clearly better."""
    card = trained.call("compare_models", models=["m2", "titanic-survived v1"])
    assert len(block(card, "table").rows) == 2
    assert "better than" in block(card, "headline").text
    assert block(card, "next_steps").items[0].tool == "deploy_model"


def test_compare_different_targets(trained: Lab) -> None:
    """Scores for different targets are not ranked."""
    card = trained.call("compare_models", models=["m1", "m3"])
    assert "cannot be compared" in text_of(card.blocks)


@pytest.mark.parametrize("models", [["m1"], ["m1", "M1"], []])
def test_one_model_is_no_comparison(trained: Lab, models: list[str]) -> None:
    """One model, or one twice, cannot be compared (the current target has one)."""
    with pytest.raises(BadRequest, match="two models"):
        trained.call("compare_models", models=models)


def test_evaluate_on_hold_out(trained: Lab) -> None:
    """Without a dataset: the held-out figures of the training, all metrics, no new work."""
    card = trained.call("evaluate_model", model="m1")
    metrics = {row[0]: row for row in block(card, "table").rows}
    assert {"ROC AUC", "Accuracy", "F1"} <= set(metrics)
    assert "held out in training" in text_of((block(card, "facts"),))
    assert "figure" in kinds(card)


def test_evaluate_on_data(trained: Lab) -> None:
    """On rows it learnt from, the card warns that this flatters; other data has no warning."""
    flattered = trained.call("evaluate_model", model="m1", dataset="titanic v2")
    assert "these very rows, so this flatters" in text_of((block(flattered, "warnings"),))
    later = [line.replace(b".", b".5") for line in passengers(80).splitlines()]
    trained.load("later.csv", b"\n".join(later))
    fresh = trained.call("evaluate_model", model="m1", dataset="later")
    assert "flatters" not in text_of(fresh.blocks)
    assert fresh.data["rows"] == 80
    trained.call("undo")


def test_evaluate_on_a_part_of_the_training_rows(trained: Lab) -> None:
    """Rows of training that come back in another file are recognised and counted."""
    old = passengers(60).splitlines()
    new = [line.replace(b".", b".5") for line in passengers(100).splitlines()[61:]]
    trained.load("mixed.csv", b"\n".join(old + new))
    said = text_of(trained.call("evaluate_model", model="m1", dataset="mixed").blocks)
    assert "learnt from 60 of these rows, so this flatters" in said
    trained.call("undo")


def test_evaluate_without_the_truth(trained: Lab) -> None:
    """A dataset without the target cannot judge: said so."""
    trained.load("other.csv", b"a,b\n1,2\n2,3\n3,4\n4,5\n5,6\n6,7\n")
    with pytest.raises(BadRequest, match="Survived"):
        trained.call("evaluate_model", model="m1", dataset="other")
    trained.call("undo")


def test_explain(trained: Lab) -> None:
    """The columns by importance; what was not used and why."""
    card = trained.call("explain_model", model="m1")
    assert block(card, "table").rows[0][0] == "Sex"
    assert "`Sex`" in block(card, "headline").text
    steps = block(card, "next_steps").items
    assert [(step.tool, step.form) for step in steps] == [
        ("deploy_model", False),
        ("predict", True),
    ]
    drops = [float(row[1]) for row in block(card, "table").rows]
    negligible = [row[0] for row, drop in zip(block(card, "table").rows, drops, strict=True)
                  if drop < 0.01 * drops[0]]  # fmt: skip
    assert not any(f"`{name}`" in block(card, "headline").text for name in negligible)
    assert "PassengerId" in text_of(card.blocks)


def test_a_model_that_is_live_is_asked_next(trained: Lab) -> None:
    """Once served anywhere, the next step is no deployment but a prediction by form."""
    model = trained.context.model("m2")
    with trained.context.catalog.write() as unit:
        deploy(unit, model)
    steps = block(trained.call("evaluate_model", model="m2"), "next_steps").items
    assert [step.tool for step in steps] == ["predict", "explain_model"]
    steps = block(trained.call("explain_model", model="m2"), "next_steps").items
    assert [step.tool for step in steps] == ["predict", "evaluate_model"]


def test_explain_during_an_alert(trained: Lab) -> None:
    """With an open alert: which drifted columns matter most to this model."""
    context = trained.context
    model = context.model("m1")
    now = context.now()
    with context.catalog.write() as unit:
        monitor = unit.monitors.add(
            context.scope, name=model.name, environment="staging", every_s=60, cron=None,
            timezone="UTC", address=HERE, actor=context.actor, now=now,
        )  # fmt: skip
        report = unit.reports.add(
            context.scope, monitor_id=monitor.id, model_id=model.id, start=now, end=now, rows=500,
            status="drift", flagged=("Port", "Sex"), result={}, figure=None, now=now,
        )  # fmt: skip
        alert = unit.alerts.open(
            context.scope, monitor_id=monitor.id, state="firing", report_id=report.id, now=now
        )
    card = trained.call("explain_model", model="m1")
    assert "`Sex` matters most" in block(card, "text").text
    assert [row[0] for row in block(card, "table").rows] == ["Sex", "Port"]
    with context.catalog.write() as unit:
        unit.alerts.update(alert.id, state="resolved", now=now, resolved_at=now)
    assert "drifted" not in trained.call("explain_model", model="m1").summary


def test_predict_one_row(trained: Lab) -> None:
    """One row in words: the answer with its probability, why, and what was assumed."""
    card = trained.call("predict", model="m1", rows=[{"sex": "Female", "pclas": "1", "Fare": 80}])
    assert "`Survived` is predicted to be 1 (probability" in block(card, "headline").text
    assert "Fare" in [row[0] for row in block(card, "table").rows]
    assert {"value", "probabilities"} == set(card.data["predictions"][0])
    assert "held-out rows" in text_of(card.blocks)


def test_reasons_that_do_not_count_are_not_listed(trained: Lab) -> None:
    """Effects that would read as 0 points are no reasons."""
    card = trained.call("predict", model="m1", rows=[{"Sex": "female", "Pclass": 1, "Age": 35}])
    effects = [row[3] for row in block(card, "table").rows]
    assert effects
    assert not any(str(effect).strip("+-") == "0 points" for effect in effects)


def test_predict_a_number(trained: Lab) -> None:
    """A regression's answer comes with its average miss."""
    row = {"Pclass": 1, "Age": 30, "Sex": "male", "Survived": 1, "Port": "S"}
    card = trained.call("predict", model="m3", rows=[row])
    assert "average miss" in block(card, "headline").text
    assert 80 < card.data["predictions"][0]["value"] < 100


def test_predict_rows(trained: Lab) -> None:
    """Several rows: a line each, and unusual values are warned of."""
    rows = [{"Sex": "male", "Age": 30}, {"Sex": "female", "Age": 300}]
    card = trained.call("predict", model="m1", rows=rows)
    assert [row[0] for row in block(card, "table").rows] == [1, 2]
    assert "outside" in text_of((block(card, "warnings"),))


@pytest.mark.parametrize(
    ("row", "says"),
    [({"Sex": "male", "Fare": "cheap"}, "must be a number"), ({"Colour": "red"}, "no field")],
)
def test_predict_wrong_rows(trained: Lab, row: dict[str, object], says: str) -> None:
    """A value that cannot be, or an unknown field: which, and what the model takes."""
    with pytest.raises(BadRequest, match=says):
        trained.call("predict", model="m1", rows=[row])


def test_predict_a_row_training_left_out(trained: Lab) -> None:
    """Rows with gaps were dropped in training: such a row gets no answer, and is told why."""
    row = {"Pclass": 1, "Age": None, "Sex": "male", "Survived": 1, "Port": "S"}
    with pytest.raises(BadRequest, match="left out of training"):
        trained.call("predict", model="m3", rows=[row])


def test_score_a_dataset(trained: Lab) -> None:
    """No rows: the dataset becomes a file with the answer beside each row; no rows in the text."""
    card = trained.call("predict", model="m1", dataset="titanic")
    file = block(card, "file")
    rows = list(csv.DictReader(io.StringIO(trained.context.blobs.read(file.blob).decode())))
    assert len(rows) == 240
    assert rows[0]["predicted_Survived"] in {"0", "1"}
    assert 0 <= float(rows[0]["probability_1"]) <= 1
    assert block(card, "next_steps").items[0].tool == "evaluate_model"
    assert "240 rows" in card.summary


def test_score_leaves_blanks(trained: Lab) -> None:
    """Rows the model may not answer stay blank, and are counted."""
    card = trained.call("predict", model="m3", dataset="titanic")
    file = block(card, "file")
    rows = list(csv.DictReader(io.StringIO(trained.context.blobs.read(file.blob).decode())))
    blank = sum(not row["predicted_Fare"] for row in rows)
    assert 0 < blank == sum(not row["Age"] for row in rows)
    assert f"{blank} rows with a gap" in text_of((block(card, "warnings"),))


def test_score_tells_what_training_never_saw(trained: Lab) -> None:
    """Values beyond those of training are counted for the whole file, as for single rows."""
    rows = ["Pclass,Sex,Age,Fare,Port", "1,female,30,20,S", "2,other,31,21,C", "3,male,32,99999,Q"]
    trained.load("later.csv", "\n".join(rows).encode())
    said = text_of(trained.call("predict", model="m1", dataset="later").blocks)
    assert "1 row has values of `Sex` that training never saw" in said
    assert "1 row has values beyond the range of `Fare` that training never saw" in said
    trained.call("undo")


def test_another_channel_sees_no_model(trained: Lab) -> None:
    """A model of another channel is answered as if it did not exist."""
    other = trained.elsewhere()
    assert trained.call("list_models", context=other).data["models"] == []
    with pytest.raises(NotFound):
        trained.call("predict", context=other, model="m1")


def test_fresh_thread_takes_the_latest(trained: Lab) -> None:
    """A fresh thread means the channel's latest model, and the card names it."""
    fresh = replace(trained.context, address=replace(HERE, thread="new"))
    card = trained.call("evaluate_model", context=fresh)
    assert "titanic-fare v1 (m3)" in text_of(card.blocks)
