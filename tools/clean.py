"""Cleaning a dataset: a new version, its recipe kept, taken back with one word."""

from __future__ import annotations

from tools.base import Tool
from tools.cleanup import CleanDataset, clean_dataset
from tools.words import Slot, Words

clean_dataset_tool = Tool(
    name="clean_dataset",
    summary="Make a cleaned version: choose columns, fill gaps, drop duplicates, parse dates.",
    args=CleanDataset,
    run=clean_dataset,
    effect="write",
    where="worker",
    words=Words(
        verbs=("clean|tidy|cleanse|scrub|preprocess|prepare|sanitise|sanitize|wrangle|fix|repair",),
        nouns=("data|dataset|file|csv|table|it|this|everything|up|mess|columns|<dataset>",),
        phrases=(
            "clean|tidy|cleanse|preprocess|cleanup|cleaning|dedupe|deduplicate|dropna|impute|"
            "winsorize",
            "drop|remove|delete|discard|exclude|omit|ditch|lose|strip|skip|cut|kill|erase ~ "
            "<column>",
            "drop|remove|delete|discard|exclude|omit|ditch|lose|strip|cut|erase ~ column|columns",
            "drop|remove|delete|discard|exclude|omit|keep everything|all ~ except|but|besides|"
            "apart|than ~ <column>",
            "fill|impute|complete|patch <column>",
            "throw away|out ~ <column>",
            "throw|take|leave|cut|kick ~ <column> away|out|off",
            "get rid of|off ~ <column>",
            "take|leave|kick|cut out|off ~ <column>",
            "do not need|want <column>",
            "keep|retain|select ~ <column>",
            "restrict|limit|reduce|narrow ~ to <column>",
            "only|just keep|want|need|use? <column>",
            "drop|remove|delete|discard|exclude|omit|ditch|lose|strip|erase ~ "
            "numeric|numerical|numbers|text|string|strings|categorical|textual",
            "get rid of ~ numeric|numerical|numbers|text|string|strings|categorical|textual",
            "keep|retain|only|just ~ numeric|numerical|numbers ~ columns|features|fields?",
            "numeric|numerical columns|features only",
            "fill|impute|handle|replace|patch|plug|treat|interpolate|deal|complete|resolve|"
            "address ~~ "
            "missing|gap|gaps|null|nulls|nan|nans|na|nas|blank|blanks|empty|hole|holes|absent",
            "fix|repair|sort|solve|cope|correct ~ missing|gap|gaps|null|nulls|nan|nans|blanks|"
            "holes",
            "missing|gaps|nulls|nans|blanks|holes ~ with|by|using|to|use|take|put ~ "
            "median|mean|average|mode|frequent|common|zero|zeros",
            "drop|remove|delete|discard|exclude|omit|ditch|lose|strip|skip|erase ~~ "
            "missing|gap|gaps|null|nulls|nan|nans|na|nas|blank|blanks|empty|incomplete|holes",
            "get rid of ~~ missing|gap|gaps|null|nulls|nan|nans|blank|blanks|empty|incomplete|"
            "holes",
            "use|put|insert|set|write|take ~~ missing|gap|gaps|null|nulls|nan|nans|blank|blanks|"
            "empty|holes",
            "throw away|out ~~ missing|gap|gaps|null|nulls|nan|nans|blank|blanks|empty|incomplete",
            "only|just|keep complete rows|records|cases|lines",
            "keep ~ rows|records|cases ~ complete",
            "drop|remove|delete|discard|exclude|omit|ditch|lose|strip|eliminate|merge ~ "
            "duplicate|duplicates|duplicated|dupes|doubles|repeated|repeats|identical|copies",
            "get rid of ~ duplicate|duplicates|duplicated|dupes|doubles|repeated|identical|copies",
            "no more? duplicates|dupes",
            "unique rows only?",
            "clip|cap|trim|winsorise|limit|tame|drop|remove|delete|discard|exclude|ditch|handle|"
            "treat ~ "
            "outlier|outliers|extreme|extremes",
            "get rid of|deal with ~ outlier|outliers|extreme|extremes",
            "parse|convert|turn|read|treat|make|interpret|change|cast ~~ date|dates|datetime|"
            "timestamp",
            "rename <any>",
            "rename",
            "change|set ~ name of <column>",
            "call <column>",
        ),
        bare=(
            "clean|tidy|cleanse|preprocess|cleanup|cleaning|scrub|prepare|sanitise|sanitize|"
            "wrangle",
            "fix|repair ~ data|dataset|file|csv|table|it|this|everything|mess",
        ),
        unless=(
            "dataset ~ deploy",
            "how many|much",
            "histogram|plot|chart|boxplot|distribution|graph",
            "train|fit|retrain|predict|classifier|regressor|monitor|drift|alert|endpoint|model|"
            "models",
        ),
        slots={
            "keep_columns": Slot(
                "columns",
                says=(
                    "all|everything|columns|column|rest|else except|but|besides|excluding|"
                    "excepting for? <>",
                    "all|everything apart|aside|other from|than <>",
                    "keep|retain|select|leave only|just? column|columns? <>",
                    "restrict|limit|reduce|narrow ~ to only|just? column|columns? <>",
                    "only|just keep|want|need|use? column|columns? <>",
                ),
            ),
            "drop_columns": Slot(
                "columns",
                says=(
                    "drop|remove|delete|discard|exclude|omit|ditch|lose|strip|skip|cut|kill|erase "
                    "column|columns|feature|features|field|fields|variable|variables|both? <>",
                    "drop|remove|delete|discard|exclude|omit|ditch|lose|strip|skip|cut|kill|erase "
                    "out|off|away|all|just? <>",
                    "get rid of|off column|columns? <>",
                    "throw away|out? column|columns? <>",
                    "take|leave|kick|cut out|off? column|columns? <>",
                    "do not need|want|use column|columns? <>",
                    "without column|columns? <>",
                    "but not <>",
                ),
                values={
                    "id": (
                        "drop|remove|delete|discard|exclude|omit|ditch|lose|strip|rid|out ~ "
                        "id|ids|identifier|identifiers column|columns|like",
                        "drop|remove|delete|discard|exclude|omit|ditch|lose|strip|rid|out ids|"
                        "identifiers",
                    ),
                    "constant": (
                        "drop|remove|delete|discard|exclude|omit|ditch|lose|strip|rid|out ~ "
                        "constant|useless column|columns",
                    ),
                    "missing": (
                        "drop|remove|delete|discard|exclude|omit|ditch|lose|strip|rid|out ~ "
                        "column|columns ~ with|containing|having|that|which|where ~ "
                        "missing|gaps|nulls|nans|blanks|empty|holes",
                    ),
                },
            ),
            "drop_non_numeric": Slot(
                "flag",
                values={
                    "yes": (
                        "non|not|nonnumeric numeric|numerical|number|numbers",
                        "nonnumeric|nonnumerical",
                        "drop|remove|delete|discard|exclude|omit|ditch|lose|strip|rid|erase ~ "
                        "text|string|strings|categorical|textual|character column|columns|feature|"
                        "features|"
                        "field|fields|variable|variables?",
                        "keep|retain|only|just ~ numeric|numerical|numbers",
                        "numeric|numerical columns|features only",
                        "are not numbers|numeric",
                    ),
                },
            ),
            "missing": Slot(
                "choice",
                values={
                    "median": ("median|medians",),
                    "mean": ("mean|means|average|averages",),
                    "most_frequent": (
                        "mode|modes",
                        "most frequent|common|popular|often",
                        "commonest",
                    ),
                    "drop_rows": (
                        "drop|remove|delete|discard|exclude|omit|ditch|lose|strip|rid|skip|erase|"
                        "throw|kick ~ "
                        "rows|row|records|lines|entries|observations|cases|samples ~~ missing|gap|"
                        "gaps|null|"
                        "nulls|nan|nans|na|nas|blank|blanks|empty|incomplete|holes",
                        "drop|remove|delete|discard|exclude|omit|ditch|lose|strip|rid|skip|erase|"
                        "throw ~ "
                        "missing|null|nulls|nan|nans|na|nas|blank|blanks|empty|incomplete|gaps",
                        "dropna",
                        "only|just|keep complete rows|records|cases|lines",
                        "keep ~ rows|records|cases ~ complete",
                    ),
                    "keep": (
                        "keep|leave ~ missing|gaps|nulls|nans|blanks",
                        "missing|gaps|nulls|nans|blanks ~ as they? be",
                    ),
                    "auto": (
                        "fill|impute|handle|replace|patch|plug|treat|interpolate|deal|complete|"
                        "resolve|"
                        "address|fix|repair|sort|solve|cope|correct ~~ missing|gap|gaps|null|"
                        "nulls|nan|nans|"
                        "na|nas|blank|blanks|empty|hole|holes|absent",
                        "impute",
                    ),
                },
            ),
            "fill_value": Slot(
                "value",
                says=(
                    "fill|impute|replace|patch|plug|set|complete|make ~~ with|by|to|as <>",
                    "missing|gap|gaps|null|nulls|nan|nans|blank|blanks|empty|holes "
                    "value|values|cells? ~ with|by|to|as|become <>",
                    "put|insert|use|write <> ~~ missing|gap|gaps|null|nulls|nan|nans|blank|blanks|"
                    "empty",
                ),
                implies={"missing": "constant"},
            ),
            "fill_columns": Slot(
                "columns",
                says=(
                    "fill|impute|complete|patch column|columns? <>",
                    "fill|impute|replace|patch|plug|complete|set|make missing|gaps|empty|blank|"
                    "null|nulls|nan? "
                    "values|value|cells|entries? in|of|for|from? column|columns? <>",
                    "missing|gap|gaps|null|nulls|nan|nans|blank|blanks|empty|holes value|values|"
                    "cells|entries? "
                    "in|of|for|from? column|columns? <>",
                ),
            ),
            "drop_duplicates": Slot(
                "flag",
                values={
                    "yes": (
                        "duplicate|duplicates|duplicated|dupes|doubles|dedupe|deduplicate|"
                        "deduplication",
                        "repeated|identical|repeating rows|records|lines|entries",
                        "unique rows",
                    ),
                },
            ),
            "outliers": Slot(
                "choice",
                values={
                    "clip": (
                        "clip|cap|winsorise|winsorize|trim|limit|tame|handle|treat|deal ~ "
                        "outlier|outliers|extreme|extremes",
                    ),
                    "drop": (
                        "drop|remove|delete|discard|exclude|ditch|rid|omit|lose|strip|erase|out|"
                        "away ~~ "
                        "outlier|outliers|extreme|extremes",
                    ),
                },
            ),
            "parse_dates": Slot(
                "columns",
                says=(
                    "parse|convert|turn|read|treat|make|interpret|change|cast column|columns? <> "
                    "~~ "
                    "date|dates|datetime|timestamp|datetimes",
                    "parse|convert date|dates ~ in|from|of <>",
                ),
            ),
            "rename": Slot(
                "pairs", says=("rename column|columns? <>", "change|set name of <>", "call <>")
            ),
        },
    ),
    examples=("drop the non-numeric columns", "fill in missing values with the median"),
)
