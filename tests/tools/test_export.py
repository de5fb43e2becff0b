"""A model is handed over as a project that runs where nothing else is."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.tools.bare import bare_environment, run_in
from tests.tools.conftest import Lab, block
from tests.tools.test_train import passengers, train
from tools.context import ToolContext
from tools.outcome import File


def unpacked(file: File, context: ToolContext, folder: Path) -> Path:
    with zipfile.ZipFile(io.BytesIO(context.blobs.read(file.blob))) as archive:
        archive.extractall(folder)
    (project,) = folder.iterdir()
    return project


@pytest.fixture
def exported(lab: Lab) -> File:
    """The archive of a model that was trained on cleaned data."""
    lab.load("titanic.csv", passengers())
    lab.call("clean_dataset", missing="median", drop_columns=["Port"])
    train(lab)
    return block(lab.call("export_project"), "file")


def test_a_project_in_a_fresh_environment(exported: File, lab: Lab, tmp_path: Path) -> None:
    """Unpacked beside nothing but its locked packages, its tests pass and its metric is reached."""
    project = unpacked(exported, lab.context, tmp_path / "unpacked")
    env = bare_environment(project / "requirements.txt", tmp_path / "packages")

    tests = run_in(project, env, "-m", "unittest")
    training = run_in(project, env, "train.py")

    assert tests.returncode == 0, tests.stderr
    assert (training.returncode, training.stderr) == (0, "")
    promised = json.loads((project / "expected.json").read_text())
    model = lab.context.model()
    assert (model.score["value"], model.digest) == (promised["value"], promised["model_sha256"])
    assert f"promised {promised['value']:.6g}" in training.stdout


def test_the_same_model_is_the_same_archive(exported: File, lab: Lab) -> None:
    """Exporting again gives the very same file."""
    assert exported == block(lab.call("export_project"), "file")


def test_its_workflow_is_a_workflow(exported: File, lab: Lab, tmp_path: Path) -> None:
    """GitHub's schema and the security checks find nothing wrong with the workflow."""
    project = unpacked(exported, lab.context, tmp_path / "unpacked")
    workflow = project / ".github" / "workflows" / "train.yml"
    schema = ["check-jsonschema", "--builtin-schema", "vendor.github-workflows", str(workflow)]
    audit = ["zizmor", "--offline", "--no-progress", str(workflow)]

    for command in (schema, audit):
        command[0] = str(Path(sys.executable).parent / command[0])
        done = subprocess.run(command, check=False, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr
