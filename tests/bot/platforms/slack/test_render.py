"""Cards in Slack: recorded ones, and what must hold for any."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.messages import ApprovalPrompt, Choices, Draft, Press, Progress, Reply, ReplyBlock, buttons
from bot.platforms.slack.names import parse_opinion, parse_press
from bot.platforms.slack.render import Post, escape, files_of, pictures_of, render
from bot.platforms.slack.texts import plain
from tests.bot.blocks import TEXT, blocks, replies
from tests.bot.platforms.slack.show import NAMES, golden, reply_of, shown
from tests.servers.slack.validate.messages import message_blocks
from tests.servers.slack.words import words_of
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

HERE = {"blob": "F123"}
LINK = {"blob": "https://bot.example.org/files/a.b?x=1&y=<2>|3"}
PENDING = ApprovalPrompt("a1", 17, "Ship m3 to production?", "approver")
STEPS = NextSteps((NextStep("Clean it", "clean_dataset"), NextStep("Train", "train_model")))


def many(text: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Long texts, also ones without a single place to break at."""
    repeated = st.tuples(text, st.integers(1, 900), st.sampled_from(["", " ", "\n", "`", "*", "&"]))
    return repeated.map(lambda r: (r[0] + r[2]) * r[1])


LONG = many(TEXT | st.sampled_from(["`a`", "*b*", "<@U1>", "```\ncode\n```", "word"]))


@st.composite
def wide_tables(draw: st.DrawFn) -> Table:
    """Tables that no Slack table holds: too many columns or rows, or too much in the cells."""
    width, height = draw(st.sampled_from([(25, 3), (3, 120), (6, 60), (20, 99), (1, 1)]))
    cell = draw(TEXT) * draw(st.integers(1, 4))
    row = tuple(f"{cell}{i}" for i in range(width))
    return Table(row, (row,) * height, draw(TEXT), draw(LONG))


def large_blocks() -> st.SearchStrategy[ReplyBlock]:
    """Blocks that exceed one limit or another by far."""
    facts = st.lists(st.builds(Fact, TEXT, TEXT | LONG), max_size=40).map(tuple)
    options = st.lists(TEXT | LONG.map(lambda t: t[:400]), max_size=100).map(tuple)
    steps = st.lists(st.builds(NextStep, TEXT | LONG, TEXT), max_size=30).map(tuple)
    return st.one_of(
        st.builds(Headline, LONG),
        st.builds(Text, LONG),
        st.builds(Facts, facts),
        st.builds(Figure, st.sampled_from(["blob", "other"]), LONG, LONG),
        st.builds(File, st.sampled_from(["blob", "other"]), LONG, st.integers(0, 10**12)),
        st.builds(Code, LONG, TEXT, LONG),
        st.builds(Warnings, st.lists(LONG, max_size=5).map(tuple)),
        st.builds(NextSteps, steps),
        st.builds(Receipt, facts),
        st.builds(ApprovalPrompt, TEXT, st.integers(1, 99), LONG, st.just("approver")),
        st.builds(Choices, TEXT, st.integers(1, 99), LONG, options, st.just("") | LONG),
        st.builds(Draft, LONG),
        st.builds(Progress, TEXT, st.integers(1, 99), LONG, st.floats(-1, 2)),
        wide_tables(),
    )


def any_replies() -> st.SearchStrategy[Reply]:
    """Small replies and very large ones."""
    mixed = st.lists(blocks() | large_blocks(), max_size=12).map(tuple)
    return replies() | st.builds(Reply, mixed, TEXT, st.integers(1, 99), st.booleans())


def drawn(reply: Reply, **options: Any) -> tuple[Post, ...]:
    """The reply with a picture and a link for the blob `blob`."""
    return render(reply, **{"pictures": HERE, "links": LINK, "opinions": True, **options})


def only(*parts: ReplyBlock, **options: Any) -> tuple[dict[str, Any], ...]:
    """The blocks of a reply that takes one message."""
    (post,) = render(Reply(parts, id=12), **options)
    return post.blocks


def letters(text: str) -> str:
    """What of a text must be seen: everything but gaps and marks."""
    return "".join(plain(text).replace("`", "").replace("*", "").split())


def strings(block: ReplyBlock) -> Iterator[str]:  # noqa: C901 - one case a block
    """All that a block says."""
    match block:
        case Facts(items) | Receipt(items):
            yield from (part for item in items for part in (item.label, item.value))
        case Table():
            cells = [cell for row in block.rows for cell in row if isinstance(cell, str)]
            yield from (*block.columns, *cells, block.title, block.caption)
        case Figure():
            yield from (block.title, block.alt)
        case File():
            yield block.name
        case Code():
            yield from (block.title, block.text)
        case Warnings():
            yield from block.items
        case NextSteps():
            yield from (step.label for step in block.items)
        case Choices():
            yield from (
                block.question,
                block.picked or "",
                *(() if block.picked else block.options),
            )
        case ApprovalPrompt():
            yield block.question
        case Headline() | Text() | Progress() | Draft():
            yield block.text


def mrkdwn_of(part: Any) -> Iterator[str]:
    """All texts in which Slack looks for markup."""
    if isinstance(part, dict):
        if part.get("type") == "mrkdwn":
            yield part["text"]
        yield from (text for value in part.values() for text in mrkdwn_of(value))
    elif isinstance(part, list | tuple):
        yield from (text for value in part for text in mrkdwn_of(value))


def clicks_of(part: Any) -> Iterator[Press]:
    """The presses that buttons and options carry, in their order."""
    if isinstance(part, dict):
        if press := parse_press(str(part.get("value", ""))):
            yield press
        yield from (press for value in part.values() for press in clicks_of(value))
    elif isinstance(part, list | tuple):
        yield from (press for value in part for press in clicks_of(value))


def all_blocks(posts: tuple[Post, ...]) -> list[dict[str, Any]]:
    return [block for post in posts for block in post.blocks]


@pytest.mark.parametrize("name", NAMES)
def test_a_card_looks_as_recorded(name: str) -> None:
    """The cards of a real conversation look as recorded in tests/golden/slack."""
    assert shown(reply_of(name)) == golden(name)


@given(any_replies(), st.booleans())
@settings(max_examples=200, deadline=None)
def test_slack_takes_any_reply(reply: Reply, tables: bool) -> None:
    """No message exceeds a limit of Slack's, whatever a reply holds."""
    posts = drawn(reply, tables=tables)
    assert len(posts) >= 1
    for post in posts:
        assert message_blocks(list(post.blocks)) == post.blocks
        assert 0 < len(post.text) <= 3000
        assert sum(block["type"] == "table" for block in post.blocks) <= 1


@given(any_replies())
@settings(max_examples=200, deadline=None)
def test_nothing_is_lost(reply: Reply) -> None:
    """Everything a reply says is in its messages, also where it takes several."""
    seen = letters(words_of(all_blocks(drawn(reply))))
    said = [text for block in reply.blocks for text in strings(block)]
    assert [text for text in said if letters(text) not in seen] == []


@given(any_replies())
@settings(max_examples=200, deadline=None)
def test_names_stay_text(reply: Reply) -> None:
    """No name in a reply becomes a mention, a link, a channel or a hidden character."""
    posts = drawn(reply)
    texts = [*mrkdwn_of([post.blocks for post in posts]), *(post.text for post in posts)]
    ours = re.compile(r"<https://bot\.example\.org/files/[^<>|]*\|[^<>|]*(\|[^<>]*)?>")
    for text in texts:
        rest = ours.sub("", text)
        assert "<" not in rest
        assert ">" not in rest
        assert re.findall(r"&(?!amp;|lt;|gt;)", rest) == []
        assert plain(text) == text


@given(any_replies())
@settings(max_examples=200, deadline=None)
def test_every_button_is_there_once(reply: Reply) -> None:
    """Buttons and options are numbered as `buttons` numbers them, and carry nothing else."""
    found = list(clicks_of([post.blocks for post in drawn(reply)]))
    assert found == [Press(reply.id, index) for index in range(len(buttons(reply)))]


def test_approve_and_reject_are_told_apart() -> None:
    """Approve is the main button, Reject the dangerous one, and both can be typed."""
    question, waits, row = only(PENDING)
    assert question["text"]["text"] == "Ship m3 to production?"
    assert waits["elements"][0]["text"] == (
        "Waits for an approver; or reply `approve 17` or `reject 17`."
    )
    assert [(e["text"]["text"], e["style"], e["action_id"]) for e in row["elements"]] == [
        ("Approve", "primary", "press:12:0"),
        ("Reject", "danger", "press:12:1"),
    ]


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ("approved", ":white_check_mark: Approved by Grace."),
        ("rejected", ":no_entry_sign: Rejected by Grace."),
        ("expired", ":hourglass: Expired: nobody decided in time, and nothing was done."),
    ],
)
def test_a_decision_is_told(state: Any, words: str) -> None:
    """What was decided, and by whom, stands in place of the buttons."""
    by = "" if state == "expired" else "Grace"
    decided = replace(PENDING, state=state, decided_by=by)
    assert [block["type"] for block in only(decided)] == ["section", "context"]
    assert only(decided)[1]["elements"][0]["text"] == words


def test_a_question_is_not_asked_twice() -> None:
    """Where the card's headline asks already, only what is new of the question is shown."""
    prompt = replace(PENDING, question="Ship m3 to production? Two models wait.")
    blocks = only(Headline("Ship m3 to production?", "warning"), prompt)
    assert [b["text"]["text"] for b in blocks if b["type"] == "section"] == [
        ":warning: *Ship m3 to production?*",
        "Two models wait.",
    ]


def test_few_answers_are_buttons_and_many_a_menu() -> None:
    """Up to five answers are buttons; from six on a menu whose options carry the same ids."""
    few = only(Choices("w1", 1, "Which?", tuple("abcde")))
    many = only(Choices("w1", 1, "Which?", tuple("abcdef")))
    assert [element["type"] for element in few[1]["elements"]] == ["button"] * 5
    (menu,) = many[1]["elements"]
    assert (menu["type"], menu["action_id"]) == ("static_select", "menu:12:0")
    assert [(o["text"]["text"], o["value"]) for o in menu["options"]] == [
        (letter, f"press:12:{index}") for index, letter in enumerate("abcdef")
    ]


def test_more_answers_than_a_menu_holds() -> None:
    """Of more than 100 answers the likeliest are offered, and it says how to ask for another."""
    options = tuple(f"column {n}" for n in range(140))
    _, row, hint = only(Choices("w1", 1, "Which?", options))
    assert len(row["elements"][0]["options"]) == 100
    assert hint["elements"][0]["text"] == (
        "The menu has the likeliest 100 of 140 answers. For another one, ask again and name it."
    )


def test_a_picked_answer_is_shown() -> None:
    """An answered question shows the answer and offers nothing."""
    blocks = only(Choices("w1", 1, "Which?", ("Fare", "Age"), "Fare"))
    assert words_of(blocks) == "Which?\nAnswer: Fare"


def test_growing_words_end_in_an_ellipsis() -> None:
    """What is still being written says so, before its first sentence too."""
    assert words_of(only(Draft("Good. Then we train."))) == "Good. Then we train. …"
    assert words_of(only(Draft(""))) == "…"


def test_progress_says_how_far_and_how_long() -> None:
    """Work under way has a bar, its share, the time left, and Stop."""
    blocks = only(Progress("j1", 3, "Trying ridge", 0.4, 20.0))
    assert words_of(blocks) == "Trying ridge\n▰▰▰▰▱▱▱▱▱▱  40 % · about 20 s left\nStop"
    assert blocks[2]["elements"][0]["action_id"] == "press:12:0"


def test_buttons_count_across_blocks() -> None:
    """The second block's first button is not the first one of the reply."""
    posts = render(Reply((Progress("j1", 1, "Reading"), STEPS), id=7))
    assert list(clicks_of(posts[0].blocks)) == [Press(7, 0), Press(7, 1), Press(7, 2)]


def test_a_table_is_slacks_own() -> None:
    """A table that fits is Slack's own; numbers stand right, gaps are told, texts wrap."""
    table = Table(
        ("column", "mean", "note"),
        (("Age", 29.699, "x" * 30), ("Fare", 1234567.0, None), ("", None, "y")),
        title="Columns",
        caption="3 of 12",
    )
    title, native, caption = only(table)
    assert title["text"]["text"] == "*Columns*"
    assert [[cell["text"] for cell in row] for row in native["rows"]] == [
        ["column", "mean", "note"],
        ["Age", "29.7", "x" * 30],
        ["Fare", "1,234,567", "–"],
        ["–", "–", "y"],
    ]
    assert native["column_settings"] == [
        {"align": "left", "is_wrapped": False},
        {"align": "right"},
        {"align": "left", "is_wrapped": True},
    ]
    assert caption["elements"][0]["text"] == "3 of 12"


def test_the_second_table_is_monospaced() -> None:
    """A message has one table of Slack's; the next is aligned in a box of code."""
    table = Table(("name", "rows"), (("Age", 5), ("Fare", 1234)))
    types = [block["type"] for block in only(table, table)]
    assert types == ["table", "rich_text"]
    box = only(table, table)[1]["elements"][0]
    assert box["type"] == "rich_text_preformatted"
    assert box["elements"][0]["text"] == "name   rows\nAge       5\nFare  1,234"


def test_tables_can_do_without_slacks() -> None:
    """Where a workspace refuses the table block, no table uses it."""
    blocks = only(Table(("name",), (("Age",),)), tables=False)
    assert [block["type"] for block in blocks] == ["rich_text"]


def test_a_table_too_wide_for_a_line_becomes_records() -> None:
    """With more columns than Slack's table or a line takes, each cell has a line of its own."""
    columns = tuple(f"measurement_{n}" for n in range(21))
    table = Table(columns, (tuple(range(21)), tuple(range(21))))
    (block,) = only(table)
    lines = block["elements"][0]["elements"][0]["text"].splitlines()
    assert lines[:2] == ["measurement_0   0", "measurement_1   1"]
    assert (len(lines), lines[21]) == (43, "")


def test_facts_stand_two_abreast() -> None:
    """Short facts are fields, at most ten to a section; a long one has the whole width."""
    facts = tuple(Fact(f"Label {n}", f"value {n}") for n in range(12))
    first, second, third = only(Facts((*facts, Fact("Endpoint", "http://" + "x" * 90))))
    assert (len(first["fields"]), len(second["fields"])) == (10, 2)
    assert first["fields"][0]["text"] == "*Label 0*\nvalue 0"
    assert third["text"]["text"] == "*Endpoint*\nhttp://" + "x" * 90


def test_a_picture_is_shown_or_told() -> None:
    """A picture in Slack is shown with its text alternative; without one the text stands alone."""
    figure = Figure("blob", "Bars: Age has gaps", "Missing")
    (image,) = only(figure, pictures=HERE)
    assert image["slack_file"] == {"id": "F123"}
    assert image["alt_text"] == "Missing: Bars: Age has gaps"
    assert image["title"]["text"] == "Missing"
    assert words_of(only(figure)) == "Picture – Missing: Bars: Age has gaps"


def test_a_file_is_named_or_linked() -> None:
    """A file is named with its size; where it is handed over as a link, the name is the link."""
    file = File("blob", "a&b.csv", 123_456)
    assert only(file)[0]["elements"][0]["text"] == ":page_facing_up: *a&amp;b.csv* · 123.5 kB"
    assert only(file, links=LINK)[0]["elements"][0]["text"] == (
        ":page_facing_up: <https://bot.example.org/files/a.b?x=1&amp;y=%3C2%3E%7C3|a&amp;b.csv>"
        " · 123.5 kB"
    )


def test_a_link_that_is_none_is_left_out() -> None:
    """Nothing but a web address becomes a link."""
    (line,) = only(File("blob", "a.csv", 1), links={"blob": "javascript:alert(1)"})
    assert line["elements"][0]["text"] == ":page_facing_up: *a.csv* · 1 byte"


def test_code_is_copied_whole_and_never_announced() -> None:
    """Code is shown as it is, character by character, and stays out of notifications."""
    command = 'curl -H "Authorization: Bearer k-123" \\\n  -d \'{"rows": [{"a<b": "*x*"}]}\''
    (post,) = render(Reply((Headline("Live"), Code(command, "sh", "Ask it"))))
    box = post.blocks[2]["elements"][0]
    assert box["elements"] == [{"type": "text", "text": command}]
    assert post.text == "Live\nAsk it"


def test_warnings_have_one_mark() -> None:
    """One warning is a line; several are a list under one mark."""
    assert only(Warnings(("Few rows.",)))[0]["text"]["text"] == ":warning: Few rows."
    assert only(Warnings(("Few rows.", "Old.")))[0]["text"]["text"] == (
        ":warning: 2 things to know\n• Few rows.\n• Old."
    )


def test_the_same_receipt_is_shown_once() -> None:
    """Two calls on the same data have one receipt, at the end."""
    receipt = Receipt((Fact("Data", "v1"),))
    types = [block["type"] for block in only(Headline("A"), receipt, Headline("B"), receipt)]
    assert types == ["section", "section", "context"]


def test_long_text_breaks_at_lines_with_fences_closed() -> None:
    """Long text is cut at the end of a line; a fence that is cut is closed and opened again."""
    line = "word " * 100
    parts = [b["text"]["text"] for b in only(Text("\n".join([line] * 10)))]
    assert all(part.endswith("word") and len(part) <= 3000 for part in parts)
    assert [len(part.splitlines()) for part in parts] == [5, 5]
    fenced = [b["text"]["text"] for b in only(Text("```\n" + "code <1>\n" * 600 + "```"))]
    assert len(fenced) > 1
    assert all(part.startswith("```") and part.endswith("```") for part in fenced)


def test_a_long_reply_takes_several_messages() -> None:
    """A reply too long for one message goes on in the next, cut between blocks."""
    texts = tuple(Text(f"{n} " + "word " * 400) for n in range(20))
    posts = render(Reply((Headline("Long"), *texts), id=3))
    assert len(posts) == 4
    assert [b["text"]["text"].split()[0] for p in posts for b in p.blocks][1:] == [
        str(n) for n in range(20)
    ]


def test_an_empty_reply_is_a_message_still() -> None:
    """A reply without anything to show is still one message."""
    assert render(Reply(())) == (Post("…", ()),)


def test_the_text_alternative_says_what_matters() -> None:
    """Who hears the message learns headline, facts and what pictures show, but no small print."""
    reply = Reply(
        (
            Headline("Trained `m1`", "good"),
            Facts((Fact("MAE", "10.6"),)),
            Figure("blob", "Bars: a < b", "Importance"),
            Receipt((Fact("Seed", "0"),)),
        )
    )
    (post,) = render(reply, pictures=HERE)
    assert post.text == "Trained `m1`\nMAE: 10.6\nImportance: Bars: a &lt; b"


@pytest.mark.parametrize(
    ("reply", "asked"),
    [
        (Reply((Headline("Done."), Text("It works.")), id=12), True),
        (Reply((Text("An answer."),), id=12), True),
        (Reply((Headline("Only a line."),), id=12), False),
        (Reply((Headline("No such column.", "warning"), Text("Try `Age`.")), id=12), False),
        (Reply((Headline("Done."), Text("For you.")), id=12, to="slack/T1/U1"), False),
        (Reply((Headline("Done."), Text("Soon.")), id=12, done=False), False),
        (Reply((Headline("Ship?"), PENDING), id=12), False),
        (Reply((Text("Which?"), Choices("w1", 1, "?", ("a",))), id=12), False),
        (Reply((Text("Working."), Progress("j1", 1, "Reading")), id=12), False),
    ],
)
def test_opinions_are_asked_for_below_results(reply: Reply, asked: bool) -> None:
    """Only a finished answer that everybody may see asks whether it was good, where that is on."""
    rows = [b for b in render(reply, opinions=True)[-1].blocks if b["type"] == "context_actions"]
    assert len(rows) == asked
    for row in rows:
        (element,) = row["elements"]
        assert parse_opinion(element["action_id"]) == 12
        assert element["positive_button"]["value"] == "good"
        assert element["negative_button"]["value"] == "bad"
    assert not any(b["type"] == "context_actions" for b in render(reply)[-1].blocks)


def test_markup_in_names_is_text() -> None:
    """Mentions, links and channels in a name are shown, not obeyed."""
    hostile = "<!channel> <@U1> <#C1> <http://x|y> &amp;"
    (block,) = only(Text(hostile))
    assert block["text"] == {"type": "mrkdwn", "text": escape(hostile), "verbatim": True}
    assert escape(hostile) == (
        "&lt;!channel&gt; &lt;@U1&gt; &lt;#C1&gt; &lt;http://x|y&gt; &amp;amp;"
    )


def test_what_there_is_to_upload() -> None:
    """Pictures are named once each, files in their order."""
    figure, file = Figure("b1", "x"), File("b2", "a.csv", 1)
    reply = Reply((figure, file, figure))
    assert pictures_of(reply) == (figure,)
    assert files_of(reply) == (file,)


@pytest.mark.parametrize(
    "text", ["press:12", "press:1:2:3", "press:x:1", "opinion:1", "", "press:²:1"]
)
def test_other_ids_are_no_press(text: str) -> None:
    """What is no press id is not taken for one."""
    assert parse_press(text) is None
