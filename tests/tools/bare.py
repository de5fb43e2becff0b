"""An environment that holds exactly the packages of a lock file, and nothing else."""

from __future__ import annotations

import os
import subprocess
import sys
from importlib.metadata import distribution
from pathlib import Path


def bare_environment(requirements: Path, folder: Path) -> dict[str, str]:
    """The environment variables for a Python that sees these installed packages only.

    Raises:
        AssertionError: A package is not locked to the version that is installed.
    """
    folder.mkdir()
    for line in requirements.read_text().split():
        name, _, version = line.partition("==")
        about = distribution(name)
        assert version == about.version, line
        tops = {file.parts[0] for file in about.files or () if ".." not in file.parts}
        for top in tops:
            link = folder / top
            if not link.exists():
                link.symlink_to(Path(str(about.locate_file(top))))
    return {"PYTHONPATH": str(folder), "PATH": os.environ["PATH"], "PYTHONDONTWRITEBYTECODE": "1"}


def run_in(project: Path, env: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    """Python without its site packages, in a project's folder."""
    command = [sys.executable, "-S", *arguments]
    return subprocess.run(
        command, check=False, cwd=project, env=env, capture_output=True, text=True
    )
