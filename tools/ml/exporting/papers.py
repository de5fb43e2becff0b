"""What an exported project says to people, and how it runs elsewhere."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import Any, Final

from tools.cards import number
from tools.ml.exporting.blueprint import Blueprint
from tools.ml.exporting.literals import literal

CHECKOUT: Final = "actions/checkout@08c6903cd8c0fde910a37f88322edcfb5dd907a8 # v5.0.0"
SETUP_PYTHON: Final = "actions/setup-python@a26af69be951a213d495a4c3e4e4022e16d87065 # v5.6.0"
_TOLERANCE: Final = 0.1
"""Share of the interval's half width: far less than chance, far more than rounding."""
_LEAST_TOLERANCE: Final = 1e-6

_README: Final = """# {name}

Predicts {target} from {columns}. {task}. On {holdout} rows that it never learnt from: {score};
{baseline}.

It was trained by an assistant and needs nothing of it: the pipeline is in
[model/pipeline.py](model/pipeline.py), the data in [model/data.py](model/data.py), and
[MODEL_CARD.md](MODEL_CARD.md) says what to know before using it.

```sh
python -m venv .venv && .venv/bin/pip install -r requirements.txt
.venv/bin/python -m unittest     # the data, the pipeline, and the promised score
.venv/bin/python train.py        # trains, compares with expected.json, writes model.joblib
.venv/bin/python predict.py rows.csv
```

`train.py` ends in an error when {metric} differs from {value} by more than {tolerance}.
`train.py --data other.parquet` learns from other rows of the same columns, and passes unless it
scores worse than the interval of the original. Made with Python {python}; `requirements.txt`
names every package with its version. The [Dockerfile](Dockerfile) trains in a container, and
[.github/workflows/train.yml](.github/workflows/train.yml) trains on every pull request and
comments the result.
"""

_DATA_README: Final = """# Data

`{file}`: {rows} rows as they were read from the file, before any cleaning; what is left out and
filled is code, in `model/`. SHA-256: `{digest}`. It is left out of version control: keep it where
your data belongs, and let `DATA_URL` (a secret of the repository) say where the workflow finds it.
"""

_CARD: Final = """# Model card: {name}

| | |
|---|---|
| predicts | {target} ({task}) |
| learns with | {algorithm} |
| trained | {made}, by {by} |
| data | `{digest}` |
| model | `{model}` |
| made by | version {code} of the assistant, seed {seed} |

## How good it is

{rows} Held out {split}.

| metric | value | 95 % interval | guessing |
|---|---|---|---|
{metrics}

## What to know before using it

{warnings}

## What it looks at

{importance}

## What it does not look at

{excluded}

## How the data are cleaned

{cleaning}
"""

_DOCKER: Final = """FROM python:{python}-slim
WORKDIR /project
COPY requirements.txt .
RUN pip install --no-cache-dir -r requirements.txt
COPY . .
RUN useradd --create-home trainer && chown -R trainer /project
USER trainer
CMD ["python", "train.py"]
"""

_WORKFLOW: Final = """name: train

on:
  pull_request:
  workflow_dispatch:

permissions:
  contents: read

jobs:
  train:
    runs-on: ubuntu-latest
    timeout-minutes: 60
    permissions:
      contents: read
      pull-requests: write
    steps:
      - uses: {checkout}
        with:
          persist-credentials: false
      - uses: {setup}
        with:
          python-version: "{python}"
      - run: pip install -r requirements.txt
      - name: Fetch the data, which train.py checks by its hash
        env:
          DATA_URL: ${{{{ secrets.DATA_URL }}}}
          DATA_FILE: {file}
        run: |
          test -f "$DATA_FILE" || curl -sSfL --output "$DATA_FILE" "$DATA_URL"
      - run: python -m unittest
      - run: python train.py --report report.md
      - name: Comment the result
        if: always() && github.event_name == 'pull_request'
        env:
          GH_TOKEN: ${{{{ github.token }}}}
          PULL_REQUEST: ${{{{ github.event.pull_request.html_url }}}}
        run: test -f report.md && gh pr comment "$PULL_REQUEST" --body-file report.md
"""


def tolerance(blueprint: Blueprint) -> float:
    """How far a score may lie from the promised one: a tenth of what chance does to it."""
    score = blueprint.facts.score
    low, high = score.get("low"), score.get("high")
    half = (high - low) / 2 if low is not None and high is not None else 0.0
    return float(max(_TOLERANCE * half, _LEAST_TOLERANCE * max(1.0, abs(score["value"]))))


def expected(blueprint: Blueprint) -> str:
    """`expected.json`: what the training must give."""
    facts, score = blueprint.facts, blueprint.facts.score
    value = float(score["value"])
    return json.dumps(
        {
            "model": facts.name,
            "model_sha256": facts.digest,
            "data_sha256": facts.data_digest,
            "metric": score["metric"],
            "value": value,
            "low": value if score.get("low") is None else score["low"],
            "high": value if score.get("high") is None else score["high"],
            "baseline": score["baseline"],
            "tolerance": tolerance(blueprint),
            "rows": {"train": facts.rows["train"], "holdout": facts.rows["holdout"]},
        },
        indent=2,
    ) + "\n"  # fmt: skip


def readme(blueprint: Blueprint) -> str:
    """`README.md`."""
    contract, facts, score = blueprint.contract, blueprint.facts, blueprint.facts.score
    names = [plain(one.name) for one in contract.features]
    more = f" and {len(names) - 8} more columns" if len(names) > 8 else ""
    value = number(float(score["value"]))
    return _README.format(
        name=plain(facts.name),
        target=plain(contract.target),
        columns=f"{', '.join(names[:8])}{more}",
        task=contract.task.capitalize(),
        holdout=f"{facts.rows['holdout']:,}",
        score=f"{plain(str(score['name']))} {value}{_interval(score)}",
        baseline=f"guessing gives {number(float(score['baseline']))}",
        metric=score["metric"],
        value=f"{score['value']:.6g}",
        tolerance=f"{tolerance(blueprint):.2g}",
        python=facts.python,
    )


def data_readme(blueprint: Blueprint, rows: int) -> str:
    """`data/README.md`."""
    facts = blueprint.facts
    return _DATA_README.format(file=facts.data, rows=f"{rows:,}", digest=facts.data_digest)


def model_card(blueprint: Blueprint, cleaning: Iterable[str]) -> str:
    """`MODEL_CARD.md`."""
    facts, report, contract = blueprint.facts, blueprint.facts.report, blueprint.contract
    lost = [f"{plain(one['name'])}: {plain(one['reason'])}" for one in report["excluded"]]
    drops = [
        f"{plain(one['name'])}: {number(float(one['drop']))} worse without it"
        for one in report["importance"]
    ]
    rows = facts.rows
    return _CARD.format(
        name=plain(facts.name),
        target=plain(contract.target),
        task=contract.task,
        algorithm=blueprint.spec.algorithm.replace("_", " "),
        made=facts.made,
        by=plain(facts.by),
        digest=facts.data_digest,
        model=facts.digest,
        code=facts.code_version,
        seed=blueprint.spec.seed,
        rows=f"Learnt from {rows['train']:,} rows, judged on {rows['holdout']:,}; the model that "
        f"is kept learns from all {rows['final']:,}.",
        split=plain(blueprint.order.reason),
        metrics="\n".join(map(_metric_row, facts.metrics)),
        warnings=_items(map(plain, report["warnings"]), "Nothing stood out in training."),
        importance=_items(drops, "Nothing was measured."),
        excluded=_items(lost, "It looks at every column."),
        cleaning=_items(map(plain, cleaning), "They are taken as they come."),
    )


def dockerfile(blueprint: Blueprint) -> str:
    """`Dockerfile`."""
    return _DOCKER.format(python=blueprint.facts.python)


def workflow(blueprint: Blueprint) -> str:
    """`.github/workflows/train.yml`."""
    return _WORKFLOW.format(
        checkout=CHECKOUT,
        setup=SETUP_PYTHON,
        python=blueprint.facts.python,
        file=literal(f"data/{blueprint.facts.data}"),
    )


def plain(text: str) -> str:
    """A name or sentence as Markdown that shows it and does nothing else."""
    line = " ".join("".join(char if char.isprintable() else " " for char in text).split())
    return re.sub(r"([\\`*_{}\[\]()<>#|~!&$@:])", r"\\\1", line)


def _interval(score: Any) -> str:
    low, high = score.get("low"), score.get("high")
    if low is None or high is None:
        return ""
    return f" (95 % interval {number(float(low))} to {number(float(high))})"


def _metric_row(score: Any) -> str:
    def shown(name: str) -> str:
        return "–" if score.get(name) is None else number(float(score[name]))

    return (
        f"| {plain(str(score['name']))} | {shown('value')} | {shown('low')} to {shown('high')} "
        f"| {shown('baseline')} |"
    )


def _items(lines: Iterable[str], nothing: str) -> str:
    listed = [f"- {line}" for line in lines]
    return "\n".join(listed) or nothing
