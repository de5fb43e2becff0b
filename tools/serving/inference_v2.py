"""The Open Inference Protocol, version 2: metadata, and rows as named tensors.

Specification: https://github.com/kserve/open-inference-protocol (required API, HTTP).
"""

from __future__ import annotations

from typing import Any, Final

from tools.ml.columns import Kind
from tools.ml.contract import Label, json_schema
from tools.serving.answering import Answered
from tools.serving.errors import RequestError
from tools.serving.limits import Limits
from tools.serving.names import SlotName
from tools.serving.payload import Asked, check_values, parse_json
from tools.serving.slots import Served

SERVER: Final = {"name": "mlops-assistant", "version": "1", "extensions": []}
_DATATYPES: Final[dict[Kind, str]] = {
    "number": "FP64",
    "boolean": "BOOL",
    "category": "BYTES",
    "date": "BYTES",
}
_SHAPE: Final = (
    'Send {"inputs": [{"name": "column", "shape": [rows], "datatype": "FP64", "data": […]}, …]}.'
)


def model_metadata(name: SlotName, served: Served) -> dict[str, Any]:
    """What the model takes and gives; the JSON Schema of one row is among the parameters."""
    contract = served.contract
    outputs = [{"name": "prediction", "datatype": _label_type(contract.classes), "shape": [-1]}]
    if contract.classes:
        shape = [-1, len(contract.classes)]
        outputs.append({"name": "probabilities", "datatype": "FP64", "shape": shape})
    return {
        "name": str(name),
        "versions": [str(served.model.version)],
        "platform": "scikit-learn",
        "inputs": [
            {"name": each.name, "datatype": _DATATYPES[each.kind], "shape": [-1]}
            for each in contract.features
        ],
        "outputs": outputs,
        "parameters": {
            "digest": served.model.digest,
            "target": contract.target,
            "schema": json_schema(contract),
        },
    }


def parse_tensors(body: bytes, limits: Limits) -> Asked:
    """Rows from one tensor per column, of shape [rows] or [rows, 1].

    Raises:
        RequestError: 400 for another shape, 413 for too many rows, 422 for impossible values.
    """
    value = parse_json(body, limits)
    inputs = value.get("inputs") if isinstance(value, dict) else None
    if not isinstance(inputs, list) or not inputs:
        raise RequestError(400, f"The body has no 'inputs'. {_SHAPE}")
    columns: dict[str, list[Any]] = {}
    for each in inputs:
        name, data = _tensor(each)
        if name in columns:
            raise RequestError(400, f"The input {name!r} is given twice.")
        columns[name] = data
    counts = {len(data) for data in columns.values()}
    if len(counts) != 1 or 0 in counts:
        raise RequestError(400, "The inputs do not all have the same number of rows, at least 1.")
    count = counts.pop()
    if count > limits.rows:
        raise RequestError(413, f"{count:,} rows are more than {limits.rows:,} per request.")
    names = list(columns)
    rows = [dict(zip(names, row, strict=True)) for row in zip(*columns.values(), strict=True)]
    check_values(rows)
    return Asked(rows, [None] * count)


def tensors_of(name: SlotName, served: Served, answered: Answered) -> dict[str, Any]:
    """The answers as tensors: `prediction`, `probabilities` (classes), and our `id` of each."""
    count = len(answered.values)
    outputs: list[dict[str, Any]] = [
        {
            "name": "prediction",
            "datatype": _label_type(served.contract.classes),
            "shape": [count],
            "data": list(answered.values),
        },
        {"name": "id", "datatype": "BYTES", "shape": [count], "data": list(answered.ids)},
    ]
    if answered.probabilities is not None:
        outputs.append(
            {
                "name": "probabilities",
                "datatype": "FP64",
                "shape": [count, len(served.contract.classes)],
                "data": [chance for row in answered.probabilities for chance in row],
                "parameters": {"classes": list(served.contract.classes)},
            }
        )
    return {
        "model_name": str(name),
        "model_version": str(served.model.version),
        "outputs": outputs,
        "parameters": {"digest": served.model.digest, "warnings": list(answered.warnings)},
    }


def _tensor(value: Any) -> tuple[str, list[Any]]:
    if not isinstance(value, dict) or not isinstance(value.get("name"), str):
        raise RequestError(400, f"An input has no name. {_SHAPE}")
    name, data, shape = value["name"], value.get("data"), value.get("shape")
    if not isinstance(data, list):
        raise RequestError(400, f"The input {name!r} has no list 'data'. {_SHAPE}")
    if data and all(isinstance(each, list) and len(each) == 1 for each in data):
        data = [each[0] for each in data]
    if not isinstance(shape, list) or shape not in ([len(data)], [len(data), 1]):
        raise RequestError(
            400, f"The input {name!r} is not of shape [{len(data)}] or [{len(data)}, 1]."
        )
    return name, data


def _label_type(classes: tuple[Label, ...]) -> str:
    if not classes or all(isinstance(each, float) for each in classes):
        return "FP64"
    if all(isinstance(each, bool) for each in classes):
        return "BOOL"
    whole = all(isinstance(each, int) and not isinstance(each, bool) for each in classes)
    return "INT64" if whole else "BYTES"
