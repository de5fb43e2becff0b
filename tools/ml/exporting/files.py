"""All files of an exported project but its data."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from tools.ml.exporting import papers, scripts
from tools.ml.exporting.blueprint import Blueprint
from tools.ml.exporting.data_code import data_module
from tools.ml.exporting.locking import locked
from tools.ml.exporting.pipeline_code import pipeline_module

_AS_THEY_ARE: Final = Path(__file__).parent / "project"
_IGNORED: Final = ".venv/\n__pycache__/\nmodel.joblib\nreport.md\ndata/*.parquet\n"
_NOT_IN_IMAGE: Final = ".venv/\n.git/\n__pycache__/\nmodel.joblib\n"


def project_files(blueprint: Blueprint, *, rows: int, cleaning: Sequence[str]) -> dict[str, str]:
    """Path to text.

    Args:
        blueprint: What is exported.
        rows: Of the data as they were read.
        cleaning: What was done to them, a sentence a step.
    """
    return {
        "README.md": papers.readme(blueprint),
        "MODEL_CARD.md": papers.model_card(blueprint, cleaning),
        "requirements.txt": "\n".join([*locked(), ""]),
        "expected.json": papers.expected(blueprint),
        "train.py": scripts.TRAIN,
        "predict.py": scripts.PREDICT,
        "model/__init__.py": '"""The model: its data, its pipeline, its scores."""\n',
        "model/data.py": data_module(blueprint),
        "model/pipeline.py": pipeline_module(blueprint),
        "model/judge.py": scripts.judge_module(blueprint.contract),
        **{f"model/{name}.py": _text(name) for name in ("cleaning", "encoding", "scoring")},
        "tests/__init__.py": "",
        "tests/test_project.py": scripts.TESTS,
        "data/README.md": papers.data_readme(blueprint, rows),
        "Dockerfile": papers.dockerfile(blueprint),
        ".dockerignore": _NOT_IN_IMAGE,
        ".gitignore": _IGNORED,
        ".github/workflows/train.yml": papers.workflow(blueprint),
    }


def _text(name: str) -> str:
    return (_AS_THEY_ARE / f"{name}.py").read_text(encoding="utf-8")
