"""`deploy/build-image` takes the first program that answers, and tells the build what it needs."""

from __future__ import annotations

import itertools
import os
import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[2]
REFUSES = "#!/bin/sh\nexit 1\n"
ANSWERS = '#!/bin/sh\n[ "$1" = info ] || printf "%s\\n" "$0" "$@" > "$SAID"\n'


def build(folder: Path, programs: dict[str, str], **more: str) -> tuple[int, list[str], str]:
    """Exit code, what the chosen program was called with, and what was said."""
    folder.mkdir()
    for name in ("docker", "podman", "buildah"):
        program = folder / name
        program.write_text(programs.get(name, REFUSES))
        program.chmod(0o755)
    said = folder / "said"
    environment = {"PATH": f"{folder}:{os.environ['PATH']}", "SAID": str(said), **more}
    ran = subprocess.run(
        [ROOT / "deploy/build-image"], env=environment, capture_output=True, text=True, check=False
    )
    return ran.returncode, said.read_text().splitlines() if said.exists() else [], ran.stderr


def test_the_first_that_answers_builds(tmp_path: Path):
    """docker, then podman, then buildah; a docker client without its daemon does not answer."""
    order = ("docker", "podman", "buildah")
    for number, name in enumerate(order):
        folder = tmp_path / name
        code, said, _ = build(folder, dict.fromkeys(order[number:], ANSWERS))
        assert (code, said[:2]) == (0, [str(folder / name), "build"])
    assert {"--format", "docker", "--layers"} <= set(said)


def test_nobody_answers(tmp_path: Path):
    """It says which programs it looked for."""
    code, said, words = build(tmp_path / "none", {})
    assert (code, said) == (1, [])
    assert "docker, podman and buildah" in words


def test_what_the_build_is_told(tmp_path: Path):
    """Name, base and version are arguments; index settings and certificates only secrets."""
    given = {"IMAGE": "team/x:1", "PYTHON_IMAGE": "python:x", "INDEX": "/i", "CERTIFICATES": "/c"}
    _, said, _ = build(tmp_path / "all", {"podman": ANSWERS}, **given)
    assert said[said.index("--tag") + 1] == "team/x:1"
    assert "PYTHON_IMAGE=python:x" in said
    secrets = [word for flag, word in itertools.pairwise(said) if flag == "--secret"]
    assert secrets == ["id=index,src=/i", "id=certificates,src=/c"]
    assert any(word.startswith("REVISION=") and len(word) == 49 for word in said)
    _, said, _ = build(tmp_path / "bare", {"podman": ANSWERS})
    assert "--secret" not in said
    assert not [word for word in said if word.startswith("PYTHON_IMAGE")]
