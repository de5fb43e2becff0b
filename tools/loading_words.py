"""The words for loading a file, and for telling how one that was read wrongly is to be read."""

from __future__ import annotations

from typing import Final

from tools.words import Slot, Words

_SPLIT: Final = "separated|delimited|split|divided"
_HEAD: Final = "header|headers|heading|headings"
_NAMES: Final = f"{_HEAD}|titles|names|labels"
_JUNK: Final = (
    "comment|comments|junk|preamble|metadata|note|notes|title|titles|garbage|remarks|remark|logo"
)
_TOP: Final = "first|top"
_LINES: Final = "line|lines|row|rows"
_TEXT: Final = "text|texts|string|strings|textual"
_NUMBER: Final = "number|numbers|numeric|float|floats|integer|integers"
_TAKE: Final = "treat|read|keep|make|convert|turn|store|import|interpret|set|cast|take|want|load"
_NONE: Final = "missing|unknown|empty|null|nan|blank|absent|gap|gaps|unavailable|nothing"
_NO: Final = "value|data|answer|reading|entry|measurement"
_MEANS: Final = "is|mean|means|stand|stands|denotes|represents|encodes|codes|marks|signals"
_ZIP: Final = "zip|archive|tar|bundle"
_DECIMAL: Final = "separator|mark|sign|point|character|delimiter"
_HERE: Final = "european|german|british|french|uk|eu"
_THERE: Final = "american|us|usa"
_REAL: Final = "real|valid|true|proper|genuine|actual"
ENCODINGS: Final = {
    "utf-8": ("utf -? 8", "utf8"),
    "utf-16": ("utf -? 16", "utf16"),
    "utf-32": ("utf -? 32", "utf32"),
    "latin-1": ("latin1", "latin -? 1", "iso -? 8859 -? 1", "iso8859"),
    "iso-8859-2": ("latin2", "latin -? 2", "iso -? 8859 -? 2"),
    "iso-8859-15": ("latin9", "latin -? 9", "iso -? 8859 -? 15"),
    "cp1252": ("cp1252|ansi", "cp -? 1252", "windows -? 1252|latin|ansi|western"),
    "cp1250": ("cp1250", "cp -? 1250", "windows -? 1250"),
    "cp1251": ("cp1251", "cp -? 1251", "windows -? 1251|cyrillic"),
    "cp850": ("cp850", "cp -? 850", "dos encoding|codepage"),
    "koi8-r": ("koi8r", "koi8 -? r?"),
    "shift_jis": ("sjis|shiftjis|cp932", "shift jis|_jis"),
    "euc_jp": ("euc jp", "eucjp"),
    "gb18030": ("gbk|gb18030|gb2312", "gb 18030|2312"),
    "big5": ("big5", "big 5"),
    "mac_roman": ("macroman", "mac roman"),
}
_ORDINALS: Final = "first|second|third|fourth|fifth|last|next|other"


_NAMED: Final = {
    "tab": "tab|tabs",
    ";": "semicolon|semicolons",
    ",": "comma|commas",
    "|": "pipe|pipes",
    ":": "colon|colons",
    "space": "space|spaces",
}


def _separating(mark: str) -> tuple[str, ...]:
    """How people say that something separates the cells."""
    return (
        f"delimiter|separator ~~ {mark}",
        f"{mark} as|for|is|be? column|field|cell|value? delimiter|separator",
        f"{mark} {_SPLIT}",
        f"{_SPLIT} ~ {mark}",
    )


def _columns(*says: str) -> Slot:
    return Slot("columns", says=says)


_THEY_MEAN_NONE: Final = (
    f"yes ,? {_NONE} $",
    f"it|they|that|those|these be|is|mean|means {_NONE} $",
)
_THEY_ARE_VALUES: Final = ("no , value $", "they|that|those|these be|is real? value|values $")
_STATEMENTS: Final = (
    *_separating("|".join([*_NAMED.values(), "<quoted>"])),
    f"no|without|not ~ {_HEAD}",
    "no column names|titles",
    f"names|titles in|on|is|be ~ {_TOP} line|row",
    f"{_TOP} line|row ~~ {_NAMES}",
    f"{_TOP} line|row ~ data|values",
    f"has|have|be|is {_HEAD} ~ {_TOP}",
    f"row|line one|1 ~ {_NAMES}",
    f"{_HEAD} ~ in|is|at|on|be ~ row|line",
    f"skip|ignore|disregard ~ {_TOP} <number>? {_LINES}",
    f"{_TOP} <number> {_LINES} ~~ {_JUNK}|data",
    f"{_TOP} line|row ~~ {_JUNK}",
    "table|data start|starts|begin|begins ~ line|row <number>",
    f"<number> {_LINES} above|before|over|preceding ~ table|data|{_HEAD}",
    "encoding|charset|codepage|encoded ~ "
    "utf|utf8|latin|windows|cp1252|iso|koi8|gbk|shift|sjis|big5|ansi",
    *(pattern for patterns in ENCODINGS.values() for pattern in patterns),
    f"use|take|read|open|meant|mean ~ {_ORDINALS}|<quoted> sheet|tab|worksheet",
    "use|take|read|open|meant|mean sheet|tab|worksheet <any>",
    f"take|use|read|open|extract ~ <any> from|in|inside|of {_ZIP}",
    "<column> ~ day|month first",
    "<column> ~ day|month come|comes|before|precedes",
    "<column> ~~ day|month before month|day",
    "<column> ~ dd|mm /|.|-? mm|dd",
    f"<column> ~ {_HERE}|{_THERE} date|dates|format|style|order",
    f"<column> ~ be|is|as|to|into|mean|means {_TEXT}|{_NUMBER}|boolean|bool|yes|duration|durations",
    "<column> ~ be|is date|dates|datetime",
    f"<column> ~ not {_NUMBER}",
    f"{_TAKE} <column> ~ {_TEXT}|{_NUMBER}|boolean",
    "leading zeros|zeroes ~ of|in|for <column>",
    "<column> ~ decimal comma|commas|point|points",
    "<column> ~ comma|point|dot as|for decimal",
    f"decimal {_DECIMAL} in|of|for <column> ~ comma|point|dot",
    f"<number>|<quoted> in|of|for <column> ~ {_MEANS} ~ {_NONE}|{_NO}",
    f"<number>|<quoted> {_MEANS} ~ {_NONE}|{_NO}",
    f"<number>|<quoted> is|be no|not <column> ~ {_MEANS} ~ {_NONE}|{_NO}",
    f"treat|read|take|count|consider|interpret|regard|handle <number>|<quoted> ~~ as {_NONE}|no",
    f"<number>|<quoted> ~ is|be {_REAL}",
    "<quoted> ~ in? <column>? means|mean|stands <any>",
    *_THEY_MEAN_NONE,
    *_THEY_ARE_VALUES,
)
LOADING: Final = Words(
    phrases=(
        "load|read|import|ingest|open|upload ~ file|csv|data|dataset|attachment|sheet|excel|"
        "workbook",
        "load|read|import|ingest|open <link>",
        f"load|read|import|ingest ~ {_ORDINALS} sheet|tab|worksheet",
        "use ~ attached|new file|csv|data|attachment",
        "load|read|import|open|use|try|play|start|begin ~ sample|example|demo "
        "data|dataset|table|file|csv|passengers|one?",
        "try|play|start|begin|experiment ~ with|on|out|using ~ sample|example|demo",
        "try|test|show you|it|this|bot ~ with|on something|anything",
        "no file|data|dataset ~~ try|play|test|demo",
    ),
    statements=_STATEMENTS,
    unless=(
        "model",
        "load|read|import|open|bring|put|use it|this|that|them|data|file|dataset again|back $",
        "form|dialog",
        "sample|example|demo of|rows|records|lines",
        "download|export|send|train|predict|plot|chart|histogram|parse|remember|memorise|fyi",
    ),
    slots={
        "source": Slot(
            "link",
            says=("<>",),
            values={
                "sample": (
                    "sample|example|demo data|dataset|table|file|csv|passengers",
                    "load|read|import|open|use|try|play|start|begin|with|on|out|using "
                    "passengers? sample|example|demo",
                ),
            },
        ),
        "name": Slot(
            "name",
            says=("as <>", "call|name it|dataset|data <>", "called|named <>"),
            unless=(
                f"as|be|is {_TEXT}|{_NUMBER}|{_NONE}|boolean|date|no|delimiter|separator|encoding",
                f"as column|field|cell|value|decimal {_DECIMAL}",
                *(f"as {pattern}" for patterns in ENCODINGS.values() for pattern in patterns),
                "sheet|tab|worksheet called|named",
            ),
        ),
        "delimiter": Slot(
            "mark", says=_separating("<>"), values={m: _separating(w) for m, w in _NAMED.items()}
        ),
        "encoding": Slot("choice", values=ENCODINGS),
        "header": Slot(
            "choice",
            values={
                "no": (
                    f"no|without|not {_HEAD}",
                    "no column names|titles",
                    f"{_TOP} line|row ~ not ~ {_NAMES}",
                    f"{_TOP} line|row is|be|holds|contains data|values",
                ),
                "yes": (
                    f"{_TOP} line|row is|be|holds|has|contains|have ~ {_NAMES}",
                    f"row|line one|1 ~ {_NAMES}",
                    f"has|have|be|is {_HEAD}",
                    f"{_HEAD} is|be ~ {_TOP} row|line",
                    f"names|titles in|on|is|be ~ {_TOP} line|row",
                ),
            },
        ),
        "skip": Slot(
            "lines",
            says=(
                f"skip|ignore|disregard ~ {_TOP} <> {_LINES}",
                f"{_TOP} <> {_LINES} ~~ {_JUNK}",
                f"{_TOP} <> {_LINES} ~ no|not data",
                f"<> {_LINES} above|before|over|preceding ~ table|data|{_HEAD}",
            ),
            values={
                "before": (
                    "table|data start|starts|begin|begins ~ line|row <>",
                    f"{_HEAD} is|be in|at|on line|row <>",
                ),
                "one": (
                    f"{_TOP} line|row is|be ~ {_JUNK}",
                    f"skip|ignore|disregard {_TOP} line|row",
                ),
            },
        ),
        "sheet": Slot(
            "name",
            says=(
                "sheet|tab|worksheet called|named|number? <>",
                "<> sheet|tab|worksheet",
            ),
            values={
                place: (f"{place} sheet|tab|worksheet",)
                for place in ("first", "second", "third", "fourth", "fifth", "last")
            },
            unless=("tab ~ delimiter|separator|separated", "delimiter|separator|separated ~ tab"),
        ),
        "member": Slot("name", says=(f"<> from|in|inside|of {_ZIP}",), unless=("zeros|zeroes of",)),
        "as_text": _columns(
            f"<> ~ be|is|as|to|into {_TEXT}",
            f"<> ~ not {_NUMBER}",
            f"{_TAKE} <> ~ {_TEXT}",
            "leading zeros|zeroes ~ of|in|for <>",
        ),
        "as_number": _columns(
            f"<> ~ be|is|as|to|into {_NUMBER}", f"{_TAKE} <> ~ as|to|into? {_NUMBER}"
        ),
        "as_date": _columns("<> ~ be|is date|dates|datetime"),
        "as_duration": _columns("<> ~ be|is|as duration|durations"),
        "as_boolean": _columns("<> ~ be|is|as|mean|means boolean|bool|yes"),
        "day_first": _columns(
            "<> ~ day first",
            "<> ~ day come|comes first",
            "<> ~~ day before month",
            "<> ~ dd /|.|-? mm",
            f"<> ~ {_HERE} date|dates|format|style|order",
        ),
        "month_first": _columns(
            "<> ~ month first",
            "<> ~ month come|comes first",
            "<> ~~ month before day",
            "<> ~ mm /|.|-? dd",
            f"<> ~ {_THERE} date|dates|format|style|order",
        ),
        "decimal_comma": _columns(
            "<> ~ decimal comma|commas", "<> ~ comma as|for decimal",
            f"decimal {_DECIMAL} in|of|for <> ~ comma",
        ),
        "decimal_point": _columns(
            "<> ~ decimal point|points|dot|dots", "<> ~ point|dot as|for decimal",
            f"decimal {_DECIMAL} in|of|for <> ~ point|dot",
        ),
        "doubtful": Slot(
            "choice",
            values={
                "missing": _THEY_MEAN_NONE,
                "value": _THEY_ARE_VALUES,
            },
            unless=("<number>|<quoted>", "<column>"),
        ),
        "missing": Slot(
            "marks",
            says=(
                f"<> in|of|for <column> {_MEANS} for|a|as? {_NONE}",
                f"<> in|of|for <column> {_MEANS} no {_NO}",
                f"<> {_MEANS} for|a|as? {_NONE}",
                f"<> {_MEANS} no {_NO}",
                f"<> is|be no|not <column> ~ {_MEANS} {_NONE}|no",
                f"treat|read|take|count|consider|interpret|regard|handle <> ~~ as {_NONE}|no",
            ),
        ),
        "not_missing": Slot(
            "marks",
            says=(
                f"<> ~ is|be not {_NONE}",
                "<> ~ is|be ~ value",
                f"<> ~ is|be {_REAL}",
            ),
            values={"quoted": ("<> ~ means|mean|stands for? <any>",)},
            unless=(f"mean|means|stand|stands ~ {_NONE}|no",),
        ),
    },
)  # fmt: skip
