"""The online brain takes advice from the tool, and reads what would have been done differently."""

from __future__ import annotations

import asyncio
from pathlib import Path

from tests.bot.agent.online import call, of_role, results
from tests.bot.stage import printed, stage
from tests.servers.openai import OpenAIServer, Says, Step, openai_server


def homes(path: Path) -> Path:
    """A table of 240 homes with a skewed size that has gaps, and a price that follows it."""
    lines = ["size,rooms,price"]
    for number in range(240):
        size = 40 + number % 60 if number % 40 else 900
        shown = "" if number % 12 == 5 else size
        lines.append(f"{shown},{1 + number % 5},{1000 * size + 37 * (number % 11)}")
    path.write_text("\n".join(lines) + "\n")
    return path


def test_advice_and_objections_reach_the_model(tmp_path: Path) -> None:
    """It is told to ask the tool, is offered it, and reads the reasons and the objection."""
    csv = homes(tmp_path / "homes.csv")
    script: list[Step] = [
        Says(calls=(call("suggest_plan", about="model", target="price"),)),
        Says(calls=(call("clean_dataset", missing="mean"),)),
        Says("Filled with the mean; I would take the median instead."),
    ]
    served: list[OpenAIServer] = []

    async def scene() -> None:
        async with (
            openai_server(script) as server,
            stage(
                tmp_path / "home",
                model="openai:scripted",
                openai_api_key="sk-test",
                openai_base_url=server.url,
            ) as session,
        ):
            await session.say("which model, and fill the gaps with the mean", files=[csv])
            served.append(server)
            assert "I would fill `size` with its median" in printed(session)

    asyncio.run(asyncio.wait_for(scene(), 120))
    first, *_, last = served[0].requests
    tools = {tool["function"]["name"]: tool["function"] for tool in first["tools"]}
    assert "about" in tools["suggest_plan"]["parameters"]["properties"]
    assert "suggest_plan" in of_role(first, "system")[0]["content"]
    advised, cleaned = results(last)[-2:]
    assert "I would train" in advised
    assert "240 rows" in advised
    assert "I would fill `size` with its median" in cleaned
