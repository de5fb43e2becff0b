"""Advice on a table: which cleaning, columns, model, metric and split fit it, and why.

Everything follows from a profile's aggregates and a target; nothing here reads a row. `plan_of`
makes the proposal, `against_cleaning` and `against_training` say what would be done differently
from what somebody asked for.
"""

from __future__ import annotations

from tools.ml.advice.against_cleaning import AskedCleaning, against_cleaning
from tools.ml.advice.against_training import AskedTraining, against_training
from tools.ml.advice.basis import Basis, basis_of
from tools.ml.advice.plan import Advice, Plan, Topic, plan_of

__all__ = [
    "Advice",
    "AskedCleaning",
    "AskedTraining",
    "Basis",
    "Plan",
    "Topic",
    "against_cleaning",
    "against_training",
    "basis_of",
    "plan_of",
]
