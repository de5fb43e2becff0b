"""How a clause is meant: a request, a refusal, a question about the way, a report, a condition."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import takewhile
from typing import Final

from bot.agent.offline.clauses import Clause, Mood
from bot.agent.offline.conditions import condition_at
from bot.agent.offline.lexicon import words
from bot.agent.offline.marks import Marked
from bot.agent.offline.patterns import find, ruled_out

_NOT: Final = (
    "do not",
    "never",
    "no need",
    "not want|need|going|yet|planning",
    "would|should|must|will|can not",
    "rather not",
    "not",
    "avoid",
    "hold off",
    "instead of",
    "without",
    "rather than",
    "refrain",
    "stay away",
    "no more? training|deploying|cleaning|deployment|deployments",
    "nothing",
    "train|delete|deploy|clean|drop|stop|monitor not|nothing",
    "there be no need|reason|point",
)
_NOT_AFTER_ALL: Final = (
    "do not forget to?",
    "why do not you|we",
    "do not hesitate",
    "do not you think",
    "not only",
    "do not worry",
    "if not",
    "do not need|want <column>",
    "do not disturb|bother|alert|notify|ping",
    "do not need ~ monitor|monitoring",
    "stop",
)
_HOW: Final = (
    "how to",
    "how do|can|could|should|would|will|must|might i|we|you|one|people|they|someone",
    "how do|does|is|be <any>? <any>? work|function|happen|done|calculated|computed|implemented",
    "what do|does <any>? <any> mean|stand",
    "what do|does <any> <any>? do",
    "what if|happen|happens if|when|after",
    "what would|will|might|could happen",
    "what be|is difference|point|purpose|meaning|benefit|idea",
    "what be|is best|right|recommended way|practice|metric|algorithm|time|approach|choice",
    "why should|would|not|can|could|will",
    "when should|would|do|does|can",
    "is|be it|that|this possible|safe|ok|okay|wise|worth|necessary|required|allowed|hard|easy",
    "is|be it|that|this good|bad",
    "do|does it make sense",
    "do you think|recommend|suggest|support",
    "do i|we need|have to",
    "is there way",
    "would it help|be|make|hurt",
    "explain|tell|teach|know|understand|wonder|wondering|show|describe how to",
    "explain|tell|teach|know|understand|wonder|describe how <any> work|works",
    "explain|tell|teach|know|understand|wonder|describe how <any> <any>? be|is|are|get|gets "
    "computed|calculated|done|made|measured|implemented|detected|decided|chosen",
    "explain|tell|teach|know|understand ~ difference",
    "explain|tell|describe ~ what <any> be|is|mean|means|do|does",
    "what kind|kinds|sort|sorts|types of models|algorithms|plots|charts|files|formats|metrics",
    "which|what models|algorithms|plots|charts|formats|metrics|commands|tools|methods ~ "
    "you|support|supported|available|can|possible",
    "can|could|will you be able",
    "are you able",
    "who can|may|should",
    "who be allowed",
    "what can|do|could i|we ~ do|say|ask",
    "what happens",
    "how long|much|often do|does ~ usually|normally|typically|generally|cost",
    "how long|much would|will|should",
    "what do|does <any> <any>? cost|take|require",
    "is|be deploying|training|monitoring|cleaning|deleting "
    "hard|easy|possible|necessary|needed|expensive|free|safe|reversible",
    "thinking|think about|of",
    "wonder|wondering",
    "what should i|we do",
    "what|which <any> should|would|could i|we|you",
    "should it|that|this",
)
_HOW_NOT: Final = (
    "how do i|we|it|they|you|model|<model> look|perform|score|compare|decide|predict|know|come",
    "how do ~ <column> depend|vary|relate|change|differ|affect|influence|compare",
    "what if <column>",
    "show how",
    "what did",
    "what do ~ data|dataset|file|table|csv|model|<model>|rows look|contain|predict|have|use|rely",
    "what do|does|did we|you|i ~ do|know|remember",
    "is it good|bad|any",
    "who can|may|should|could ~ approve",
    "who be allowed ~ approve",
)
_MAY: Final = (
    "may|might|shall|must i",
    "should i",
    "can|could i",
    "may|might|should|must we",
    "maybe|perhaps|possibly i|we|you should|could|might|can",
    "am i",
    "are we",
    "should we|i",
    "do i|we",
    "shall i",
)
_SUPPOSE: Final = (
    "what if we|i|you use|used|try|tried|take|took|leave|left",
    "what if <any> was|were left out",
)
_TRY: Final = ("can|could|may|might i|we try",)
_WHAT_FAILED: Final = "failed jobs|job|steps|step|runs|run|ones|workflow|pipeline|build|in|of"
_TOLD: Final = (
    "<any> failed|crashed|broke|worked|finished|succeeded",
    "i|we am|are|be going|planning|about to",
    "i|we will|might|may|would probably|later|soon|maybe?",
    "i|we am|are|be training|deploying|cleaning|monitoring|testing",
    "undo|deploy|train|clean|monitor|delete|drop|rollback|deployment|deploying|training|cleaning|"
    "monitoring|deleting|retraining|undoing|data ~ "
    "be|is|was|look|looks|seem|seems|sounds|matters|rocks",
    "maybe|perhaps ~~ later|tomorrow|someday|sometime|eventually|soon|point",
    "maybe|perhaps ~~ some|one day",
    "it|that|this|model|<model>|everything be|is "
    "deployed|trained|cleaned|done|live|shipped|released|published|retrained",
)
_REQUEST: Final = ("i|we want|need|like|love|wish|prefer", "i|we would", "i|we will need")


def carried(clause: Clause, previous: Clause | None, later: Sequence[str]) -> Mood:
    """The mood of a clause, or that of the one before where it goes on with it.

    Args:
        clause: The clause.
        previous: The clause before it, if any.
        later: The words that join the clauses after it, "" at a sentence's start.
    """
    own = mood_of(clause)
    if previous is None or not clause.joined or own != "do" or previous.mood == "do":
        return own
    if any(token.word in _RESETS for token in clause.tokens[:3]) or clause.joined in _RESETS:
        return own
    rest = list(takewhile(bool, later))
    listed = clause.joined in {"or", "nor", "and"} or {"or", "nor"} & set(rest)
    sweeping = any(token.word in {"anything", "either", "any"} for token in clause.tokens)
    if previous.mood == "not":
        return "not" if listed or sweeping else own
    if previous.mood == "if":
        return "if"
    if previous.mood == "told":
        return "told" if _is_past(clause.view[clause.lead].word) else own
    return previous.mood if clause.joined in {"and", "or", "nor", ",", "then"} else own


_RESETS: Final = words("but just instead only rather please simply")
_PLAIN: Final = words("a an exactly actually good bad typical normal usual reasonable decent")
_CONCEPTS: Final = words(
    """
    drift deployment deploying staging production monitoring monitor rollback rolling back undo
    random forest forests gradient boosting boosted ridge lasso logistic linear regression auc roc
    f1 rmse mae r2 accuracy overfitting overfit target label labels feature features baseline
    holdout hold out cross validation classification classifier regressor model models dataset
    parquet cron outlier outliers endpoint endpoints workflow workflows training cleaning
    imputation precision recall score metric decision tree trees extra neighbours neighbors
    nearest alert alerts snooze snoozing score scoring elastic net median importance permutation
    data machine learning mlops approval approver
    """
)


def is_concept(clause: Clause) -> bool:
    """Whether a clause asks what a word of the trade means: "what is drift?", not "the drift"."""
    match = find("what be|is|are|mean|means", clause.view[clause.lead :])
    if match is None or match.start > 1 or clause.mood == "not":
        return False
    words = [t.word for t in clause.tokens if t.kind == "word"]
    after = words[words.index("what") + 2 :]
    named = [word for word in after if word not in _PLAIN]
    return bool(named) and len(named) <= 3 and all(word in _CONCEPTS for word in named)


def mood_of(clause: Clause) -> Mood:
    """The mood of a clause by its first words."""
    start = _first_content(clause)
    view = clause.view[start:]
    if _begins(_NOT, view) and not _begins(_NOT_AFTER_ALL, view):
        return "not"
    if _asks_how(view) or (clause.asked and _CAPABILITY.match(clause.text)):
        return "how"
    tries = _begins(_TRY, clause.view) or _begins(_SUPPOSE, view)
    if not tries and (_begins(_MAY, clause.view) or _begins(_MAY, view)):
        return "may"
    return "do" if tries else _plain_mood(clause, view)


def _plain_mood(clause: Clause, view: tuple[Marked, ...]) -> Mood:
    """The mood of what neither forbids, nor asks for the way or for leave."""
    if condition_at(clause.tokens, asked=clause.asked) is not None:
        return "if"
    if _told(clause):
        return "told"
    return "ask" if _asks(view, clause.asked) else "do"


def _asks(view: tuple[Marked, ...], marked: bool) -> bool:
    """Whether a clause is a question that cannot be a request in disguise."""
    first = view[0].word
    if any((match := find(p, view)) and match.start == 0 for p in _REQUESTS):
        return False
    if first == "do":
        return marked and view[1:2] != () and view[1].word not in {"it", "that", "this", "same"}
    if view[0].token.kind == "person":
        return marked
    return first in _WH or (first in _AUXILIARIES and len(view) > 1)


def is_doubtful(clause: Clause) -> bool:
    """Whether a request may as well be a mere question, too thin to go live on: "deploy it?"."""
    polite = any(token.word in {"please", "kindly"} for token in clause.tokens)
    general = clause.asked and bool(_GENERAL.match(clause.text))
    asks = general or _begins(_MAYBE, clause.view) or (clause.asked and len(clause.view) <= 2)
    return asks and not polite


_GENERAL: Final = re.compile(r"(?:can|could|would|will) you \w+ (?:a|an|any|some|two|several) ")
_WH: Final = words("what which who whose whom when where why how")
_AUXILIARIES: Final = words(
    "is are was were am do does did has have had can could will would should may might shall must"
)
_REQUESTS: Final = (
    "can|could|will|would you",
    "can|could|shall we",
    "why do not you|we",
    "which|what <column> be|is it|this|that|they|he|she",
    "do it|that|this|not",
)
_MAYBE: Final = ("would you", "can|could we", "we|you could|can|might|may|should", "maybe|perhaps")


_CAPABILITY: Final = re.compile(
    r"(?:can|could|do|does|are) (?:you|the bot|this bot|it)(?: able to| also| ever)? \w+ "
    r"(?!the |this |my |our |that |it |these )(?:\w+ )?"
    r"(?:models|datasets|data|files|columns|endpoints|charts|plots|jobs|deployments|monitors|drift)$"
)


def _asks_how(view: tuple[Marked, ...]) -> bool:
    return _begins(_HOW, view) and not _begins(_HOW_NOT, view)


_SKIP: Final = words(
    """
    hi hello hey ok okay so well now then also please and but , . : hmm um uh sorry thanks thank
    you great cool nice alright bot assistant yes yeah no just actually oh wait for
    """
)


def _first_content(clause: Clause) -> int:
    index = 0
    while index < len(clause.view) - 1 and clause.view[index].word in _SKIP:
        index += 1
    if index and clause.view[index - 1].word == "you" and clause.view[index].word != "thank":
        index -= 1
    return index


def _begins(patterns: tuple[str, ...], view: tuple[Marked, ...]) -> bool:
    """Whether a pattern stands at the start, at most a polite prefix before it."""
    return any((match := find(p, view)) is not None and match.start == 0 for p in patterns) or any(
        (match := find(p, view)) is not None
        and match.start <= 6
        and all(token.word in _PREFIX for token in view[: match.start])
        for p in patterns
    )


_PREFIX: Final = words(
    """
    i we you want would like to know can could please tell be will need am are do not let us that
    curious quick question , : explain remind what guys maybe it think
    """
)


def _told(clause: Clause) -> bool:
    view = clause.view
    if clause.asked or any(find(p, view) and find(p, view).start == 0 for p in _REQUEST):  # type: ignore[union-attr]
        return False
    first = [token.word for token in clause.tokens[:4]]
    if view[0].column or any(token.word in {"where", "whose"} for token in view):
        return False
    if _opens_in_past(clause):
        return True
    if first[:1] and first[0] in _ARTICLES and any(_is_past(word) for word in first[2:4]):
        return True
    subject = next((i for i, t in enumerate(view[:4]) if t.word in _SUBJECTS), None)
    if subject is not None and all(t.word in _SKIP for t in view[:subject]):
        rest = [t.word for t in view[subject + 1 : subject + 5]]
        verbs = [
            w for w in rest if w not in {"already", "just", "have", "had", "has", "also", "not"}
        ]
        if verbs and (
            _is_past(verbs[0]) or verbs[0] in {"going", "planning", "will", "might", "am"}
        ):
            return True
    ended = ruled_out(_TOLD[:1], view) and not find(_WHAT_FAILED, view)
    return ended or any((m := find(p, view)) is not None and m.start == 0 for p in _TOLD[1:])


def _opens_in_past(clause: Clause) -> bool:
    """Whether a clause opens with what somebody did: "forgot to deploy", "dropped Cabin"."""
    opening = clause.view[min(clause.lead, len(clause.view) - 1)]
    as_written = opening.token.raw.casefold() == opening.word
    perfect = any(token.word in {"have", "once", "after"} for token in clause.view[: clause.lead])
    past = _is_past(opening.word) and opening.word not in {"fit", "set"}
    return past and as_written and not perfect and not opening.column


_ARTICLES: Final = words("the our my this that his her their last yesterday's")
_SUBJECTS: Final = words("i we he she they somebody someone nobody everyone boss")


def _is_past(word: str) -> bool:
    return (word.endswith("ed") and len(word) > 4 and word != "need") or word in {
        "built", "made", "ran", "did", "sent", "took", "got", "was", "were", "shipped", "went",
        "thought", "said", "told", "forgot", "saw", "lost", "found", "fit",
    }  # fmt: skip
