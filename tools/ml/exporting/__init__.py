"""A trained model as a stand-alone project: readable code, its data, and what to expect of it.

Nothing that is written here is run here. Names and values of the data come in as Python literals.
"""

from __future__ import annotations

from tools.ml.exporting.blueprint import Blueprint, Facts, draw
from tools.ml.exporting.files import project_files

__all__ = ["Blueprint", "Facts", "draw", "project_files"]
