"""Remembering and forgetting, in the words people ask for it."""

from __future__ import annotations

from tools.base import Tool
from tools.facts import (
    ForgetFact,
    ListFacts,
    RememberFact,
    forget_fact,
    list_facts,
    named_by,
    remember_fact,
    told_by,
)
from tools.keeping import KeepHabit, keep_habit
from tools.words import Slot, Words

remember_fact_tool = Tool(
    name="remember_fact",
    summary="Remember something about the data or the work, for this channel or the team.",
    args=RememberFact,
    run=remember_fact,
    spoken=told_by,
    effect="write",
    where="bot",
    words=Words(
        phrases=(
            "remember",
            "keep|bear in mind",
            "note|memorise|memorize that|:|this|down",
            "make|take note",
            "do not forget that|:",
            "for|as record|note :|,|that",
            "save|store ~ fact|note",
            "learn that",
            "you should|must know that",
        ),
        unless=("what ~ remember", "do you|we remember", "remember to", "which|how|who remember"),
        slots={
            "expires": Slot(
                "duration",
                says=(
                    "remember|note|keep|memorise|memorize this|that? until|till|til|for <>",
                    "until|till|til <>",
                    ", for <>",
                ),
            ),
            "reach": Slot(
                "choice",
                values={
                    "team": (
                        "remember|note|memorise|memorize|save|store|keep|record "
                        "this|that? for|to|with ~ team|everyone|everybody|workspace|company",
                        "for|to ~ whole|entire team|company|workspace",
                        "for everyone|everybody|all channels?",
                        "team fact|wide",
                    ),
                },
            ),
            "fact": Slot(
                "text",
                says=(
                    "remember|note|memorise|memorize|know|record|keep|save|store "
                    "for|until|till ~ team|everyone|everybody|channels|company|workspace|<any> "
                    "that|:|, :|,? <>",
                    "remember|note|memorise|memorize|know|fyi|forget|mind|record|learn|down "
                    "that|:|,|that|this|down? :|,|that? <>",
                ),
                ask="What should I remember?",
            ),
            "conflict": Slot("choice"),
        },
    ),
    examples=("remember: Survived 1 means yes", "remember that our label is churned"),
)


forget_fact_tool = Tool(
    name="forget_fact",
    summary="Forget something remembered.",
    args=ForgetFact,
    run=forget_fact,
    spoken=named_by,
    effect="write",
    where="bot",
    words=Words(
        phrases=(
            "forget ~ fact|facts|what|about|that|<number>|note",
            "forget",
            "delete|remove|erase|drop ~ fact|facts|note|memory|notes",
            "stop remembering",
            "unlearn",
        ),
        unless=(
            "do not forget",
            "forget it",
            "forget what i|we said $",
            "train|last|exclude|without",
            "forget about? deploying|training|cleaning|monitoring|shipping|retraining",
        ),
        slots={
            "fact": Slot(
                "text",
                says=(
                    "forget|remembering|unlearn fact|facts|note|what|that|about? i|we|you? said|"
                    "know|told|"
                    "remember|remembered? about|that|you? <>",
                    "fact|facts|note|memory|notes <>",
                ),
                ask="What should I forget?",
            ),
        },
    ),
    examples=("forget fact 2", "forget what I said about prices"),
)


list_facts_tool = Tool(
    name="list_facts",
    summary="Tell what is remembered in this channel.",
    args=ListFacts,
    run=list_facts,
    effect="read",
    where="bot",
    words=Words(
        phrases=(
            "what do|does|did|have you|we|it|bot know|remember|learned|memorised|memorized|noted|"
            "learn",
            "what ~ you ~ know|remember ~ about",
            "list|show|see|give|display|tell|all ~ facts|notes|memory|memories|know|remembered",
            "facts|memories",
            "what be ~ remembered|facts|known",
            "do you remember|know ~ anything|something|what",
            "anything you remember|know",
            "what have|be you been|be? told|taught",
        ),
        unless=("forget fact|facts", "forget|delete|remove|remember that"),
        slots={
            "about": Slot(
                "text",
                says=(
                    "know|remember|remembered|learned|told|said|facts|notes|anything|something "
                    "~ about|on|of|regarding|concerning <>",
                ),
            ),
        },
    ),
    examples=("what do you know about this data?", "list the facts"),
)


keep_habit_tool = Tool(
    name="keep_habit",
    summary="Keep a choice that was made twice.",
    args=KeepHabit,
    run=keep_habit,
    effect="write",
    where="bot",
    examples=("Yes", "No"),
)
