"""Datasets in conversation: load, describe, look at, plot, hand over, delete."""

from __future__ import annotations

from tools.base import Tool
from tools.dataset_views import (
    DownloadDataset,
    ListDatasets,
    PlotDataset,
    PreviewDataset,
    ProfileDataset,
    download_dataset,
    list_datasets,
    plot_dataset,
    preview_dataset,
    profile_dataset,
)
from tools.deletion import DeleteDataset, delete_dataset, rehearse_delete_dataset
from tools.loading_words import LOADING
from tools.uploads import LoadDataset, load_dataset, spoken_link
from tools.words import Slot, Words

_REPAIRED = "repaired|mended|touched|malformed|ragged|damaged"

load_dataset_tool = Tool(
    name="load_dataset",
    summary="Read a file people attached, or the sample data, into a new dataset; read it again "
    "as corrected.",
    args=LoadDataset,
    run=load_dataset,
    spoken=spoken_link,
    effect="write",
    where="worker",
    words=LOADING,
    examples=("load the file", "the delimiter is ;"),
)


list_datasets_tool = Tool(
    name="list_datasets",
    summary="List the datasets of this channel.",
    args=ListDatasets,
    run=list_datasets,
    effect="read",
    where="bot",
    words=Words(
        phrases=(
            "list|show|see|display|view|give|all ~ datasets|files|tables|uploads",
            "what|which datasets|files|tables",
            "what|which data do|have|is|be we|you|i|there|loaded|available have?",
            "my|all|our datasets|files",
            "what|which ~ have ~ upload|uploaded|loaded|load",
            "list data",
            "everything ~ loaded|uploaded",
            "any|other|more other? datasets|files|tables",
        ),
        unless=("columns|rows|models",),
    ),
    examples=("list my datasets", "which data do we have?"),
)


profile_dataset_tool = Tool(
    name="profile_dataset",
    summary="Describe a dataset: size, types, gaps, odd columns, suggested targets.",
    args=ProfileDataset,
    run=profile_dataset,
    effect="read",
    where="worker",
    words=Words(
        verbs=(
            "summarise|summarize|describe|profile|inspect|explore|examine|analyse|analyze|check",
            "investigate|characterise|characterize|review|understand|eda|audit|diagnose",
        ),
        nouns=("data|dataset|file|csv|table|this|it|them|upload|spreadsheet|columns|<dataset>",),
        phrases=(
            "what is|be in this|it|that|there|here|file|data|dataset|csv|table|<dataset>",
            "what have|do we|you|i? got|get|have? here",
            "what ~ contain|contains|include|includes|hold|holds",
            "what is|be inside",
            "up to speed",
            "story|gist|idea|picture|lowdown|rundown|scoop with|of|behind|on ~ "
            "data|dataset|file|table|csv|this",
            "facts|stats|statistics|info|information|details ~ about|on|of|for ~ "
            "data|dataset|file|table|csv|this|it",
            "should|must|can i|we know ~ about? ~ data|dataset|file|table|csv|this|it",
            "size up ~ data|dataset|file|table|it",
            "what you see|found|notice",
            "is|be anything|something off|odd|fishy|suspicious|funny|strange|weird|wrong ~ "
            "with|in|about",
            "stats|statistics|info|gist|schema $",
            "describe ( )",
            "give gist|overview|lowdown|rundown",
            "what have i|we just? sent|send|given|give|posted|attached|shared",
            "what did i|we upload|load|send|attach|give|drop|share|uploaded|loaded",
            "what do ~ contain|include|hold",
            "what do ~ data|file|dataset|csv|table|it|this look like|have",
            "what is|be this|that|it about?",
            "what is this ~ file|data|dataset|csv|table",
            "what do we|i have here",
            "what kind|sort|type of data|file|information",
            "what data|dataset|file|table|csv be this|that|it",
            "tell|know ~ about ~ data|dataset|file|this|csv|table|columns",
            "look|glance at|into|through ~ data|dataset|file|this|csv|it|table|upload",
            "take|have look|glance",
            "run|walk|take|guide|talk ~ through ~ data|dataset|file|table|csv|it|this|columns|"
            "<dataset>",
            "is|be ~ data|dataset|file|table|csv ~ any? good|clean|ok|okay|fine|healthy|usable|bad|"
            "dirty|messy|complete",
            "in|what shape|state|condition be|is ~ data|dataset|file|table|csv",
            "find|spot|search|look|see|show ~ problems|issues|errors|mistakes|anomalies",
            "what|which columns|features|variables|fields|attributes",
            "list|show|see|name columns|fields|features|variables",
            "how many columns|features|variables|fields",
            "how many missing|nulls|gaps|nas|nans|empty|blank|duplicates|duplicate|outliers",
            "how much ~ missing",
            "missing values|data|cells per|by|in column?",
            "is|be there any? ~ missing|gaps|nulls|nans|duplicates|outliers|blanks|holes|problems|"
            "issues",
            "any missing|gaps|nulls|nans|duplicates|outliers|blanks|holes",
            "where is|be ~ missing|gaps|nulls|holes|blanks",
            "data quality",
            "quality check|report|problems|issues",
            "wrong|odd|strange|suspicious|unusual|weird|dirty ~ data|dataset|file|this|here|"
            "columns",
            "what|which types|dtypes",
            "column|data types|dtypes",
            "data? schema|structure",
            "how big|large|wide|long|clean|messy|dirty is|be ~ data|dataset|file|it|this|csv|table",
            "how good is|be ~ data|dataset|file|csv|table",
            "what be i looking at",
            "first look|impression",
            "data? profile|overview|summary|eda|rundown|description|lowdown|gist",
            "descriptive|summary|basic statistics|stats",
            "size|shape|dimensions of ~ data|dataset|file|table|csv|this",
            "make sense of",
            "get to? know ~ data|dataset|file",
        ),
        unless=(
            "drift|model|models|prediction|predictions|deploy|deployed|monitor|job|jobs",
            "for drift",
            "history",
            "you|we ~ know about ~ data|this",
        ),
    ),
    examples=("what's in this?", "summarise the data"),
)


preview_dataset_tool = Tool(
    name="preview_dataset",
    summary="Show the first rows of a dataset.",
    args=PreviewDataset,
    run=preview_dataset,
    effect="read",
    where="worker",
    words=Words(
        phrases=(
            "first|top|head <number>? rows|records|lines|entries|examples|observations|samples",
            "first|top|head|last <number>",
            "show|see|display|view|print|give|list|look|get ~ <number> rows|records|lines|entries",
            "show|see|display|view|print|give|list|get|look ~ rows|records|lines|entries|examples",
            "show|see|display|view|print|open ~ data|dataset|table|file|csv|spreadsheet|<dataset>",
            "preview|peek|head",
            "show|see|give|get|take ~ sample|snippet|excerpt|extract|peek",
            "few|sample|example|couple|handful of? rows|records|lines|data|entries",
            "<number> sample|example|random rows|records|lines",
            "what do ~ rows|records look like",
            "raw data|rows|records|lines|table|file|values",
            f"which|what lines|rows be ~ {_REPAIRED}",
            f"{_REPAIRED} lines|rows",
        ),
        unless=(
            "by|per|each|average|mean|sum|drift|model|models|histogram|plot|chart|distribution",
            "highest|lowest|most|least|largest|biggest|smallest|expensive|dearest|cheapest|oldest",
            "summary|overview|profile|columns|types|deploy|monitors|jobs|duplicates",
            "how many|much",
            "download|export|back|datasets|files",
            "load|import|use|try|play|start|begin|experiment ~~ sample|example|demo",
        ),
        slots={
            "repaired": Slot(
                "flag",
                values={
                    "yes": (
                        f"{_REPAIRED} lines|rows",
                        f"lines|rows ~ {_REPAIRED}",
                        "lines|rows ~ changed|padded|cut|dropped ~ reading|read|loading|loaded",
                    ),
                },
            ),
            "rows": Slot(
                "number",
                says=(
                    "<> ~ rows|records|lines|entries|examples|observations|samples",
                    "top|first|head|last|show|preview|see <>",
                ),
            ),
        },
    ),
    examples=("show me the first 10 rows", "preview the data"),
)


plot_dataset_tool = Tool(
    name="plot_dataset",
    summary="Draw a chart of one or two columns, coloured by a third.",
    args=PlotDataset,
    run=plot_dataset,
    effect="read",
    where="worker",
    words=Words(
        verbs=("plot|chart|graph|draw|visualise|visualize|sketch|scatter",),
        nouns=("<column>", "columns|relationship|distribution|heatmap|correlation|correlations"),
        phrases=(
            "histogram|distribution|boxplot|scatterplot|scatter|density|heatmap|barchart|piechart",
            "heat map",
            "box|bar|scatter|line|pie plot|chart|graph|diagram",
            "<column> vs|versus|against <column>",
            "how is|be <column> ~ distributed|spread",
            "how <column> is|be ~ distributed|spread",
            "spread of <column>",
            "relation|relationship|association|link|connection ~ between <column> and <column>",
            "how do|does <column> depend|vary|change|relate|differ ~ <column>",
            "show|see|look|display ~ <column> over|across|against|vs|versus <column>",
            "<column> over time",
            "how <column> relates|relate|depends|depend|varies|vary|changes|change|differs|differ "
            "~ <column>",
            "plot|chart|graph|picture|figure of|for|with ~ <column>",
        ),
        unless=("number of rows", "confusion", "roc", "residuals"),
        slots={
            "x": Slot(
                "column",
                says=(
                    "<column> ~ against|vs|versus <>",
                    "<> on ~ x|horizontal",
                    "<column> by|per|across <> ~ as ~ box|boxplot|bar|barchart|line|violin",
                    "x =|:|is|as|axis|be <>",
                    "box|boxplot|bar|barchart|line|violin ~~ <column> by|per|across|over|for|in "
                    "each? <>",
                    "<column> over|across <>",
                    "<column> depend|vary|varies|change|relate|differ ~ on|with|by|to|across <>",
                    "<column> as function of <>",
                    "between <> and <column>",
                    "of|for|plot|chart|graph|draw|visualise|visualize|show|see|histogram|scatter "
                    "<>",
                ),
                values={"date": ("over|across time",)},
                ask="Which column shall I plot?",
                spare=True,
            ),
            "y": Slot(
                "column",
                says=(
                    "<> ~ against|vs|versus <column>",
                    "<> on ~ y|vertical",
                    "<> by|per|across <column> ~ as ~ box|boxplot|bar|barchart|line|violin",
                    "y =|:|is|as|axis|be <>",
                    "box|boxplot|bar|barchart|line|violin ~~ <> by|per|across|over|for|in each? "
                    "<column>",
                    "<> over|across <column>",
                    "<> over|across time",
                    "<> depend|vary|varies|change|relate|differ ~ on|with|by|to|across <column>",
                    "<> as function of <column>",
                    "between <column> and <>",
                    "scatter|scatterplot|relationship|plot|heatmap|graph|chart|map ~~ <column> "
                    "and|with|, <>",
                ),
            ),
            "color": Slot(
                "column",
                says=(
                    "<> in|with another|different|other|own|separate colour|color|colours|colors",
                    "colour|color|hue|shade|tint|coloured|colored ~ by|=|with|: <>",
                    "colour|color|hue =|: <>",
                    "split|grouped|group|broken|separated|divided|stratified down|up|out? by|into "
                    "<>",
                    "by|per <>",
                    "for|in each|every|different <>",
                ),
            ),
            "kind": Slot(
                "choice",
                values={
                    "histogram": ("histogram|hist|density|distributed", "distribution"),
                    "box": ("boxplot|violin", "box plot|chart|diagram|whisker?", "box and whisker"),
                    "bar": ("barchart|barplot", "bar plot|chart|graph|diagram", "bars"),
                    "scatter": ("scatterplot|scatter", "point cloud"),
                    "line": ("line plot|chart|graph", "over time", "time series|trend"),
                    "heatmap": ("heatmap", "heat map", "correlation matrix"),
                },
            ),
        },
    ),
    examples=("histogram of carat", "plot price against carat by cut"),
)


download_dataset_tool = Tool(
    name="download_dataset",
    summary="Hand over a dataset as a CSV, Parquet or Excel file.",
    args=DownloadDataset,
    run=download_dataset,
    effect="read",
    where="worker",
    words=Words(
        verbs=(
            "download|export|save|send|give|get|hand|return|fetch|convert|write|want|need|like|"
            "share",
        ),
        nouns=("csv|parquet|xlsx|excel|spreadsheet|workbook",),
        phrases=(
            "download|export ~ data|dataset|file|it|table|this|<dataset>",
            "download",
            "export",
            "send|give|get|hand|fetch|return|share ~ data|dataset|file|table|csv ~ back|over|file|"
            "as",
            "send|give|hand|share ~ cleaned|clean|new|current|latest data|dataset|file|table|"
            "version",
            "send|share ~ data|dataset|file|table|<dataset>",
            "give|hand|pass|get file|csv $",
            "as|in|to csv|parquet|xlsx|excel|spreadsheet|workbook",
        ),
        unless=(
            "prediction|predictions|model|project|engineering|load|read|history|code|predict|score",
        ),
        slots={
            "format": Slot(
                "choice",
                values={
                    "xlsx": ("xlsx|excel|spreadsheet|workbook|xls",),
                    "parquet": ("parquet",),
                    "csv": ("csv", "comma separated"),
                },
            ),
        },
    ),
    examples=("send me the cleaned data as parquet", "give me the csv back"),
)


delete_dataset_tool = Tool(
    name="delete_dataset",
    summary="Delete a dataset and all its versions (recoverable for 30 days).",
    args=DeleteDataset,
    run=delete_dataset,
    rehearse=rehearse_delete_dataset,
    effect="confirm",
    where="bot",
    words=Words(
        verbs=("delete|remove|erase|destroy|purge|trash|wipe|bin|discard|drop",),
        nouns=("dataset|data|file|csv|table|upload|<dataset>",),
        phrases=(
            "delete|erase|destroy|purge|wipe it|this ~ storage|disk|good|forever|completely|"
            "everywhere",
            "get rid of ~ dataset|file|csv|table|upload|<dataset>",
            "throw away|out ~ dataset|file|csv|table|upload|<dataset>",
            "throw ~ dataset|file|csv|table|upload away|out",
        ),
        unless=(
            "column|columns|row|rows|records|lines|entries|duplicate|duplicates|dupes|missing",
            "outlier|outliers|null|nulls|gaps|nan|nans|empty|incomplete|invalid|blank|blanks",
            "model|endpoint|monitor|deployment|fact|job|alert|numeric|text|features",
            "from ~ data|dataset|file|csv|table",
            "<column>",
        ),
    ),
    examples=("delete this dataset", "remove the sales dataset"),
)
