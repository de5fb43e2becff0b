"""People say how a file is to be read: before, at the question about repairs, and afterwards."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tests.tools.conftest import Lab, block, text_of
from tools.corrections import Corrections, fitting, hints_of, in_words, merged, resolved
from tools.errors import BadRequest, NeedsChoice, Refused
from tools.ml.reading.report import ColumnHint

ROWS = "".join(f"{10100 + n},{n % 5}.5,{n % 9 + 1:02}/{n % 7 + 1:02}/2024\n" for n in range(60))
PARCELS = f"zip,weight,sent\n{ROWS}".encode()
MESSY = b"zip,weight\n10100,1\n10101\n10102,3\n10103,4\n"


def kinds_of(lab: Lab) -> dict[str, str]:
    """The types of the current dataset's columns."""
    return {column.name: column.kind for column in lab.context.dataset().columns}


def question_of(lab: Lab, **args: Any) -> NeedsChoice:
    """What is asked before the file is used."""
    with pytest.raises(NeedsChoice) as asked:
        lab.call("load_dataset", **args)
    assert asked.value.argument == "repairs"
    return asked.value


def answer(question: NeedsChoice, label: str) -> Any:
    """What the argument gets when this button is pressed."""
    return next(option.value for option in question.options if option.label == label)


def test_corrections_add_up_and_are_taken_back(lab: Lab) -> None:
    """Each is a version of its own with those before, told in a sentence, and undo goes back."""
    lab.load("parcels.csv", PARCELS)
    first = lab.call("load_dataset", as_text=["ZIP"])
    assert "`zip` holds text instead of whole numbers." in text_of(first.blocks)
    second = lab.call("load_dataset", decimal_point=["weight"])
    version = lab.context.dataset()
    assert (version.label, kinds_of(lab)["zip"]) == ("parcels v3", "text")
    assert version.report["corrections"] == {"as_text": ["zip"], "decimal_point": ["weight"]}
    assert block(second, "next_steps").items[0].label == "Undo"
    lab.call("undo")
    assert lab.context.dataset().label == "parcels v2"


def test_a_correction_leaves_a_cleaning_behind_and_says_so(lab: Lab) -> None:
    """The file is read again, so what was done to the table since is not part of the version."""
    lab.load("parcels.csv", PARCELS)
    lab.call("clean_dataset", drop_columns=["weight"])
    corrected = lab.call("load_dataset", as_text=["zip"])
    assert "What was done to it up to parcels v2 is not part" in text_of(corrected.blocks)
    assert lab.context.dataset().label == "parcels v3"


def test_the_sample_can_be_read_again(lab: Lab) -> None:
    """What was made up here has no upload, and is read again all the same."""
    lab.call("load_dataset", source="sample")
    lab.call("load_dataset", as_text=["PassengerId"])
    assert lab.context.dataset().version == 2


def test_a_column_that_is_not_there_is_asked_about(lab: Lab) -> None:
    """A name that fits no column is offered the closest ones, with the rest of the list."""
    lab.load("parcels.csv", PARCELS)
    with pytest.raises(NeedsChoice) as asked:
        lab.call("load_dataset", as_text=["postcode", "zip"])
    assert asked.value.argument == "as_text"
    assert ["zip", "zip"] in [option.value for option in asked.value.options]
    with pytest.raises(NeedsChoice) as asked:
        lab.call("load_dataset", missing={"postcode": ["0"]})
    assert {"zip": ["0"]} in [option.value for option in asked.value.options]


def test_other_columns_forget_what_was_said_of_the_old_ones(lab: Lab) -> None:
    """Without its header a column is gone, and what was said of it is dropped and told."""
    lab.load("parcels.csv", PARCELS)
    lab.call("load_dataset", as_text=["zip"])
    corrected = lab.call("load_dataset", header="no")
    assert "There is no `zip` any more." in text_of(corrected.blocks)
    assert "as_text" not in lab.context.dataset().report["corrections"]


def test_a_mark_for_all_columns(lab: Lab) -> None:
    """Said without a column, cells mean “no value” wherever they stand."""
    lab.load("parcels.csv", PARCELS)
    lab.call("load_dataset", missing={"*": ["10100", "0.5"]})
    gaps = {column.name: column.missing for column in lab.context.dataset().columns}
    assert gaps == {"zip": 1, "weight": 12, "sent": 0}


def test_who_was_asked_already_is_told_instead(lab: Lab) -> None:
    """After a question, about the sheet say, many repairs are told on the card, a click away."""
    lab.upload("messy.csv", MESSY)
    question_of(lab)
    asked = replace(lab.context, picked=("sheet",))
    outcome = lab.call("load_dataset", context=asked)
    assert block(outcome, "warnings").items
    assert "Show lines" in [step.label for step in block(outcome, "next_steps").items]


def test_many_repairs_are_asked_about(lab: Lab) -> None:
    """Nothing is kept before Use; the answer is bound to what was shown."""
    lab.upload("messy.csv", MESSY)
    question = question_of(lab)
    assert [option.label for option in question.options] == ["Use", "Show lines", "Cancel"]
    assert "1 line of “messy.csv” (25 % of 4 rows)" in text_of(question.blocks)
    assert "ine 3" in text_of(question.blocks)
    shown = question_of(lab, repairs=answer(question, "Show lines"))
    assert [row[0] for row in shown.blocks[0].rows] == [3]  # type: ignore[union-attr]
    assert lab.call("list_datasets").data["datasets"] == []
    question_of(lab, repairs="use it whatever it is")
    lab.call("load_dataset", repairs=answer(shown, "Use"))
    assert lab.context.dataset().label == "messy v1"


def test_what_was_agreed_to_is_not_asked_again(lab: Lab) -> None:
    """A correction of another thing does not bring the question about the same lines back."""
    lab.upload("messy.csv", MESSY)
    lab.call("load_dataset", repairs=answer(question_of(lab), "Use"))
    lab.call("load_dataset", as_text=["zip"])
    assert lab.context.dataset().label == "messy v2"


def test_cancel_keeps_nothing(lab: Lab) -> None:
    """Called off, no version is made, and what stays current is named."""
    lab.load("parcels.csv", PARCELS)
    lab.upload("messy.csv", MESSY)
    with pytest.raises(Refused, match=r"nothing was loaded.*parcels v1 stays current"):
        lab.call("load_dataset", repairs=answer(question_of(lab), "Cancel"))
    assert lab.context.dataset().label == "parcels v1"


def test_a_file_that_waits_is_the_one_corrected(lab: Lab) -> None:
    """At the question the delimiter of the new file is meant, but a column of the current one."""
    lab.load("parcels.csv", PARCELS)
    lab.upload("messy.csv", MESSY)
    question_of(lab)
    lab.call("load_dataset", as_text=["zip"])
    assert lab.context.dataset().label == "parcels v2"
    lab.call("load_dataset", delimiter=";")
    assert lab.context.dataset().label == "messy v1"


def test_corrections_at_the_question_add_up(lab: Lab) -> None:
    """What was said of a file before it was asked about holds when more is said."""
    lab.upload("messy.csv", b"a title\n" + MESSY)
    now = lab.context.now()
    with lab.context.catalog.write() as unit:
        turn, _ = unit.turns.open(
            "event",
            address=lab.context.address,
            actor=lab.context.actor,
            text="skip a line",
            owner="bot",
            pending=(),
            now=now,
        )
        unit.waiting.add(
            turn.id, call_id="call", model_call_id="call", tool="load_dataset", args={"skip": 1},
            requester=lab.context.actor, kind="choice", subject="", detail={}, now=now,
        )  # fmt: skip
    lab.call("load_dataset", delimiter=";")
    assert lab.context.dataset().report["corrections"] == {"skip": 1, "delimiter": ";"}


def test_what_stands_out_is_settled_in_words(lab: Lab) -> None:
    """“Yes, missing” needs neither value nor column; where nothing was asked it says so."""
    ages = "".join(f"p{n},{999 if n % 9 == 4 else 20 + n % 50}\n" for n in range(180))
    loaded = lab.load("people.csv", f"person,age\n{ages}".encode())
    assert "stand out in `age`" in loaded.summary
    lab.call("load_dataset", doubtful="missing")
    assert {column.name: column.missing for column in lab.context.dataset().columns}["age"] == 20
    with pytest.raises(BadRequest, match="No value of people v2 was asked about"):
        lab.call("load_dataset", doubtful="value")


def test_what_stands_out_is_asked_about(lab: Lab) -> None:
    """Both answers are buttons, both are remembered, and only one changes the table."""
    ages = "".join(f"p{n},{999 if n % 9 == 4 else 20 + n % 50}\n" for n in range(180))
    loaded = lab.load("people.csv", f"person,age\n{ages}".encode())
    yes, no = block(loaded, "next_steps").items
    assert "`999` in `age` (20 times) stands out." in text_of(loaded.blocks)
    kept = lab.call(no.tool, **no.args)
    assert "The table is the same as in people v1." in text_of(kept.blocks)
    assert "stands out" not in text_of(kept.blocks)
    lab.call("undo")
    gaps = lab.call(yes.tool, **yes.args)
    assert "`age` has 20 gaps instead of 0." in text_of(gaps.blocks)
    assert "stands out" not in text_of(gaps.blocks)


def test_a_sheet_by_its_place(lab: Lab, two_sheets: bytes) -> None:
    """“The second sheet” is found by its place, and one too many is told."""
    lab.upload("book.xlsx", two_sheets)
    lab.call("load_dataset", sheet="first")
    lab.call("load_dataset", sheet="second")
    assert "south" in str(lab.context.dataset().report["notes"])
    with pytest.raises(BadRequest, match="no third sheet"):
        lab.call("load_dataset", sheet="third")


def test_the_repaired_lines_in_words(lab: Lab) -> None:
    """The lines of a dataset can be looked at later, those of a cleaned one too."""
    lab.upload("messy.csv", MESSY)
    lab.call("load_dataset", repairs=answer(question_of(lab), "Use"))
    lab.call("clean_dataset", drop_columns=["weight"])
    shown = lab.call("preview_dataset", repaired=True)
    assert len(block(shown, "table").rows) == 1
    lab.load("parcels.csv", PARCELS)
    assert "No line was repaired" in text_of(lab.call("preview_dataset", repaired=True).blocks)


def test_later_words_replace_earlier_ones() -> None:
    """What contradicts is replaced; what goes together stays."""
    told = merged(
        Corrections(as_text=["a", "b"], day_first=["d"], missing={"x": ["0"]}, delimiter=";"),
        Corrections(as_number=["a"], decimal_comma=["a"], as_date=["d"], delimiter="tab"),
    )
    assert (told.as_text, told.as_number, told.decimal_comma) == (["b"], ["a"], ["a"])
    assert (told.day_first, told.as_date, told.delimiter) == (["d"], ["d"], "tab")
    told = merged(told, Corrections(not_missing={"x": ["0"]}, month_first=["d"], as_text=["a"]))
    assert (told.missing, told.not_missing) == ({}, {"x": ["0"]})
    assert (told.day_first, told.month_first, told.as_number) == ([], ["d"], [])


def test_corrections_as_hints() -> None:
    """The reader gets characters, codecs and one hint a column."""
    hints = hints_of(
        Corrections(
            delimiter="tab",
            quote="none",
            header="no",
            encoding="Windows-1252",
            day_first=["d"],
            decimal_comma=["p"],
            missing={"p": ["-1"]},
        )
    )
    assert (hints.delimiter, hints.quote, hints.header, hints.encoding) == (
        "\t",
        "",
        False,
        "cp1252",
    )
    assert hints.columns == {
        "d": ColumnHint("date", day_first=True),
        "p": ColumnHint("number", decimal=",", missing=("-1",)),
    }


@pytest.mark.parametrize("said", ["Shift-JIS", "shift jis", "latin 1", "koi8-r", "UTF 16"])
def test_encodings_as_people_write_them(said: str) -> None:
    """Blanks and case do not matter."""
    assert hints_of(Corrections(encoding=said)).encoding


def test_an_encoding_nobody_knows() -> None:
    """It is told, with some that are known."""
    with pytest.raises(BadRequest, match="no encoding “klingon”") as told:
        hints_of(Corrections(encoding="klingon"))
    assert "cp1252" in told.value.hint


def test_corrections_in_words() -> None:
    """All that was said is said again, in one sentence."""
    told = Corrections(
        delimiter=";", header="no", skip=2, as_text=["zip"], missing={"a": ["9"], "b": ["9"]},
        not_missing={"*": ["NA"]},
    )  # fmt: skip
    assert in_words(told) == (
        "the delimiter is `;`; there is no header; 2 lines above the table; `zip` is text; "
        "`9` in `a` and `b` means “no value”; `NA` is a value"
    )


def test_names_that_fit_no_longer() -> None:
    """Corrections of columns that are gone are dropped, the others stay."""
    told = resolved(Corrections(as_text=["Zip"], missing={"AGE": ["0"]}), ["zip", "age"])
    assert (told.as_text, told.missing) == (["zip"], {"age": ["0"]})
    kept, gone = fitting(told, ["age", "city"])
    assert (kept.as_text, kept.missing, gone) == ([], {"age": ["0"]}, ["zip"])
