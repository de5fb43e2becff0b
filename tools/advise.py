"""Advice: which cleaning, model, metric and split fit a dataset, in the words people ask for it."""

from __future__ import annotations

from typing import Final

from tools.advising import SuggestPlan, suggest_plan
from tools.base import Tool
from tools.words import Slot, Words

_SHOULD: Final = "should|would|could|shall|might|must"
_WE: Final = "i|we|you|one"
_SUGGEST: Final = "suggest|recommend|advise|propose"
_FITS: Final = f"fit|fits|suit|suits|sense|appropriate|sensible|suitable|{_SUGGEST}"
_GAPS: Final = "missing|gap|gaps|null|nulls|nan|nans|blank|blanks|holes"
_FAULTS: Final = f"{_GAPS}|empty|incomplete|outlier|outliers|duplicate|duplicates|dupes|zeros"
_CLEAN: Final = "clean|tidy|prepare|preprocess|handle|treat|fix|impute|fill|scrub|cleanse"
_COLUMNS: Final = "column|columns|feature|features|variable|variables|field|fields"
_DROP: Final = "drop|remove|leave|exclude|ignore|clip|dedupe|deduplicate|impute|fill|keep"
_METHOD: Final = "algorithm|algorithms|classifier|regressor|method|learner|estimator"
_MODEL: Final = f"model|models|{_METHOD}"
_FAMILY: Final = (
    "forest|boosting|boosted|ridge|lasso|linear|logistic|tree|trees|xgboost|lightgbm|knn|net"
)
_METRIC: Final = "metric|metrics|score|measure|criterion"
_MEASURES: Final = "accuracy|auc|roc|f1|rmse|mae|mse|r2|logloss"
_SPLIT: Final = "split|splitting|validation|holdout|fold|folds|stratify|stratified|shuffle"
_FINE: Final = (
    "best|better|right|wrong|good|fair|ok|okay|fine|enough|wise|worth|misleading|ideal|proper|"
    f"{_FITS}"
)

_ON_CLEANING: Final = (
    f"how {_SHOULD} {_WE} ~ {_CLEAN}|deal",
    f"what|which cleaning|cleanup|preparation|preprocessing|imputation ~ {_SHOULD}|{_FITS}|need",
    f"should|shall|must {_WE} ~ {_CLEAN}|{_DROP}",
    f"would i|we|one ~ {_CLEAN}|{_DROP}",
    f"should|shall ~ {_FAULTS}",
    f"what|which would you ~ {_CLEAN}",
    f"better|best to ~ {_CLEAN}|{_DROP}",
    f"what {_SHOULD} {_WE} do|try ~ {_FAULTS}",
    "do|does ~ need|needs|require|requires cleaning|cleanup|cleaned",
    "what ~ needs|need ~ fixed|cleaned|repaired|fixing|cleaning",
    f"what|which ~ {_COLUMNS} {_SHOULD} {_WE}",
    f"is|be ~ good|bad|wise|sensible ~ {_DROP} ~ {_FAULTS}|<column>",
    f"advice|tips|hints|suggestions|recommendations ~ {_FAULTS}|cleaning",
    f"how do|can i|we best ~ {_CLEAN}|deal",
    "how do|can i|we ~ improve ~ data|dataset|table|file|it|this",
    f"you think ~ {_CLEAN}|{_DROP}",
    f"do|does i|we need|have ~ {_CLEAN}|{_DROP}",
    "do|does <column> need",
    f"what {_SHOULD} {_WE} do|make ~ <column>",
    f"best|right|good|sensible way to ~ {_CLEAN}|{_DROP}",
    "clean enough",
    f"is|be it ok|okay|fine|safe|right to ~ {_CLEAN}|{_DROP}",
    f"{_FAULTS} ~ i|we should ~ {_CLEAN}|{_DROP}",
    f"{_FAULTS} ~ matter",
    f"wrong with ~ {_DROP}|dropping|filling|removing|clipping",
    f"would you ~ keep|leave ~ {_FAULTS}|<column>",
    f"what|which {_COLUMNS} should",
    f"how do|can i|we ~ {_CLEAN} ~ best",
    f"should|shall <column> ~ {_DROP}|dropped|removed|filled|imputed|kept|excluded|ignored",
    f"is|are|be ~ {_FAULTS} ~ problem|issue|bad|serious",
    "deduplicating|dropping|filling|imputing|clipping|removing ~ good|bad|wise idea",
    f"{_DROP} or {_DROP}",
    "is|be <column> worth keeping|dropping|including|using|filling",
    "is|be it worth keeping|dropping|including|filling ~ <column>",
    "any|what cleaning|cleanup|preprocessing|preparation ~ needed|necessary|required",
    f"what|which {_COLUMNS} be|is|are useless|irrelevant|redundant|unnecessary|superfluous",
    f"{_SUGGEST} how ~ {_CLEAN}",
    "mean|median or median|mean",
)
_ON_MODEL: Final = (
    f"what|which ~ {_MODEL} {_SHOULD} {_WE}",
    f"what|which ~ {_MODEL} ~ {_FITS}",
    f"{_FINE} {_METHOD}",
    f"{_METHOD} ~~ {_FINE}",
    "what|which be|is best|right|ideal model for",
    f"think|opinion of|about|on ~ {_FAMILY}|{_METHOD}",
    f"{_FAMILY} ~ overkill|overfit|enough|suffice",
    "interpretable|explainable|transparent model",
    f"what|which ~ {_MODEL} ~ you prefer|like|choose|pick|take",
    f"{_MODEL} of choice",
    f"explainable|interpretable|simple ~ {_METHOD}",
    f"can|could|will {_FAMILY} ~ handle|cope|deal|manage",
    f"do|does you {_SUGGEST} ~ {_FAMILY}",
    f"why ~ {_FAMILY} $",
    f"{_FAMILY} too simple|complex|slow|weak",
    "should i|we go for|with ~ simple|simpler|complex",
    f"is|be ~ {_FAMILY} ~ {_FINE}",
    f"{_FAMILY} or ~ {_FAMILY}",
    f"what {_SHOULD} {_WE} train|fit|build",
    f"{_SHOULD} {_WE} use|train|pick|take|try|choose|go ~ {_FAMILY}",
    f"would|will|does ~ {_FAMILY} ~ work|do|fit|suffice",
    f"{_SUGGEST} ~ {_MODEL}",
    f"enough ~ {_FAMILY}|{_MODEL}",
    f"tell|know|say ~ what|which {_MODEL} ~ use|train|pick|take|try",
    f"{_FAMILY} ~ better|worse than? ~ {_FAMILY}",
    "model ~~ which one",
)
_ON_METRIC: Final = (
    f"what|which error|quality? {_METRIC} ~ {_SHOULD}|{_FITS}|best|right",
    f"{_FINE} metric|metrics|criterion|measure",
    "what|which metric|criterion ~ most|meaningful|relevant|to? use|take|choose|pick",
    f"metric|metrics|criterion ~~ {_FINE}",
    f"{_SHOULD} ~ {_MEASURES} ~ {_FINE}|be|mislead|work|do",
    f"{_MEASURES} ~ better|worse|fairer than? ~ {_MEASURES}",
    f"what {_SHOULD} ~ {_METRIC} be",
    f"is|be {_MEASURES} ~ ok|okay|right|appropriate|fair|enough|wrong|suitable",
    "how do|should|would|can we|i|you measure success",
    "how should <column> ~ scored|judged|measured|score|judge|measure",
    f"think|opinion of|about|on ~ {_MEASURES}",
    f"how {_SHOULD} {_WE} ~ evaluate|judge|measure|score",
    f"is|be {_MEASURES} ~ good|right|fair|best|enough|sensible {_METRIC}|choice",
    f"{_SHOULD} {_WE} use|take|optimise|optimize|judge ~ {_MEASURES}",
    f"what {_SHOULD} {_WE} optimise|optimize|minimise|minimize|maximise|maximize|measure",
    f"why not {_MEASURES}",
    f"{_MEASURES} or {_MEASURES}",
    f"{_SUGGEST} ~ {_METRIC}",
)
_ON_SPLIT: Final = (
    f"how {_SHOULD} {_WE} ~ split|validate|stratify|hold",
    f"how big|large|many {_SHOULD}? ~ test|holdout|validation|folds",
    "cross? validation or",
    "should ~ test|holdout|validation set|part|rows|data",
    "validation ~ necessary|needed|required|useful|overkill",
    f"how {_SHOULD} {_WE} ~ divide|separate|partition ~ train|test",
    f"{_SHOULD} {_WE} ~ split|stratify|shuffle|validate",
    f"do|does ~ need ~ {_SPLIT}",
    f"what|which {_SPLIT} ~ {_SHOULD}|{_FITS}|best|right",
    "random split? or",
    f"how|which|what {_SHOULD} ~ {_SPLIT}",
    f"{_SPLIT} ~~ {_FINE}|{_SHOULD}",
    f"{_FINE} ~ {_SPLIT}",
    "time|date|group|random based? split",
    f"{_SUGGEST} ~ {_SPLIT}",
)
_ON_ALL: Final = (
    f"what {_SHOULD} {_WE} do|change ~ differently|data|dataset|table|file|<dataset>",
    f"what {_SHOULD} {_WE} do ~ predict|predicting|forecast",
    f"what do you {_SUGGEST}",
    "any advice|recommendation|recommendations|suggestion|suggestions|tips",
    "give|make|show|suggest|propose|draft|need ~ plan|proposal|advice|recommendation",
    "what be|is your? plan|advice|recommendation|proposal",
    "your advice|recommendation|suggestion|suggestions|opinion|take",
    f"how {_SHOULD} <any>? <any>? approach|tackle|start|begin|proceed|go|model",
    "next|first|sensible step|steps",
    "good|best|sensible|your strategy|approach|tactic",
    "what would you do next? $",
    "help ~ decide ~ how|what|which|whether",
    "what do you think|reckon ~ do|try|start",
    "what do you think ~ do",
    f"tell ~ what you {_SHOULD} do",
    f"where {_SHOULD}|do {_WE} start|begin",
    "what would data? scientist|expert|colleague|professional do",
    f"{_SUGGEST} how|what",
    f"{_SUGGEST} something|anything",
    "advise",
)
suggest_plan_tool = Tool(
    name="suggest_plan",
    summary="Advise which cleaning, model, metric and split fit a dataset, and why.",
    args=SuggestPlan,
    run=suggest_plan,
    effect="read",
    where="worker",
    words=Words(
        questions=(*_ON_CLEANING, *_ON_MODEL, *_ON_METRIC, *_ON_SPLIT, *_ON_ALL),
        unless=(
            "deploy|deployed|deployment|ship|production|staging|monitor|drift|approve|approver|"
            "alert|snooze|undo|rollback|endpoint|workflow|delete|restore",
        ),
        slots={
            "target": Slot(
                "column",
                says=(
                    "predict|predicting|forecast|estimate|model|modelling|modeling|for|of|about <>",
                ),
            ),
            "about": Slot(
                "choice",
                values={
                    "cleaning": _ON_CLEANING,
                    "split": _ON_SPLIT,
                    "metric": _ON_METRIC,
                    "model": _ON_MODEL,
                },
            ),
            "explainable": Slot(
                "flag",
                values={
                    "yes": (
                        "explain|understand|interpret|follow|justify",
                        "explainable|interpretable|transparent|understandable|explained",
                    )
                },
            ),
        },
    ),
    examples=("how should I clean this?", "what model would you use for price and why?"),
)
