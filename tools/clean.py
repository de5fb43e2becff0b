"""Cleaning a dataset: a new version, its recipe kept, taken back with one word."""

from __future__ import annotations

from typing import Final

from tools.base import Tool
from tools.cleanup import CleanDataset, clean_dataset
from tools.words import Slot, Words

_TAKE_OUT: Final = "drop|remove|delete|discard|exclude|omit|ditch|lose|strip|skip|erase"
_ROWS: Final = (
    "rows|row|records|record|lines|entries|cases|observations|readings|samples|people|customers|"
    "patients|everyone|anyone|everybody|those|all|houses|homes|wines"
)
_COMPARED: Final = (
    "above|below|over|under|beyond|exceeding|exceeds|greater|less|more|fewer|larger|smaller|higher|"
    "lower|between|>|<|=|older|younger|before|after|equals|equal"
)
_HELD: Final = f"{_COMPARED}|<known>"
_IS: Final = "is|are|be|was|=|equals"

clean_dataset_tool = Tool(
    name="clean_dataset",
    summary="Make a cleaned version: choose columns, fill gaps, drop duplicates, parse dates.",
    args=CleanDataset,
    run=clean_dataset,
    effect="write",
    where="worker",
    words=Words(
        verbs=(
            "clean|tidy|cleanse|scrub|preprocess|prepare|prep|sanitise|sanitize|wrangle|fix|repair",
        ),
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
            "drop|remove|delete|discard|ditch|lose|strip|eliminate ~ double|twin|same|repeat "
            "rows|row|records|record|lines|entries|entry",
            "double|duplicate|repeated rows|records|entries|lines ~ out|away|off",
            "put|insert|write|set|stick|use ~ <number>|zero|zeros|median|mean|average|mode "
            "in|into|for|there ~ <column>|missing|gaps|blanks|nulls|nans|holes|empty",
            "get|make|bring ~ data|dataset|file|csv|table|it|this ~ ready|clean|tidy|shape|usable|"
            "order",
            "knock|shake ~ data|dataset|file|it into shape",
            "clip|cap|trim|winsorise|limit|tame|drop|remove|delete|discard|exclude|ditch|handle|"
            "treat ~ "
            "outlier|outliers|extreme|extremes",
            "get rid of|deal with ~ outlier|outliers|extreme|extremes",
            "parse|convert|turn|read|treat|make|interpret|change|cast ~~ date|dates|datetime|"
            "timestamp",
            "<column> ~ be|is date|dates|datetime|timestamp ~~ parse|convert|read",
            "sort|straighten out ~ data|dataset|file|table|mess|this|it",
            "do|run|make ~ usual|standard|basic|normal|default|quick? cleaning|cleanup|clean",
            "rename <any>",
            "rename",
            "change|set ~ name of <column>",
            "call <column>",
        ),
        statements=("<column> ~ should|shall|must be called|named|renamed <any>",),
        bare=(
            "clean|tidy|cleanse|preprocess|cleanup|cleaning|scrub|prepare|sanitise|sanitize|"
            "wrangle",
            "sort|straighten out",
            "prep",
            "get|make|bring|knock ~ ready|clean|tidy|shape|usable|order",
            "fix|repair ~ data|dataset|file|csv|table|it|this|everything|mess",
        ),
        unless=(
            "dataset ~ deploy",
            "production|prod|staging|endpoint",
            "how many|much",
            "histogram|plot|chart|boxplot|distribution|graph",
            "train|fit|retrain|predict|classifier|regressor|monitor|drift|alert|endpoint|model|"
            "models",
        ),
        lacks={
            "I cannot leave out single rows by what they hold, only those with gaps, repeated ones "
            'and outliers. Ask "how many rows have …" to see them, or load a file without them.': (
                f"{_TAKE_OUT} ~ {_ROWS} ~ where|whose|with|having|that|which|from|of|under|over|"
                f"above|below|older|younger|before|after ~~ {_HELD}",
                f"{_TAKE_OUT}|keep|retain|use|take|want ~ {_ROWS} ~ where|whose|with|having|that|"
                f"which|from|of ~~ <column> {_IS} <known>|<number>|<quoted>",
                f"keep|retain|use|take|want|only ~ {_ROWS} ~ where|whose|with|having|that|which|"
                f"from|under|over|above|below|older|younger|before|after ~~ {_COMPARED}|<known>",
                f"{_TAKE_OUT}|keep|retain ~~ <column> ~ {_COMPARED} <number>",
                f"{_TAKE_OUT}|keep|retain|only ~ {_ROWS} ~ {_COMPARED} ~ <number>",
                f"{_TAKE_OUT} ~ <known> {_ROWS}",
                f"keep|retain only|just? <known> {_ROWS}",
                "filter ~~ <column>|<known>|<number>",
            ),
            "I do not sort tables: a model does not mind the order. Ask, for example, for “the ten "
            "highest …” of a column.": ("sort|reorder ~ by|on|descending|ascending", "order ~ by"),
            "I do not scale or encode columns in the table: training does it by itself where a "
            "model needs it.": (
                "normalise|normalize|standardise|standardize|rescale",
                "scale ~ column|columns|features|data|numbers|values|<column>|everything",
                "one - hot",
                "onehot|binarise|binarize",
                "encode ~ column|columns|features|categories|categorical|<column>|everything",
            ),
            "I do not compute new columns. Add them in the file and load it again.": (
                "add|create|make|compute|derive|insert|append ~ new|extra|another|calculated "
                "column|columns|feature|features|field|variable",
                "add|create|derive|insert|append column|feature|field|columns|features",
                "split <column> into",
                "multiply|divide|subtract <column>",
            ),
            "I do not join tables. Join them outside and load the result.": (
                "join|merge|combine|concatenate|append ~ "
                "datasets|tables|files|dataset|table|file|<dataset>",
            ),
        },
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
                    "put|insert|write|set|stick|use <> in|into|for <column>",
                    "put|insert|use|write <> ~~ missing|gap|gaps|null|nulls|nan|nans|blank|blanks|"
                    "empty",
                ),
                implies={"missing": "constant"},
            ),
            "fill_columns": Slot(
                "columns",
                says=(
                    "fill|impute|complete|patch column|columns? <>",
                    "put|insert|write|set|stick|use <any> in|into|for column? <>",
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
                        "double|twin rows|row|records|record|lines|entries|entry",
                    ),
                },
            ),
            "outliers": Slot(
                "choice",
                values={
                    "clip": (
                        "clip|cap|winsorise|winsorize|trim|limit|tame|handle|treat|deal ~ "
                        "outlier|outliers|extreme|extremes",
                        "winsorise|winsorize|clip|cap",
                    ),
                    "drop": (
                        "drop|remove|delete|discard|exclude|ditch|rid|omit|lose|strip|erase|out|"
                        "away ~~ "
                        "outlier|outliers|extreme|extremes",
                    ),
                },
            ),
            "outlier_columns": Slot(
                "columns",
                says=(
                    "outlier|outliers|extreme|extremes value|values? in|of|for|from|on? "
                    "column|columns? <>",
                    "clip|cap|trim|winsorise|winsorize|limit|tame column? <>",
                    "<> outlier|outliers|extremes",
                ),
            ),
            "parse_dates": Slot(
                "columns",
                says=(
                    "parse|convert|turn|read|treat|make|interpret|change|cast column|columns? <> "
                    "~~ "
                    "date|dates|datetime|timestamp|datetimes",
                    "<> ~ be|is date|dates|datetime|timestamp ~~ parse|convert|read",
                    "parse|convert date|dates ~ in|from|of <>",
                ),
            ),
            "rename": Slot(
                "pairs",
                says=(
                    "rename column|columns? <>",
                    "change|set name of <>",
                    "call <>",
                    "<column> ~ should|shall|must|to be? called|named|renamed",
                ),
            ),
        },
    ),
    examples=("drop the non-numeric columns", "fill in missing values with the median"),
)
