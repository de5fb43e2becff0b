"""Replies on Discord: recorded ones, and what must hold for any."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.messages import ApprovalPrompt, Choices, Draft, Progress, Reply, ReplyBlock, buttons
from bot.platforms.discord.names import file_name, menu_id, parse_press, press_id
from bot.platforms.discord.render import Post, escape, render
from bot.platforms.discord.texts import length, marked, plain
from tests.bot.blocks import replies
from tests.bot.platforms.discord.show import NAMES, golden, reply_of, shown
from tests.golden.preview_discord import INLINE
from tests.servers.discord import validate
from tools.outcome import (
    Code,
    Fact,
    Facts,
    Figure,
    File,
    Headline,
    NextStep,
    NextSteps,
    Receipt,
    Table,
    Text,
    Warnings,
)

HOSTILE = [
    "@everyone and @here",
    "<@1> <@!1> <@&2> <#3>",
    "<:party:123> <a:dance:456> :smile: :100:",
    "</deploy:1> <t:1> <id:home>",
    "https://evil.example/x and <https://evil.example> and discord.gg/abc",
    "[click me](https://evil.example)",
    "# big\n-# small\n> quote\n- item\n1. first",
    "**bold** __under__ _slanted_ ~~gone~~ ||hidden|| *lone",
    "```\n@everyone\n```",
    "`` ` `` ` ``` ````",
    "\\*escaped\\* \\",
    "***a** b*",
]
UNSEEN = ("Cc", "Cf", "Cs", "Zl", "Zp")
MARKUP = st.lists(
    st.sampled_from([*"`*_~|<>@#[]()!:\\-+1. \nab", "```", "**", "http://x", "@here", "<@1>"]),
    max_size=14,
).map("".join)


def messages(*blocks: ReplyBlock, number: int = 0) -> tuple[Post, ...]:
    """The blocks as messages."""
    return render(Reply(blocks, id=number))


def only(*blocks: ReplyBlock, number: int = 0) -> Post:
    """The blocks as the one message they are."""
    (post,) = messages(*blocks, number=number)
    return post


def strings(value: Any) -> Iterator[str]:
    """Every text in JSON values."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for part in value.values():
            yield from strings(part)
    elif isinstance(value, list | tuple):
        for part in value:
            yield from strings(part)


def marked_up(post: Post) -> Iterator[str]:
    """The texts in which Discord looks for markup."""
    yield post.content
    for card in post.embeds:
        yield from (card.get("title", ""), card.get("description", ""))
        for field in card.get("fields", ()):
            yield from (field["name"], field["value"])


def everything(posts: tuple[Post, ...]) -> Iterator[str]:
    """All that people can see, hear or save."""
    for post in posts:
        yield post.content
        yield from strings(post.embeds)
        yield from strings(post.components)
        yield from (text for each in post.attachments for text in (each.name, each.alt))


def check(post: Post) -> None:
    """Refuse what Discord refuses."""
    names = [each.name for each in post.attachments]
    described = [
        {"id": n, "filename": each.name, "description": each.alt}
        for n, each in enumerate(post.attachments)
    ]
    body = {
        "content": post.content,
        "embeds": list(post.embeds),
        "components": list(post.components),
        "attachments": described,
    }
    validate.check_body(body, names=names, flags=0)
    assert len(names) == len({name.casefold() for name in names})
    assert not validate.is_empty({**body, "components": []}, len(names))
    for text in strings([post.embeds, post.components]):
        assert text.strip() != ""


def bare(text: str) -> str:
    """What is left of Discord's markup when it is shown."""
    return INLINE.sub(lambda m: m["as_is"] or m["code"] or bare(m["bold"] or "") or m[0], text)


def letters(text: str) -> str:
    """What of a text must be seen."""
    return "".join(c for c in plain(text) if c.isalnum())


def words_of(block: ReplyBlock) -> list[str]:  # noqa: PLR0911 - one case a block
    """What a block says, text by text."""
    match block:
        case Facts() | Receipt():
            return [text for item in block.items for text in (item.label, item.value)]
        case Table():
            cells = [cell for row in block.rows for cell in row if isinstance(cell, str)]
            return [*block.columns, *cells, block.title, block.caption]
        case Figure():
            return [block.title, block.alt]
        case Code():
            return [block.text, block.title]
        case Warnings():
            return list(block.items)
        case NextSteps():
            return [step.label for step in block.items]
        case Choices():
            return [block.question, block.picked] if block.picked else [block.question]
        case ApprovalPrompt():
            return [block.decided_by] if block.state in ("approved", "rejected") else []
        case File():
            return []
        case _:
            return [block.text]


@pytest.mark.parametrize("name", NAMES)
def test_a_reply_looks_as_recorded(name: str) -> None:
    """What the tools really say looks as recorded in tests/golden/discord."""
    assert shown(reply_of(name)) == golden(name)


@given(replies())
@settings(max_examples=200, deadline=None)
def test_discord_takes_any_reply(reply: Reply) -> None:
    """Every message of any reply is within Discord's limits, shows something, and is inert.

    No control, bidirectional or invisible character is sent, whatever a file says.
    """
    posts = render(reply)
    assert posts
    for post in posts:
        check(post)
    sent = {c for text in everything(posts) for c in text if c != "\n"}
    assert {c for c in sent if unicodedata.category(c) in UNSEEN} == set()


@given(replies())
@settings(max_examples=200, deadline=None)
def test_nothing_is_lost(reply: Reply) -> None:
    """All that a reply says can be read, and all that it offers can be clicked."""
    posts = render(reply)
    seen = letters(bare(" ".join(everything(posts))))
    said = [word for block in reply.blocks for text in words_of(block) for word in text.split()]
    assert [word for word in said if letters(word) not in seen] == []
    clickable = [parse_press(text) for post in posts for text in strings(post.components)]
    pressed = [press.index for press in clickable if press]
    assert pressed == list(range(len(buttons(reply))))


@given(MARKUP)
@settings(max_examples=500, deadline=None)
def test_escaped_text_is_shown_as_it_is(text: str) -> None:
    """Whatever stands in a name, people see that and nothing comes of it."""
    found = escape(text)
    live = [m[0] for m in INLINE.finditer(found) if m["live"] or m["bold"] or m["label"]]
    assert live == []
    assert bare(found) == plain(text)


@pytest.mark.parametrize("text", HOSTILE)
def test_markup_from_files_stays_text(text: str) -> None:
    """Nobody is called, nothing is linked or dressed up by a name, in whatever place it stands."""
    reply = (
        Headline(text),
        Text(text),
        Facts((Fact(text, text),)),
        Table((text, "b"), ((text, "x" * 80),), title=text, caption=text),
        Table((text,), ((text,),)),
        Figure("b", text, text),
        Code(text, text, title=text),
        Warnings((text,)),
        Choices("w", 1, text, (text,), text),
        ApprovalPrompt("a", 1, text, "approver", "approved", text),
        Headline("The end"),
    )
    for post in messages(*reply):
        check(post)
        for shown_text in marked_up(post):
            assert shown_text.count("```") % 2 == 0
            outside = re.sub(r"```.*?```", "", shown_text, flags=re.DOTALL)
            live = [m[0] for m in INLINE.finditer(outside) if m["live"] or m["label"]]
            assert live == []
            assert not re.search(r"^(#{1,3}|>|-|\d+\.) (?!$)", outside.replace("-# ", ""), re.M)


def test_text_keeps_code_and_emphasis() -> None:
    """In a paragraph code stays code, emphasis is bold, and the rest is as it was."""
    text = "Use `a_b*` or *this one*, not 2 * 3 * 4 in my_file.csv."
    assert marked(text) == r"Use `a_b*` or **this one**, not 2 \* 3 \* 4 in my_file.csv."


def test_an_address_is_shown_and_not_linked() -> None:
    """An address is code, to be copied, so that Discord neither links nor unfurls it."""
    post = only(Headline("Live"), Facts((Fact("Endpoint", "http://127.0.0.1:8081/a_b/predict"),)))
    (field,) = post.embeds[0]["fields"]
    assert field["value"] == "`http://127.0.0.1:8081/a_b/predict`"


def test_the_content_is_the_newest_headline() -> None:
    """Notifications show what happened last; what came before has its title in the card."""
    post = only(
        Headline("Ship m2?", "warning"),
        Facts((Fact("Score", "0.7"),)),
        Headline("m2 is live", "good"),
        Text("It answers."),
    )
    assert post.content == "✅ **m2 is live**"
    assert [card.get("title") for card in post.embeds] == ["Ship m2?", None]
    assert post.embeds[0]["color"] != post.embeds[1]["color"]


def test_a_headline_alone_is_a_line() -> None:
    """A reply that is only a headline has no card."""
    post = only(Headline("Drift in m2", "bad"), number=7)
    assert post == Post("🔴 **Drift in m2**", (), (), ())


def test_plain_talk_has_no_card() -> None:
    """Words without a headline are a message like anybody's."""
    post = only(Text("Hello."), Text("What next?"))
    assert (post.content, post.embeds) == ("Hello.\n\nWhat next?", ())


@pytest.mark.parametrize("number", [0, 12])
def test_a_card_tells_which_reply_it_is(number: int) -> None:
    """After a crash a message is found by its buttons, or else by the end of its small print."""
    receipt = Receipt((Fact("Seed", "7"),))
    footer = only(Headline("Done"), receipt, number=number).embeds[-1]["footer"]["text"]
    assert footer == ("Seed 7 · ref 12" if number else "Seed 7")
    step = NextSteps((NextStep("Undo", "undo"),))
    post = only(Headline("Done"), receipt, step, number=number)
    assert post.embeds[-1]["footer"]["text"] == "Seed 7"
    assert post.components[0]["components"][0]["custom_id"] == press_id(number, 0)


def test_the_receipt_is_said_once() -> None:
    """Two steps on the same data have one line of small print, at the end."""
    receipt = Receipt((Fact("Data", "d v1"),))
    post = only(Headline("Loaded"), Text("a"), receipt, Headline("Profile"), Text("b"), receipt)
    assert ["footer" in card for card in post.embeds] == [False, True]


def test_facts_are_fields() -> None:
    """Short facts stand beside one another; a long one has its own line, or is a paragraph."""
    facts = Facts((Fact("Rows", "1,309"), Fact("Ships", "x" * 61), Fact("Note", "word " * 300)))
    (card,) = only(Headline("Done"), facts).embeds
    assert [(f["name"], f["inline"]) for f in card["fields"]] == [("Rows", True), ("Ships", False)]
    assert card["description"].startswith("**Note**\nword word")


def test_pictures_are_in_cards_with_their_alternative() -> None:
    """Each picture is an embed's image, its title and text alternative go with the file."""
    post = only(Headline("Done"), Figure("b1", "Bars.", "Gaps"), Figure("b2", "Lines."))
    assert [card["image"]["url"] for card in post.embeds] == [
        "attachment://figure-1.png",
        "attachment://figure-2.png",
    ]
    assert [(a.blob, a.alt, a.size) for a in post.attachments] == [
        ("b1", "Gaps. Bars.", 0),
        ("b2", "Lines.", 0),
    ]


def test_what_is_long_comes_below_facts_and_picture() -> None:
    """A table after the facts does not push them down; short words stay with them."""
    post = only(
        Headline("Trained"),
        Facts((Fact("AUC", "0.8"),)),
        Text("Judged by AUC."),
        Figure("b", "ROC"),
        Table(("a",), ((1,),)),
    )
    first, second = post.embeds
    assert (first["description"], "image" in first) == ("Judged by AUC.", True)
    assert second["description"].startswith("```")


def test_what_cannot_be_attached_is_a_link() -> None:
    """A file or picture over the platform's limit is a link to the bot's own address."""
    reply = Reply((Headline("Here"), File("f", "big [1].csv", 50_000_000), Figure("p", "ROC")))
    links = {"f": "https://bot.example/f?sig=a(b)", "p": "https://bot.example/p"}
    (post,) = render(reply, links=links)
    assert post.attachments == ()
    assert post.embeds[0]["description"] == (
        "📎 [big \\[1\\].csv](https://bot.example/f?sig=a%28b%29) "
        "(50 MB; the link works for a day)\n\n"
        "🖼️ [Picture](https://bot.example/p)\nROC"
    )


def test_files_have_safe_names() -> None:
    """Names have no folders and no control characters, and differ within a message."""
    names = ["../../etc/a b.csv", "a b.csv", "A B.csv", "", "..", "x\u202ecsv.exe", "figure-1.png"]
    files = [File(str(n), name, 1) for n, name in enumerate(names)]
    post = only(Headline("Here"), Figure("p", "ROC"), *files)
    assert [each.name for each in post.attachments] == [
        "figure-1.png",
        "a b.csv",
        "a b-2.csv",
        "A B-3.csv",
        "file",
        "file-2",
        "x csv.exe",
        "figure-1-2.png",
    ]
    assert len(file_name("x" * 500 + "." + "y" * 500)) < 100


def test_narrow_tables_are_aligned() -> None:
    """Columns stand below one another, numbers to the right, long names word below word."""
    table = Table(
        ("Candidate", "ROC AUC (cross-validated)", "Tried", "Seconds"),
        (("Logistic regression", 0.898, 5, 0.25), ("Extra trees", None, 13, 12.5)),
    )
    (card,) = only(Headline("Done"), table).embeds
    assert card["description"].splitlines() == [
        "```",
        "                               ROC AUC",
        "Candidate            (cross-validated)  Tried  Seconds",
        "───────────────────  ─────────────────  ─────  ───────",
        "Logistic regression              0.898      5     0.25",
        "Extra trees                          –     13     12.5",
        "```",
    ]


def test_wide_tables_are_paragraphs() -> None:
    """Where columns do not fit, each row is a paragraph below a legend; gaps at its end are not."""
    table = Table(
        ("When", "Who", "What", "By"),
        (("23 Nov", "Ada", "Loaded " + "x" * 60, None), ("24 Nov", "Grace", None, "Ada")),
    )
    (card,) = only(Headline("Done"), table).embeds
    assert card["description"].splitlines() == [
        "-# When · Who · What · By",
        f"**23 Nov** · Ada · Loaded {'x' * 60}",
        "**24 Nov** · Grace · – · Ada",
    ]


def test_tables_of_many_columns_name_each_cell() -> None:
    """With more columns than can be counted at a glance each cell has its name; gaps have none."""
    columns = tuple(f"measure{n}" for n in range(9))
    (card,) = only(Headline("Done"), Table(columns, ((1, None, *range(7)),))).embeds
    told = " · ".join(f"measure{n + 2}: {n}" for n in range(7))
    assert card["description"] == f"**measure0: 1** · {told}"


def test_code_is_copied_whole() -> None:
    """A command is in a block of code as it is, and nothing in it ends the block."""
    command = "curl -d '{\"a_b\": [1, 2]}' http://x/y \\\n  -H 'x: *'"
    (card,) = only(Headline("Live"), Code(command, "sh", "Ask it")).embeds
    assert card["description"] == f"**Ask it**\n```sh\n{command}\n```"
    (card,) = only(Headline("Live"), Code("a\n```\n@everyone", "not a language!")).embeds
    assert card["description"] == "```\na\n``ˋ\n@everyone\n```"


def test_growing_words_end_in_an_ellipsis() -> None:
    """What is still being written says so, before its first sentence too."""
    assert only(Draft("Good. Then we train.")).content == "Good. Then we train. …"
    assert only(Draft("")).content == "…"


def test_progress_is_a_line() -> None:
    """Work that goes on says how far it is and how long it still takes, and can be stopped."""
    post = only(Progress("j", 3, "Trying ridge", 0.4, 31.0), number=5)
    assert post.content == "▰▰▰▰▱▱▱▱▱▱ 40 % · about 31 s left\nTrying ridge"
    (button,) = post.components[0]["components"]
    assert (button["label"], button["style"], button["custom_id"]) == ("Stop", 2, "press:5:0")


@pytest.mark.parametrize(
    ("state", "by", "said"),
    [
        (
            "pending",
            "",
            "⏳ Waits for an approver: press a button, or reply `approve 17` or `reject 17`.",
        ),
        ("approved", "Grace", "✅ Approved by Grace."),
        ("rejected", "Grace", "🚫 Rejected by Grace."),
        ("expired", "", "⌛ Expired: nobody decided in time, and nothing was done."),
    ],
)
def test_an_approval_says_where_it_stands(state: Any, by: str, said: str) -> None:
    """A decision is asked for with a button and in words, and afterwards says by whom it was."""
    question = "Ship m2 to production? AUC 0.8."
    prompt = ApprovalPrompt("a", 17, question, "approver", state, by)
    assert only(Headline("Ship m2 to production?"), prompt).embeds[0]["description"] == said
    assert only(prompt).content == f"**{question}**\n\n{said}"
    styles = [b["style"] for row in only(prompt).components for b in row["components"]]
    assert styles == ([3, 4] if state == "pending" else [])


def test_few_answers_are_buttons_and_many_a_menu() -> None:
    """Up to five answers are buttons, up to 25 a menu; further ones are told, to be said."""
    few, many, most = (
        only(Choices("w", 1, "Which?", tuple(f"c{n}" for n in range(count))), number=9)
        for count in (5, 25, 27)
    )
    assert [b["custom_id"] for b in few.components[0]["components"]] == [
        press_id(9, n) for n in range(5)
    ]
    (menu,) = many.components[0]["components"]
    assert menu["custom_id"] == menu_id(9, 0)
    assert [o["value"] for o in menu["options"]] == [press_id(9, n) for n in range(25)]
    assert many.content == "**Which?**"
    assert most.content == "**Which?**\n\nOr say it in words: c25, c26."


def test_an_answer_takes_the_place_of_its_question() -> None:
    """A question that is answered shows the answer and offers no others."""
    post = only(Choices("w", 1, "Which metric?", ("mae", "rmse"), "mae"))
    assert (post.content, post.components) == ("**Which metric?**\n→ mae", ())


def test_buttons_beyond_the_rows_are_told() -> None:
    """There are five rows at most; what they do not hold, people say."""
    steps = NextSteps(tuple(NextStep(f"Step {n}", "undo") for n in range(27)))
    post = only(Headline("Done"), steps, number=3)
    assert [len(row["components"]) for row in post.components] == [5] * 5
    assert post.embeds[0]["description"] == "Or say it in words: Step 25, Step 26."
    assert [b["style"] for b in post.components[0]["components"]] == [1, 2, 2, 2, 2]


WORDS = " ".join(f"word{n}_*x*" for n in range(3000))
LONG: dict[str, tuple[ReplyBlock, ...]] = {
    "text": (Text(WORDS),),
    "text in a card": (Headline("Done"), Text(WORDS)),
    "one word": (Headline("Done"), Text("x" * 9000)),
    "headline": (Headline(WORDS[:5000]), Text("below")),
    "title": (Headline(WORDS[:1000]), Text("a"), Headline("b")),
    "headlines": tuple(Headline(f"line{n} " + "y" * 90) for n in range(60)),
    "cards": tuple(b for n in range(30) for b in (Headline(f"head{n}"), Text(f"text{n} " * 40))),
    "facts": (Facts(tuple(Fact(f"label{n}", f"value{n} " * 30) for n in range(70))),),
    "long facts": (Facts((Fact("l" * 300, "v" * 3000), Fact("", ""), Fact("a", ""))),),
    "table": (Table(("a", "b"), tuple((n, f"cell{n}") for n in range(900)), "Title", "Caption"),),
    "wide table": (
        Table(
            tuple(f"c{n}" for n in range(12)),
            tuple(tuple(f"v{n}w{m}" * 9 for m in range(12)) for n in range(60)),
        ),
    ),
    "huge cells": (Table(("name" * 900, "b"), (("🙂*" * 3000, "`" * 5000),)),),
    "code": (Code("\n".join(f"line{n} ``` {'z' * 70}" for n in range(300)), "sql", "Query"),),
    "one line of code": (Code("🙂" * 9000),),
    "pictures": tuple(Figure(f"b{n}", f"alt{n} " * 300, f"title{n}") for n in range(23)),
    "files": tuple(File(f"b{n}", "same.csv", n) for n in range(23)),
    "both": (
        *(Figure(f"b{n}", f"alt{n}") for n in range(9)),
        *(File(f"f{n}", "same.csv", n) for n in range(5)),
    ),
    "warnings": (Headline("Done"), Warnings(tuple(f"warning{n} " * 20 for n in range(90)))),
    "receipt": (Headline("Done"), Receipt(tuple(Fact(f"l{n}", f"v{n}" * 9) for n in range(99)))),
    "receipts": tuple(Receipt((Fact(f"l{n}", f"v{n}" * 60),)) for n in range(40)),
    "question": (Choices("w", 1, WORDS[:6000], tuple("o" * n for n in range(60, 140))),),
    "questions": tuple(Choices(f"w{n}", n, f"q{n}", tuple("abcdefg")) for n in range(9)),
    "astral": (Headline("🙂" * 1500), Text("🙂" * 3000), Facts((Fact("🙂" * 200, "🙂" * 900),))),
}  # fmt: skip


@pytest.mark.parametrize("name", LONG)
def test_long_replies_go_on_in_the_next_message(name: str) -> None:
    """However long a reply is, each message is within the limits, and all is there in order."""
    posts = messages(*LONG[name], number=12)
    for index, post in enumerate(posts):
        check(post)
        assert length(post.content) <= 2000
        assert sum(length(text) for text in strings(post.embeds)) <= 7500
        for text in marked_up(post):
            assert text.count("```") % 2 == 0
        if post.embeds and not post.components:
            number = f"{index + 1} of {len(posts)} · " if len(posts) > 1 else ""
            assert post.embeds[-1]["footer"]["text"].endswith(f"{number}ref 12")
    seen = letters(bare(" ".join(everything(posts))))
    said = [word for block in LONG[name] for text in words_of(block) for word in text.split()]
    assert [word for word in said if len(word) < 1000 and letters(word) not in seen] == []
    assert sum(seen.count(c) for c in "xyz") >= sum(w.count(c) for w in said for c in "xyz")


def test_buttons_are_below_the_last_message() -> None:
    """Where a reply takes several messages, what can be clicked is below the last one."""
    posts = messages(Headline("Done"), Text(WORDS), NextSteps((NextStep("Undo", "undo"),)))
    assert [bool(post.components) for post in posts] == [False] * (len(posts) - 1) + [True]
    assert posts[0].content == "**Done**"


def test_clicks_are_read_back() -> None:
    """What a button is called tells the reply and the button, and nothing else does."""
    press = parse_press(press_id(12, 3))
    assert press is not None
    assert (press.reply_id, press.index, press.values) == (12, 3, None)
    for text in ("", "press:12", "press:12:x", "press:-1:0", "press:1:2:3", menu_id(12, 0)):
        assert parse_press(text) is None
