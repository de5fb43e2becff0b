"""The cells of one column, each different one only once where they repeat."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

_SAMPLE: Final = 400
_SMALL: Final = 1_000


@dataclass(frozen=True, slots=True)
class Cells:
    """Trimmed cells, missing ones null.

    Attributes:
        values: The different cells, or all of them where few repeat.
        places: For each row its place in `values`; `None` where these are the rows.
        sample: Some present cells from all over the column.
    """

    values: Any
    places: Any | None
    sample: list[str]

    def spread(self, values: Any) -> Any:
        """What was made of `values`, for each row."""
        return values if self.places is None else pc.take(values, self.places)

    def without(self, gone: Any) -> Cells:
        """The same with some of `values` missing."""
        marks = set(pc.unique(self.values.filter(gone)).to_pylist())
        left = [cell for cell in self.sample if cell not in marks]
        return replace(self, values=pc.if_else(gone, None, self.values), sample=left)


def flat(cells: Any) -> Any:
    """One pyarrow string array of cells that may be chunked or dictionary-encoded."""
    if isinstance(cells, pa.ChunkedArray):
        cells = cells.combine_chunks()
    return cells if pa.types.is_string(cells.type) else cells.cast(pa.string())


def prepare(bare: Any, missing: Any) -> Cells:
    """Cells ready to be looked at.

    Args:
        bare: Trimmed cells.
        missing: Where they mean "no value".
    """
    values = pc.if_else(missing, None, bare)
    sample = _sample(values)
    if len(values) > _SMALL and len(set(sample)) > 0.5 * len(sample):
        return Cells(values, None, sample)
    coded = values.dictionary_encode()
    return Cells(coded.dictionary, coded.indices, sample)


def _sample(values: Any) -> list[str]:
    places = np.unique(np.linspace(0, max(len(values) - 1, 0), _SAMPLE).astype("int64"))
    picked = pc.drop_null(values.take(pa.array(places))) if len(values) else values
    if len(picked) < _SAMPLE // 10:
        picked = pc.drop_null(values).slice(0, _SAMPLE)
    return [str(cell) for cell in picked.to_pylist()]
