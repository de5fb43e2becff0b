"""The workflows in docs/github.md are valid, declare what is asked of them, and their steps run."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.bot.processes import environment
from tools.workflows.allowed import parse_release, parse_workflows
from tools.workflows.declared import MARK, fitted, read_workflow

PAGE = Path(__file__).parents[2] / "docs" / "github.md"
TEXT = PAGE.read_text("utf-8")
BLOCKS = re.findall(r"```yaml\n(.*?)```", TEXT, re.DOTALL)
WHOLE = [block for block in BLOCKS if "jobs:" in block]
TABLE = "order,amount,returned\n" + "".join(
    f"{n},{n % 13},{'yes' if n % 3 else 'no'}\n" for n in range(60)
)


def _named(name: str) -> str:
    return next(block for block in WHOLE if block.startswith(f"name: {name}"))


@pytest.mark.parametrize("block", WHOLE, ids=lambda block: block.split("\n")[0])
def test_the_workflows_fit_githubs_schema(block: str, tmp_path: Path):
    """Each whole workflow on the page passes the schema of workflow files."""
    path = tmp_path / "workflow.yml"
    path.write_text(block)
    checked = subprocess.run(
        ["check-jsonschema", "--builtin-schema", "vendor.github-workflows", str(path)],
        capture_output=True,
        text=True,
        check=False,
        executable=str(Path(sys.executable).parent / "check-jsonschema"),
    )
    assert checked.returncode == 0, checked.stdout


def test_the_release_takes_what_it_is_given():
    """The release workflow of the page takes model, version, digest and our word."""
    declared = read_workflow(_named("Release a model"), "release.yml")
    given = {"model": "m", "version": "1", "digest": "0" * 64}
    assert fitted(declared, given) == given
    assert declared.marks
    assert MARK == "mlops_run"


def test_the_settings_of_the_page_are_read():
    """The examples of both settings mean what the page says."""
    ci = next(re.finditer(r"^MLOPS_CI=(.*)$", TEXT, re.MULTILINE))[1]
    assert [each.label for each in parse_workflows(ci) if each.deploys] == ["acme/churn/deploy.yml"]
    release = next(re.finditer(r"^MLOPS_RELEASE=(.*)$", TEXT, re.MULTILINE))[1]
    assert parse_release(release).ref == "main"


def test_the_gate_passes_for_a_digest():
    """The shell of the release workflow accepts a digest and refuses what is none."""
    step = _steps("Release a model")[0]
    for digest, code in (("a" * 64, 0), ("short", 1)):
        told = {"MODEL": "m", "DIGEST": digest, "PATH": "/usr/bin:/bin"}
        done = subprocess.run(["bash", "-e", "-c", step["run"]], env=told, check=False)
        assert done.returncode == code


def test_the_steps_that_ask_the_assistant_run(tmp_path: Path):
    """The steps of the last workflow run as they are written, and print what they promise."""
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "orders.csv").write_text(TABLE)
    told = environment(tmp_path / ".assistant")
    told["PATH"] = f"{Path(sys.executable).parent}:{told['PATH']}"
    printed = ""
    for step in _steps("Look at the data"):
        done = subprocess.run(
            ["bash", "-e", "-c", step["run"]],
            cwd=tmp_path,
            env=told,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        printed += done.stdout
    assert "60 rows" in printed
    assert "train_model" in printed


def _steps(name: str) -> list[dict[str, Any]]:
    jobs = yaml.safe_load(_named(name))["jobs"]
    return [step for job in jobs.values() for step in job["steps"] if "run" in step]
