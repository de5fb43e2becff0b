"""Drift maths: a reference's summary and counts of current data in, a verdict per column out.

A new method is one file with one function of type `Method`, and one line here.
"""

from __future__ import annotations

from tools.drift.chi_square import chi_square
from tools.drift.jensen_shannon import jensen_shannon
from tools.drift.ks import ks
from tools.drift.measure import Method
from tools.drift.missing import missing
from tools.drift.new_categories import new_categories
from tools.drift.psi import psi
from tools.drift.wasserstein import wasserstein

METHODS: dict[str, Method] = {
    "ks": ks,
    "wasserstein": wasserstein,
    "chi_square": chi_square,
    "jensen_shannon": jensen_shannon,
    "psi": psi,
    "missing": missing,
    "new_categories": new_categories,
}
