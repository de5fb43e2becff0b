"""A trained pipeline as bytes: skops, compressed, and loaded only from types we name."""

from __future__ import annotations

import zipfile
from typing import Final

from sklearn.pipeline import Pipeline
from skops import io as skops_io

from tools.errors import Refused

TRUSTED: Final[tuple[str, ...]] = (
    "sklearn.ensemble._hist_gradient_boosting.predictor.TreePredictor",
    "sklearn.metrics._dist_metrics.EuclideanDistance64",
    "sklearn.neighbors._kd_tree.KDTree",
    "sklearn.tree._tree.Tree",
    "tools.ml.encoders.CategoryEncoder",
    "tools.ml.encoders.DateEncoder",
    "tools.ml.encoders.NumberEncoder",
    "tools.ml.pipelines.TableEncoder",
)
"""Every type that a model of ours may hold beyond what skops itself trusts."""


def dump_pipeline(pipeline: Pipeline) -> bytes:
    """A fitted pipeline as a compressed skops file."""
    data: bytes = skops_io.dumps(pipeline, compression=zipfile.ZIP_DEFLATED, compresslevel=6)
    return data


def load_pipeline(data: bytes) -> Pipeline:
    """The reverse of `dump_pipeline`; check the digest against the catalog first.

    Raises:
        Refused: The file is not a model, or holds a type outside `TRUSTED`.
    """
    try:
        untrusted = set(skops_io.get_untrusted_types(data=data))
    except Exception as error:
        raise Refused("This file is not a model.") from error
    foreign = sorted(untrusted - set(TRUSTED))
    if foreign:
        raise Refused(f"The model file holds types that are not allowed: {', '.join(foreign)}.")
    pipeline = skops_io.loads(data, trusted=sorted(untrusted))
    if not isinstance(pipeline, Pipeline):
        raise Refused("This file is not a model.")
    return pipeline
