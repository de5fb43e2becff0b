"""Pictures of a model: ROC and confusion, predicted against actual, importance."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap

from tools.cards import number
from tools.ml.contract import Contract, Label
from tools.ml.explain import Importance
from tools.ml.scores import METRICS, Floats, Predicted, confusion, score_of
from tools.ml.style import (
    BLUE,
    GREY,
    INK,
    MUTED,
    PALETTE,
    SEQUENTIAL,
    calm,
    new_figure,
    number_ticks,
    short_text,
    title,
    to_png,
)

_MOST_DOTS: Final = 3000
_MOST_CLASSES: Final = 12
_MOST_BARS: Final = 12
_MOST_CURVES: Final = 6


@dataclass(frozen=True, slots=True)
class Plot:
    """A PNG with its text alternative."""

    png: bytes
    alt: str
    title: str


def result_plots(predicted: Predicted, contract: Contract) -> tuple[Plot, ...]:
    """The plots that fit the task; nothing for fewer than two rows."""
    if len(predicted.truth) < 2:
        return ()
    if contract.task == "regression":
        return (regression_plot(predicted, target=contract.target),)
    return (classification_plot(predicted, contract),)


def classification_plot(predicted: Predicted, contract: Contract) -> Plot:
    """ROC curves beside the confusion matrix."""
    figure, (left, right) = new_figure(1, 2, width=8.4, height=3.9)
    auc = _draw_roc(left, predicted, contract)
    _draw_confusion(right, predicted, contract)
    share = score_of("accuracy", predicted)
    alt = (
        f"Left: ROC curve, area {auc:.3f}. Right: confusion matrix over "
        f"{len(predicted.truth):,} rows, {share:.1%} on the diagonal."
    )
    return Plot(to_png(figure), alt, "ROC and confusion")


def regression_plot(predicted: Predicted, *, target: str) -> Plot:
    """Predicted against actual, beside the distribution of the residuals."""
    figure, (left, right) = new_figure(1, 2, width=8.4, height=3.9)
    _draw_scatter(left, predicted, target)
    residuals = predicted.truth - predicted.values
    _draw_residuals(right, residuals)
    r2 = score_of("r2", predicted)
    alt = (
        f"Left: predicted against actual {target}, R² {r2:.3f}. Right: residuals, median "
        f"{number(float(np.median(residuals)))}, half of them within "
        f"{number(float(np.median(np.abs(residuals))))} of zero."
    )
    return Plot(to_png(figure), alt, "Predicted against actual")


def importance_plot(importance: tuple[Importance, ...], *, metric: str) -> Plot:
    """The most important columns as bars with their spread."""
    shown = importance[:_MOST_BARS]
    figure, (axes,) = new_figure(width=6.4, height=0.9 + 0.3 * max(len(shown), 2))
    places = np.arange(len(shown))[::-1]
    drops = np.array([one.drop for one in shown])
    axes.barh(places, np.maximum(drops, 0), height=0.62, color=BLUE)
    spreads = np.array([one.spread for one in shown])
    low = np.minimum(spreads, np.maximum(drops, 0))
    axes.errorbar(
        np.maximum(drops, 0), places, xerr=[low, spreads], fmt="none", ecolor=MUTED,
        elinewidth=1, capsize=0,
    )  # fmt: skip
    axes.set_yticks(places, [short_text(one.name, 28) for one in shown])
    axes.tick_params(axis="y", labelcolor=INK, length=0)
    number_ticks(axes.xaxis)
    axes.set_xlim(left=0)
    axes.set_xlabel(f"Loss of {METRICS[metric].label} when the column is shuffled")
    calm(axes, grid="x")
    axes.spines["bottom"].set_visible(False)
    title(axes, "What the model looks at")
    listed = ", ".join(f"{short_text(one.name, 28)} {number(one.drop)}" for one in shown[:5])
    alt = f"Permutation importance ({METRICS[metric].label}): {listed}."
    return Plot(to_png(figure), alt, "Importance")


def _draw_roc(axes: Axes, predicted: Predicted, contract: Contract) -> float:
    """One curve per class (the positive one only, of two); the area in words."""
    codes: list[int] = (
        [predicted.positive]
        if predicted.positive is not None
        else list(range(min(len(contract.classes), _MOST_CURVES)))
    )
    axes.plot([0, 1], [0, 1], color=GREY, linewidth=1, linestyle=(0, (4, 4)))
    for code, colour in zip(codes, PALETTE, strict=False):
        truth = predicted.truth == code
        if 0 < truth.sum() < len(truth):
            false, true = _roc(truth, predicted.probabilities[:, code])
            label = _label(contract.classes[code], 16)
            axes.plot(false, true, color=colour, linewidth=2, label=label)
    if len(codes) > 1:
        axes.legend(loc="lower right", title="One against the rest", frameon=False, fontsize=8,
                    title_fontsize=8, labelcolor=INK)  # fmt: skip
    elif predicted.positive is not None:
        false, true = _roc(
            predicted.truth == predicted.positive, predicted.probabilities[:, predicted.positive]
        )
        axes.fill_between(false, true, color=BLUE, alpha=0.08, linewidth=0)
    auc = score_of("roc_auc", predicted)
    ticks = [0, 0.25, 0.5, 0.75, 1]
    axes.set_xticks(ticks, ["0", "", "0.5", "", "1"])
    axes.set_yticks(ticks, ["0", "", "0.5", "", "1"])
    axes.set_xlim(-0.01, 1.01)
    axes.set_ylim(-0.01, 1.02)
    axes.set_aspect("equal")
    axes.set_xlabel("False alarms")
    axes.set_ylabel("Found")
    calm(axes, grid="both")
    title(axes, "ROC", note=f"area {auc:.3f}" if np.isfinite(auc) else "one class only")
    return auc


def _roc(truth: np.ndarray, marks: Floats) -> tuple[Floats, Floats]:
    """False-positive and true-positive rates, one point per distinct mark."""
    order = np.argsort(-marks, kind="stable")
    hits, sorted_marks = truth[order], marks[order]
    last = np.append(np.flatnonzero(np.diff(sorted_marks)), len(marks) - 1)
    found = np.concatenate([[0], np.cumsum(hits)[last]])
    false = np.concatenate([[0], np.cumsum(~hits)[last]])
    return false / max(1, false[-1]), found / max(1, found[-1])


def _draw_confusion(axes: Axes, predicted: Predicted, contract: Contract) -> None:
    """Counts, coloured by the share within the true class; many classes keep the largest."""
    cells = confusion(predicted)
    order = np.sort(np.argsort(-cells.sum(axis=1), kind="stable")[:_MOST_CLASSES])
    shown = cells[np.ix_(order, order)]
    shares = shown / np.maximum(1, cells[order].sum(axis=1, keepdims=True))
    colours = LinearSegmentedColormap.from_list("calm", SEQUENTIAL)
    axes.imshow(shares, cmap=colours, vmin=0, vmax=1, aspect="auto")
    size = 11 if len(order) <= 4 else 9 if len(order) <= 7 else 6.5
    for row, column in np.ndindex(*shown.shape):
        if not shown[row, column] and len(order) > 6:
            continue
        dark = shares[row, column] > 0.55
        axes.text(column, row, f"{shown[row, column]:,}", ha="center", va="center",
                  fontsize=size, color="white" if dark else INK)  # fmt: skip
    labels = [_label(contract.classes[code], 12) for code in order]
    turn = 0 if sum(map(len, labels)) <= 36 else 45
    axes.set_xticks(range(len(order)), labels, rotation=turn, ha="right" if turn else "center")
    axes.set_yticks(range(len(order)), labels)
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)
    for edge in np.arange(len(order) + 1) - 0.5:
        axes.axhline(edge, color="white", linewidth=2)
        axes.axvline(edge, color="white", linewidth=2)
    axes.set_xlabel("Predicted")
    axes.set_ylabel("Actual")
    more = len(contract.classes) - len(order)
    note = f"{more} smaller classes not shown" if more else f"{cells.sum():,} rows"
    title(axes, "Confusion", note=note)


def _label(label: Label, limit: int) -> str:
    """A class name cut in the middle: long ones often differ only at their end."""
    text = short_text(label, 200)
    half = limit // 2
    return text if len(text) <= limit else f"{text[: half - 1].rstrip()}…{text[-half:].lstrip()}"


def _draw_scatter(axes: Axes, predicted: Predicted, target: str) -> None:
    step = max(1, len(predicted.truth) // _MOST_DOTS)
    truth, values = predicted.truth[::step], predicted.values[::step]
    ends = np.quantile(np.concatenate([truth, values]), (0.002, 0.998))
    pad = 0.04 * float(ends[1] - ends[0]) or 1.0
    low, high = float(ends[0] - pad), float(ends[1] + pad)
    axes.plot([low, high], [low, high], color=GREY, linewidth=1, linestyle=(0, (4, 4)))
    alpha = float(np.clip(25 / np.sqrt(len(truth)), 0.15, 0.7))
    axes.scatter(truth, values, s=14, color=BLUE, alpha=alpha, linewidths=0)
    axes.set_xlim(low, high)
    axes.set_ylim(low, high)
    axes.set_aspect("equal")
    number_ticks(axes.xaxis)
    number_ticks(axes.yaxis)
    axes.set_xlabel(f"Actual {short_text(target)}")
    axes.set_ylabel("Predicted")
    calm(axes, grid="both")
    outside = int(((truth < low) | (truth > high) | (values < low) | (values > high)).sum())
    r2 = score_of("r2", predicted)
    note = f"R² {r2:.3f}" if np.isfinite(r2) else "the truth is constant"
    title(axes, "Predicted and actual", note=note + (f", {outside} off" if outside else ""))


def _draw_residuals(axes: Axes, residuals: Floats) -> None:
    low, high = np.quantile(residuals, (0.005, 0.995))
    reach = float(max(abs(low), abs(high))) or 1.0
    bins = int(np.clip(np.sqrt(len(residuals)) * 1.5, 9, 41)) | 1
    axes.hist(np.clip(residuals, -reach, reach), bins=bins, range=(-reach, reach), color=BLUE,
              rwidth=0.92)  # fmt: skip
    axes.axvline(0, color=INK, linewidth=1)
    number_ticks(axes.xaxis, count=5)
    number_ticks(axes.yaxis)
    axes.set_xlabel("Actual minus predicted")
    axes.set_ylabel("Rows")
    calm(axes, grid="y")
    axes.tick_params(axis="y", length=0)
    title(axes, "Residuals", note=f"median {number(float(np.median(residuals)))}")
