"""Files become datasets: loaded, described, shown, listed, deleted and brought back."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.tools.conftest import Lab, block, kinds, running_job, text_of, tool_named
from tools.context import JobTicket
from tools.errors import NeedsChoice, NotFound, Refused

CSV = b"""PassengerId,Survived,Sex,Age,Fare
1,0,male,22,7.25
2,1,female,38,71.28
3,1,female,,7.92
4,1,female,35,53.1
5,0,male,35,8.05
6,0,male,,8.46
7,0,male,54,51.86
8,0,male,2,21.08
9,1,female,27,11.13
10,1,female,14,30.07
11,1,female,4,16.7
12,1,female,58,26.55
"""


def test_load(lab: Lab) -> None:
    """A sent file becomes version 1 of a dataset named after it, and the thread's current one."""
    loaded = lab.load("Titanic Data.csv", CSV)
    version = lab.context.dataset()
    assert ("titanic-data", 1, 12, version.id) == (
        version.name,
        version.version,
        version.rows,
        version.root_id,
    )
    assert [(column.name, column.kind) for column in version.columns[:3]] == [
        ("PassengerId", "integer"),
        ("Survived", "integer"),
        ("Sex", "category"),
    ]
    assert kinds(loaded)[0] == "headline"
    assert version.id == loaded.dataset_id
    assert "12 rows × 5 columns" in block(loaded, "headline").text


def test_summary_has_no_values_of_rows(lab: Lab) -> None:
    """What the model reads names columns and counts, never a cell."""
    rows = "\n".join(f"agent{n}x,{n}.25" for n in range(40))
    loaded = lab.load("people.csv", f"alias,score\n{rows}\n".encode())
    assert "alias" in loaded.summary
    assert "agent3x" not in loaded.summary + lab.call("profile_dataset").summary
    assert "agent0x" not in lab.call("preview_dataset").summary
    assert "agent0x" in text_of(lab.call("preview_dataset").blocks)


def test_summary_of_a_small_table_has_no_range(lab: Lab) -> None:
    """The range of a few rows would be those rows: it stays out of what the model reads."""
    rows = "\n".join(f"{n},{500 + n}.75,8.25" for n in range(30))
    small = lab.load("small.csv", b"a,b\n1,517.25\n2,943.25\n")
    large = lab.load("large.csv", f"a,b,same\n{rows}\n".encode())
    assert not {"517.2", "943.2"} & set(small.summary.replace(",", " ").split())
    assert "500.8 to 529.8" in large.summary
    assert "8.25" not in large.summary


def test_same_name_is_the_next_version(lab: Lab) -> None:
    """A second file of the same name is version 2, with itself as its root."""
    lab.load("titanic.csv", CSV)
    lab.load("titanic.csv", CSV.replace(b"7.25", b"8.25"))
    version = lab.context.dataset()
    assert ("titanic v2", version.id) == (version.label, version.root_id)


def test_load_it_said_with_the_file(lab: Lab) -> None:
    """A file that came with the words “load it” is one version, not two."""
    loaded = lab.load("titanic.csv", CSV)
    assert loaded.dataset_id is not None
    same_turn = replace(lab.context, refs={"dataset": loaded.dataset_id})
    again = lab.call("load_dataset", context=same_turn)
    assert (again.dataset_id, again.blocks) == (loaded.dataset_id, ())
    assert lab.context.dataset().label == "titanic v1"


def test_load_by_upload_id_and_by_name(lab: Lab) -> None:
    """An attachment is found by its id and by its file name, in any thread of the channel."""
    first = lab.upload("a.csv", CSV)
    lab.upload("b.csv", CSV)
    assert "b v1" in lab.call("load_dataset").summary
    assert "a v1" in lab.call("load_dataset", source=f"upload {first}").summary
    assert "sales v1" in lab.call("load_dataset", source="A.CSV", name="Sales").summary


@pytest.mark.parametrize(
    ("source", "error"),
    [
        (None, NotFound),
        ("upload 123", NotFound),
        ("other.csv", NotFound),
        ("https://example.org/a.csv", Refused),
        ("s3://bucket/a.csv", Refused),
    ],
)
def test_unknown_sources(lab: Lab, source: str | None, error: type[Exception]) -> None:
    """No file, another channel's file, a link: told, with what to do."""
    lab.upload("other.csv", CSV, address=lab.elsewhere().address)
    with pytest.raises(error) as told:
        lab.call("load_dataset", source=source)
    assert told.value.hint  # type: ignore[attr-defined]


def test_what_the_reader_repaired_is_on_the_card(lab: Lab) -> None:
    """Few repairs are told with their line numbers, and all of them are a click away."""
    rows = [f"{n},{n * 2},{n * 3}" for n in range(300)]
    rows[1] = "4,5"
    loaded = lab.load("broken.csv", "\n".join(["a,b,c", *rows]).encode())
    assert "ine 3" in text_of((block(loaded, "warnings"),))
    look = block(loaded, "next_steps").items[0]
    assert look.label == "Show lines"
    [line] = block(lab.call(look.tool, **look.args), "table").rows
    assert (line[0], line[3]) == (3, "4,5")


def test_unreadable_file(lab: Lab) -> None:
    """A file that is no table is refused and nothing is kept."""
    with pytest.raises(Refused):
        lab.load("x.csv", b"")
    assert lab.call("list_datasets").data["datasets"] == []


def test_profile_card(lab: Lab) -> None:
    """The card: size, what matters, facts, picture, columns, targets, report, two steps."""
    lab.load("titanic.csv", CSV)
    card = lab.call("profile_dataset")
    assert kinds(card) == [
        "headline", "warnings", "text", "facts", "figure", "table", "text", "file", "next_steps",
        "receipt",
    ]  # fmt: skip
    assert "12 rows" in str(block(card, "warnings").items)
    assert "58 % “1”" in block(card, "text").text
    assert block(card, "headline").text == "titanic v1: 12 rows × 5 columns."
    facts = {fact.label: fact.value for fact in block(card, "facts").items}
    assert facts["Missing"] == "2 cells (3 %) in `Age`"
    assert lab.context.blobs.read(block(card, "figure").blob)[:4] == b"\x89PNG"
    columns = {row[0]: row for row in block(card, "table").rows}
    assert columns["PassengerId"][1] == "whole number, identifier"
    assert columns["Age"][2] == "17 %"
    assert "`Survived`" in text_of(card.blocks)
    steps = block(card, "next_steps").items
    assert [step.tool for step in steps] == ["clean_dataset", "train_model"]
    assert [step.form for step in steps] == [False, True]
    assert steps[1].args == {"dataset": "titanic v1", "target": "Survived"}


def test_profile_card_is_one_screen(lab: Lab) -> None:
    """However wide a table is, its card lists a dozen columns and eight remarks at most."""
    names = ",".join(f"c{n}" for n in range(40))
    rows = [",".join(f"{n * m % (m + 3)}" for m in range(40)) for n in range(60)]
    lab.load("wide.csv", "\n".join([names, *rows]).encode())
    card = lab.call("profile_dataset")
    assert len(block(card, "table").rows) == 12
    assert block(card, "table").caption == "And 28 more columns, in the report."
    assert len(block(card, "warnings").items) <= 8


def test_profile_report(lab: Lab) -> None:
    """The card hands over one HTML file with every column, and the same file the next time."""
    lab.load("titanic.csv", CSV)
    card = lab.call("profile_dataset")
    file = block(card, "file")
    page = lab.context.blobs.read(file.blob).decode()
    version = lab.context.dataset()
    assert (file.name, file.media_type) == ("profile-titanic-v1.html", "text/html")
    assert {"file": file.name, "blob": file.blob, "size": file.size} == card.data["report"]
    assert all(f"<bdi>{column.name}</bdi>" in page for column in version.columns)
    assert version.blob in page
    assert "titanic.csv" in page
    assert block(lab.call("profile_dataset"), "file").blob == file.blob


def test_profile_report_of_a_cleaned_version(lab: Lab) -> None:
    """What was cleaned is described as it is now, and how its file was read is still told."""
    lab.load("titanic.csv", CSV)
    lab.call("clean_dataset", drop_columns=["Sex"])
    file = block(lab.call("profile_dataset"), "file")
    page = lab.context.blobs.read(file.blob).decode()
    assert file.name == "profile-titanic-v2.html"
    assert "How the file was read" in page
    assert "<bdi>Sex</bdi>" not in page


def test_names_from_files_are_harmless(lab: Lab) -> None:
    """Backticks, newlines and direction marks of a file never reach a card."""
    header = '"a`b","c\u202ed","e f"\n'.encode()
    lab.load("x`\u202e.csv", header + b"1,2,3\n2,3,4\n4,5,9\n")
    text = text_of(lab.call("profile_dataset").blocks + lab.call("list_datasets").blocks)
    assert not set(text) & {"\u202e"}
    assert "a`b" not in text


def test_preview(lab: Lab) -> None:
    """The first rows as a table with gaps empty and numbers as numbers."""
    lab.load("titanic.csv", CSV)
    rows = block(lab.call("preview_dataset", rows=3), "table").rows
    assert rows[2] == (3, 1, "female", None, 7.92)
    assert len(rows) == 3


def test_rows_of_a_preview_are_apart(lab: Lab) -> None:
    """Rows for a model that may read some are lines of their own, cut short."""
    long = "z" * 200
    lab.load("titanic.csv", CSV)
    assert lab.call("preview_dataset", rows=2).sample.count("\n") == 3
    lab.load("wide.csv", "\n".join(["a,b", *(f"{n},{long}" for n in range(200))]).encode())
    sample = lab.call("preview_dataset", rows=200).sample
    assert len(sample) <= 4_002
    assert max(map(len, sample.splitlines())) < 80


def test_preview_of_more_rows_than_a_card_holds(lab: Lab) -> None:
    """Who asks for thousands of rows gets fifty and is told how to get all; no error."""
    lab.load("many.csv", "\n".join(["a,b", *(f"{n},{n % 7}" for n in range(200))]).encode())
    card = block(lab.call("preview_dataset", rows=100_000), "table")
    assert len(card.rows) == 50
    assert "download" in card.caption


def test_preview_of_huge_numbers(lab: Lab) -> None:
    """Numbers beyond any whole number type are shown short."""
    lab.load("huge.csv", b"a,b\n1e300,1\n2e300,2\n3.5e300,3\n")
    assert block(lab.call("preview_dataset"), "table").rows[2] == ("3.5e300", 3)


def test_list(lab: Lab) -> None:
    """The latest version of each name, and which is current."""
    assert "no dataset" in lab.call("list_datasets").summary
    lab.load("a.csv", CSV)
    lab.load("b.csv", CSV)
    listed = lab.call("list_datasets")
    assert [row[0] for row in block(listed, "table").rows] == ["b v1", "a v1"]
    assert "b v1" in block(listed, "table").caption


def test_delete_is_rehearsed_and_taken_back(lab: Lab) -> None:
    """Deleting shows what goes, waits for the asker's click, and undo brings all of it back."""
    lab.load("a.csv", CSV)
    lab.load("a.csv", CSV)
    tool = tool_named("delete_dataset")
    assert tool.effect_for(tool.args(), lab.context) == "confirm"
    assert tool.rehearse is not None
    rehearsal = tool.rehearse(tool.args(), lab.context)
    assert rehearsal.args == {"dataset": "a"}
    assert "2 versions" in block(rehearsal.outcome, "headline").text
    assert rehearsal.binding == tool.rehearse(tool.args(dataset="A"), lab.context).binding
    deleted = lab.call("delete_dataset", **rehearsal.args)
    button = block(deleted, "next_steps").items[0]
    with pytest.raises(NotFound):
        lab.context.dataset("a")
    assert "a is back with 2 versions" in lab.call(button.tool, **button.args).summary
    assert lab.context.dataset().label == "a v2"


def test_binding_changes_with_the_versions(lab: Lab) -> None:
    """A click for two versions is not a click for three."""
    tool = tool_named("delete_dataset")
    assert tool.rehearse is not None
    lab.load("a.csv", CSV)
    before = tool.rehearse(tool.args(), lab.context).binding
    lab.load("a.csv", CSV)
    assert before != tool.rehearse(tool.args(), lab.context).binding


def test_undo_of_a_load(lab: Lab) -> None:
    """Undoing a load makes the dataset before current."""
    lab.load("a.csv", CSV)
    lab.load("b.csv", CSV)
    assert "a v1 again" in lab.call("undo").summary
    assert lab.context.dataset().label == "a v1"
    lab.call("undo")
    with pytest.raises(NotFound, match="No dataset is current"):
        lab.call("profile_dataset")


def test_scoped(lab: Lab) -> None:
    """Another channel's dataset is answered as if it did not exist, with what there is."""
    lab.load("a.csv", CSV)
    with pytest.raises(NotFound, match="no dataset called"):
        lab.call("profile_dataset", dataset="a", context=lab.elsewhere())
    with pytest.raises(NotFound, match="Did you mean a"):
        lab.call("profile_dataset", dataset="ab")


def test_workbook_with_two_sheets_is_a_choice(lab: Lab, two_sheets: bytes) -> None:
    """Which sheet is asked, and the answer loads it."""
    with pytest.raises(NeedsChoice) as question:
        lab.load("book.xlsx", two_sheets)
    assert question.value.argument == "sheet"
    picked = question.value.options[0].value
    assert "book v1" in lab.call("load_dataset", sheet=picked).summary


def test_a_repeated_job_keeps_one_version(lab: Lab) -> None:
    """A load that died after keeping the table, done again, adds no second version."""
    lab.upload("a.csv", CSV)
    job = running_job(lab)
    first, second = (
        lab.call(
            "load_dataset", context=replace(lab.context, job=JobTicket(job.id, attempt))
        ).dataset_id
        for attempt in (1, 2)
    )
    assert first == second
    assert lab.context.dataset().version == 1
