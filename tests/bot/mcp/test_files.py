"""Files in and out: only what was opened for it comes in, and rows go to people alone."""

from __future__ import annotations

import asyncio
import base64
from pathlib import Path

import pytest
from mcp import MCPError

from bot.mcp.results import OUTPUT_SCHEMA
from storage.catalog.records import Privacy
from tests.bot.mcp.agents import HOMES, Agents, Scene, kinds, words


def set_level(scene: Scene, level: Privacy) -> None:
    with scene.app.catalog.write() as unit:
        unit.channels.meet(scene.place.address.scope, now=scene.app.now())
        unit.channels.set(scene.place.address.scope, now=scene.app.now(), privacy=level)


def test_a_path_leads_into_the_opened_folder_only(agents: Agents, tmp_path: Path):
    """A file of the folder is taken; a way out of it, by dots, links or from the root, is not."""
    folder = tmp_path / "open"
    folder.mkdir()
    (folder / "homes.csv").write_text(HOMES)
    (tmp_path / "secret.csv").write_text(HOMES)
    (folder / "link.csv").symlink_to(tmp_path / "secret.csv")

    async def scene(scene: Scene) -> None:
        for path in ("../secret.csv", str(tmp_path / "secret.csv"), "link.csv", ".", "gone.csv"):
            told = await scene.facts("send_file", path=path)
            assert told["status"] == "refused", path
        told = await scene.facts("send_file", path="homes.csv")
        assert (told["status"], told["data"]["rows"]) == ("done", 90)

    agents.play(scene, folder=folder)


def test_without_a_folder_no_path_is_read(agents: Agents, tmp_path: Path):
    """Paths are off unless a folder was named, and the refusal names the setting."""
    (tmp_path / "homes.csv").write_text(HOMES)

    async def scene(scene: Scene) -> None:
        result = await scene.call("send_file", path=str(tmp_path / "homes.csv"))
        assert result.is_error
        assert "MLOPS_MCP_FILES" in words(result)

    agents.play(scene)


def test_content_is_bounded_and_must_be_what_it_says(agents: Agents):
    """Too much, no Base64 and no name are refused; real Base64 is taken."""

    async def scene(scene: Scene) -> None:
        packed = base64.b64encode(HOMES.encode()).decode()
        for args in (
            {"name": "a.csv", "text": "x" * 20_000},
            {"name": "a.csv", "base64": "A" * 40_000},
            {"name": "a.csv", "base64": "no base64!"},
            {"text": HOMES},
        ):
            assert (await scene.facts("send_file", **args))["status"] == "refused"
        told = await scene.facts("send_file", name="homes.csv", base64=packed)
        assert told["status"] == "done"

    agents.play(scene, most=10_000)


def test_a_hostile_file_is_refused_in_words(agents: Agents):
    """What cannot be read ends as a result with a sentence, never as a fault."""

    async def scene(scene: Scene) -> None:
        packed = base64.b64encode(b"\x89PNG\r\n\x1a\n" + bytes(200)).decode()
        result = await scene.call("send_file", name="../../x.xlsx", base64=packed)
        assert result.is_error
        assert result.structured_content["error"]["message"]

    agents.play(scene)


def test_at_aggregates_files_are_links_for_people(agents: Agents):
    """A table is handed over as a signed link and cannot be read as a resource; no row is told."""

    async def scene(scene: Scene) -> None:
        await scene.send()
        result = await scene.call("download_dataset", format="csv")
        link = next(part for part in result.content if part.type == "resource_link")
        assert link.uri.startswith("http://127.0.0.1:1/files/")
        ticket = link.uri.rpartition("/")[2]
        with pytest.raises(MCPError, match="not shown to programs"):
            await scene.client.read_resource(f"mlops://files/{ticket}")
        preview = await scene.call("preview_dataset")
        assert "90000" not in str(preview)

    agents.play(scene)


def test_at_samples_files_and_rows_are_read(agents: Agents):
    """Where an approver has shown rows, previews have them and files are resources."""

    async def scene(scene: Scene) -> None:
        await scene.send()
        await asyncio.to_thread(set_level, scene, "samples")
        assert "90000" in words(await scene.call("preview_dataset"))
        result = await scene.call("download_dataset", format="csv")
        link = next(part for part in result.content if part.type == "resource_link")
        read = await scene.client.read_resource(link.uri)
        assert base64.b64decode(read.contents[0].blob).decode().startswith('"size","rooms"')

    agents.play(scene)


@pytest.mark.parametrize("level", ["schema", "none"])
def test_below_aggregates_nothing_is_told(agents: Agents, level: Privacy):
    """No number, picture or file leaves: only whether it worked, and where people see it."""

    async def scene(scene: Scene) -> None:
        await scene.send()
        await asyncio.to_thread(set_level, scene, level)
        result = await scene.call("profile_dataset")
        assert kinds(result) == ["text"]
        assert result.structured_content == {
            "status": "done",
            "call": result.structured_content["call"],
            "summary": "Done; people see the result in the thread.",
        }
        asked = await scene.call("plot_dataset", x="nothing like it")
        assert asked.structured_content["question"]["options"] == []
        assert "nothing like it" not in str(asked)
        trained = await scene.call("train_model", watch=True, target="price", time_budget_s=2)
        assert trained.structured_content["status"] == "done"
        assert {text for _, text in scene.told} == {"at work"}
        assert "RMSE" not in str(trained)

    agents.play(scene)


def test_the_schema_of_results_asks_for_the_three_facts_of_every_call():
    """Whatever a call comes to: its status, its handle, its summary."""
    assert OUTPUT_SCHEMA["required"] == ["status", "call", "summary"]
