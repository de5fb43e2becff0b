"""What children are told of our environment: everything but the keys that are not theirs."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

_ROOT: Final = Path(__file__).resolve().parent.parent
_ONE_THREAD: Final = dict.fromkeys(
    ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS"), "1"
)
_QUIET: Final = {"MPLBACKEND": "Agg", "MLFLOW_DISABLE_TELEMETRY": "true"}
_OURS_ALONE: Final = (
    "SLACK_", "DISCORD_", "GITHUB_", "MLOPS_SECRET", "MLOPS_MCP_",
    "OPENAI_", "ANTHROPIC_", "GOOGLE_API_KEY", "OLLAMA_",
)  # fmt: skip


def child_environment() -> dict[str, str]:
    """Ours without the keys of platforms and models, with our code on the path.

    Sums take one thread each, as there may be a child per core.
    """
    kept = {name: value for name, value in os.environ.items() if not name.startswith(_OURS_ALONE)}
    path = os.pathsep.join(part for part in (str(_ROOT), kept.get("PYTHONPATH", "")) if part)
    return kept | _ONE_THREAD | _QUIET | {"PYTHONPATH": path}
