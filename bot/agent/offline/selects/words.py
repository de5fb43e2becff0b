"""Everyday words for what is asked of rows: aggregates, superlatives, comparisons, opposites."""

from __future__ import annotations

from typing import Final, Literal, TypeAlias

from bot.agent.offline.lexicon import words

Kind: TypeAlias = Literal[
    "avg", "median", "sum", "max", "min", "stddev", "variance", "count", "distinct", "share", "corr"
]

_AGGREGATES: Final[dict[Kind, str]] = {
    "avg": "average mean avg averages means",
    "median": "median medians typical typically",
    "sum": "sum total totals summed",
    "max": "maximum max highest largest biggest greatest latest peak top",
    "min": "minimum min lowest smallest least earliest",
    "stddev": "std stddev deviation sd",
    "variance": "variance",
    "share": "share shares percentage percentages percent pct proportion fraction ratio rate %",
    "corr": "correlation correlations correlate correlates correlated",
    "distinct": "distinct unique different",
    "count": "count counts frequency frequencies tally counting headcount",
}
AGGREGATES: Final = {word: name for name, said in _AGGREGATES.items() for word in said.split()}
"""Words for what is asked of many values."""

_HINTS: Final = {
    "expensive dear dearest costly costliest pricey priciest cost costs costing paid pay pays "
    "spend spent worth earn earns earning earned dollars euros dollar euro usd eur $ € £ money": (
        "price cost fare rent amount charge charges fee value bill revenue salary income wage pay "
        "tip"
    ),
    "cheap cheapest cheaper": "price cost fare rent amount charge charges fee bill",
    "old oldest older aged elder young youngest younger years": "age year built vintage date",
    "heavy heaviest heavier light lightest lighter weigh weighs weighing weight weights weighed "
    "kg g grams kilos pounds": "weight mass carat",
    "tall tallest taller high short shortest": "height size",
    "long longest longer lasting lasts": (
        "length duration tenure runtime time minutes min seconds talk wait"
    ),
    "wide widest wider": "width",
    "deep deepest deeper": "depth",
    "large largest big biggest small smallest larger bigger smaller": "size area amount",
    "party parties": "size",
    "fast fastest slow slowest faster quick quickest": "speed velocity time rpm",
    "hot hottest hotter warm warmest cold coldest colder": "temperature temp",
    "rich richest poor poorest best-paid": "salary income wage pay",
    "built made constructed new newest latest recent": "year built date",
    "rated rate liked loved": "rating score stars",
    "powerful strong strongest": "horsepower power strength",
    "loyal loyalest": "tenure",
    "sell sold selling": "units quantity sales revenue price",
    "busy busiest": "count volume traffic",
    "economical efficient": "mpg consumption",
    "use uses used consume consumes consumed using": "consumption usage use",
    "late later delayed": "delay",
    "far farthest farther distant": "distance",
    "popular": "count rating votes",
}
HINTS: Final[dict[str, tuple[str, ...]]] = {
    word: tuple(columns.split()) for said, columns in _HINTS.items() for word in said.split()
}
"""Words that speak of a column without naming it, with words its name may have."""

DOWN: Final = words(
    """
    cheapest cheaper lowest smallest least youngest younger lightest lighter shortest slowest
    coldest poorest fewest worst minimum min earliest narrowest quickest bottom ascending rarest
    lower fewer first
    """
)
UP: Final = words(
    """
    expensive dearest costliest pricey priciest highest largest biggest greatest most oldest
    heaviest tallest longest widest fastest hottest richest newest best top maximum max latest
    powerful strongest loyal descending busiest best-paid economical efficient dear deepest
    higher larger bigger last recent
    """
)
SUPERLATIVES: Final = DOWN | UP
BARE: Final = words("most least top best worst bottom fewest rarest busiest first last popular")
"""Superlatives that speak of no column by themselves."""

FIRST_BY_TIME: Final = words("latest earliest newest last first recent")

COMPARISONS: Final = (
    (
        ("greater|more|higher|larger|bigger|older|longer|heavier|later|bigger than or equal to?",),
        ">=",
    ),
    (("less|lower|smaller|fewer|younger|shorter|lighter|cheaper|earlier than or equal to?",), "<="),
    (("at least", "minimum|>=|≥", "no less|fewer than", "not less|under|below than?", "> ="), ">="),
    (
        ("at most", "up to", "maximum|<=|≤", "no more than", "not more|over|above than?", "< ="),
        "<=",
    ),
    (
        (
            "greater|more|higher|larger|bigger|older|longer|heavier|later|taller|hotter|wider|"
            "deeper|worse|better than",
            "over|above|exceeding|exceeds|exceed|beyond|>|exceeded",
        ),
        ">",
    ),
    (
        (
            "less|lower|smaller|fewer|younger|shorter|lighter|cheaper|earlier|colder|slower than",
            "under|below|<",
        ),
        "<",
    ),
    (("equals|equal to?", "exactly|=|==", "of|is|be|was exactly?"), "="),
)
"""Patterns right before a number, and the operator they mean."""

OPPOSITES: Final[dict[str, tuple[str, ...]]] = {
    word: tuple(stems.split())
    for said, stems in {
        "died die dead perished perish drowned drown killed deceased": "survived alive",
        "stayed stay remained remain retained retain kept keep": "left churn exit attrit return",
        "failed fail failing": "pass success",
        "passed": "fail",
        "unsold": "sold",
        "lost": "won",
        "alive": "died death dead",
        "unpaid": "paid",
        "office onsite": "remote",
    }.items()
    for word in said.split()
}
"""Words that deny a yes-or-no column, by how its name may begin."""

SYNONYMS: Final[dict[str, tuple[str, ...]]] = {
    word: tuple(stems.split())
    for said, stems in {
        "attrition quit resigned leavers departed": "left exit churn",
        "alive lived": "survived",
        "cancelled canceled cancellation": "cancel churn",
        "defaulted": "default",
        "bought purchased converted": "purchas convert",
    }.items()
    for word in said.split()
}
"""Words that affirm a yes-or-no column, by how its name may begin."""

MISSING: Final = words("missing null nulls empty blank unknown absent nan na nans undefined")
LACKING: Final = words("no without lacks lack lacking lacked")
HAVING: Final = words("have has had with used use uses using got having carry carried holds")
NOT: Final = words(
    "not never no non except excluding without besides exclude but ignoring nor neither"
)

PERSONS: Final = words(
    """
    people persons patients passengers customers clients members employees students pupils users
    women men adults guests workers citizens visitors players everyone those anyone children kids
    """
)
SEXES: Final = {
    "male": words("man men boy boys male males gentleman gentlemen"),
    "female": words("woman women girl girls lady ladies female females"),
}
ADDS: Final = words(
    """
    revenue amount units sales quantity total count cost profit bill spend spent volume income
    rentals clicks visits turnover
    """
)
"""Words in names of columns whose sum says more than their mean."""

QUANTILES: Final = words("percentile percentiles quantile quantiles quartile quartiles")

PERIODS: Final = {
    "hour": "hour", "hourly": "hour", "day": "day", "daily": "day", "week": "week",
    "weekly": "week", "month": "month", "monthly": "month", "quarter": "quarter",
    "quarterly": "quarter", "year": "year", "yearly": "year", "annual": "year", "annually": "year",
    "weekday": "weekday", "weekdays": "weekday", "days": "day", "weeks": "week",
    "months": "month", "quarters": "quarter", "years": "year",
}  # fmt: skip
MONTHS: Final = (
    *("january", "february", "march", "april", "may", "june", "july", "august", "september"),
    *("october", "november", "december"),
)
DAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
ORDINALS: Final = {
    "first": 1, "1st": 1, "second": 2, "2nd": 2, "third": 3, "3rd": 3, "fourth": 4, "4th": 4,
    "fifth": 5, "5th": 5, "sixth": 6, "6th": 6, "seventh": 7, "7th": 7, "eighth": 8, "8th": 8,
}  # fmt: skip

GROUPING: Final = words("by per each across every")
STOPS: Final = words("by per each across where who whose that which when grouped for from in")
LISTING: Final = words("show list give display find print see return get which who")
ROW_NOUNS: Final = words("row rows record records entry entries line lines example examples")

NEUTRAL: Final = words(
    """
    neither either both average mean median than
    have has had having be been being is are was were do does did get got go went come came there
    here this these that those it they them their its all any each every one ones of in on at to
    from by for with as and or than then only also exist exists existing occur occurs occurred
    appear appears happen happened contain contains contained include includes included total
    overall altogether number numbers amount amounts value values row rows record records entry
    entries line lines data dataset table file column columns field people persons person things
    items item cases case times time often much many long old high big large what which who whom
    whose where when how why show list give tell find calculate compute determine get see display
    print report work out figure know want need like please me us you can could would should will
    i we let make question answer quick quickly just really actually exactly roughly about
    approximately currently together respectively average grouped group split sorted
    sort ordered order descending ascending highest lowest largest smallest first last most least
    more less fewer top bottom live lived living travel travelled traveled travelling work works
    worked working belong belonged located based made take took taken use used uses came come
    comes sit board aboard not no non without except excluding other another different unique
    distinct same equal least most if whether yes ok so well still yet ever never compare compared
    versus vs between among within into per via single whole entire given having said called named
    type types kind kinds sort sorts category categories level levels group groups dined dine eat
    ate attended attend born visited visit placed place shipped sold sell sells bought buy buys
    went paid pay pays cost costs costing earn earns earned weigh weighs charge charged spend spent
    aged age years year old kg g mm cm km miles dollars dollar euros euro percent percentage cents
    minutes seconds hours days months weeks usd eur % $ € £ us
    """
)
"""Words that a question may say besides what it names, without asking for anything else."""
