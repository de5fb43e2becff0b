"""What a workflow declares, and which values fit it."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.servers.github import workflows as files
from tools.errors import BadRequest
from tools.workflows.declared import Declared, Input, fitted, read_workflow


def test_inputs_are_read_as_declared():
    """Names, types, defaults, options and what is required are read; our word is ours."""
    declared = read_workflow(files.NIGHTLY, "nightly.yml")
    assert [(i.name, i.kind, i.required, i.default) for i in declared.inputs] == [
        ("rows", "number", True, ""),
        ("mode", "choice", False, "quick"),
        ("dry_run", "boolean", False, "false"),
    ]
    assert (declared.inputs[1].options, declared.marks) == (("quick", "full"), True)


@pytest.mark.parametrize(
    "triggers",
    ["workflow_dispatch", "[push, workflow_dispatch]", "{workflow_dispatch: }",
     "{workflow_dispatch: {inputs: }}", "{push: , workflow_dispatch: {}}"],
)  # fmt: skip
def test_every_way_to_write_the_trigger_counts(triggers: str):
    """A word, a list and a mapping mean the same, with the key read as true or not."""
    for key in ("on", '"on"'):
        assert read_workflow(f"{key}: {triggers}\njobs: {{}}", "w.yml").inputs == ()


@pytest.mark.parametrize(
    ("source", "says"),
    [
        (files.PUSH_ONLY, "no `workflow_dispatch` trigger"),
        ("jobs: {}", "no `workflow_dispatch` trigger"),
        ("- a list", "not a workflow that can be read"),
        ("on: [", "not a workflow that can be read"),
        ("!!python/object/apply:os.system ['true']", "not a workflow that can be read"),
        ("", "not a workflow that can be read"),
    ],
)
def test_what_cannot_be_started_by_hand_is_told(source: str, says: str):
    """A workflow without the trigger, or a file that is none, is a sentence."""
    with pytest.raises(BadRequest) as caught:
        read_workflow(source, "w.yml")
    assert says in str(caught.value)


@pytest.mark.parametrize(
    ("given_values", "values"),
    [
        ({"ROWS": "10,000"}, {"rows": "10000"}),
        ({"rows": "-1.5", "Mode": "FULL"}, {"rows": "-1.5", "mode": "full"}),
        ({"rows": "1", "dry_run": "Yes"}, {"rows": "1", "dry_run": "true"}),
    ],
)
def test_values_are_written_as_github_takes_them(
    given_values: dict[str, str], values: dict[str, str]
):
    """Names and options are taken in any case, yes and no as booleans, numbers without marks."""
    assert fitted(read_workflow(files.NIGHTLY, "nightly.yml"), given_values) == values


@pytest.mark.parametrize(
    ("given_values", "says"),
    [
        ({}, "needs `rows` (a number, required)"),
        ({"rows": "nan"}, "does not fit"),
        ({"rows": "1", "row": "2"}, "Did you mean `rows`?"),
        ({"rows": "1", "mode": "slow"}, "one of `quick` or `full`"),
        ({"rows": "1", "dry_run": "maybe"}, "true or false"),
        ({"rows": "1", "mlops_run": "mine"}, "no input called “mlops_run”"),
    ],
)
def test_what_does_not_fit_is_answered_with_the_inputs(given_values: dict[str, str], says: str):
    """An unknown, missing or wrong input says what the inputs are."""
    with pytest.raises(BadRequest) as caught:
        fitted(read_workflow(files.NIGHTLY, "nightly.yml"), given_values)
    assert says in str(caught.value)


@given(st.text(max_size=40), st.sampled_from(["number", "boolean", "choice"]))
def test_a_value_fits_or_is_refused(value: str, kind: str):
    """Whatever is said, what comes out is a value of the declared type, or a refusal."""
    wanted = Declared("w.yml", (Input("x", kind, options=("a", "b")),))
    try:
        told = fitted(wanted, {"x": value})["x"]
    except BadRequest:
        return
    match kind:
        case "number":
            assert float(told) == float(told)
        case "boolean":
            assert told in {"true", "false"}
        case _:
            assert told in {"a", "b"}


@given(st.text(max_size=300))
def test_no_text_breaks_the_reading(source: str):
    """Any file is read or refused in words."""
    with suppress(BadRequest):
        assert read_workflow(source, "w.yml").file == "w.yml"
