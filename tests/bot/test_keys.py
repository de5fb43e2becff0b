"""Keys of endpoints: shown where they should be, kept nowhere."""

from __future__ import annotations

import asyncio
import json
import re
import stat
import threading
import urllib.request
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from bot.commands.ask import _results
from bot.commands.session import Session
from bot.errors import SetupError
from bot.keys import UNKNOWN, installation_secret, reveal, reveal_data
from bot.messages import Reply, dump_reply, load_reply
from tests.bot.stage import printed, settings_for, stage
from tools.outcome import Code, Text
from tools.serving.keys import PLACE, key_digest, key_of, new_key

CSV = "age,income,paid\n" + "\n".join(
    f"{20 + i % 40},{1000 + 37 * (i % 53)},{'yes' if (i % 40) > 18 else 'no'}" for i in range(120)
)


def test_a_key_comes_from_the_secret_and_its_reference() -> None:
    """The same reference gives the same key to the same secret, and none to another."""
    reference, key = new_key("one secret")
    assert re.fullmatch(r"mlops_[a-z2-7]{32}", key)
    assert key_of(reference, "one secret") == key
    assert key_of(reference, "another secret") is None
    assert key_of("", "one secret") is None
    assert new_key("one secret")[1] != key
    assert key not in reference


def test_only_the_reference_of_a_reply_is_put_in_place() -> None:
    """Text that happens to look like the place stays; a key of another secret is no guess."""
    reference, key = new_key("s")
    text = f"export K={PLACE}\ncurl -d '{PLACE}'"
    reply = Reply((Text(PLACE), Code(PLACE), Code(text, "sh", "", reference)))
    again = load_reply(dump_reply(reply))
    assert again == reply
    assert reveal(again, "s").blocks == (
        Text(PLACE),
        Code(PLACE),
        Code(f"export K={key}\ncurl -d '{PLACE}'", "sh"),
    )
    assert UNKNOWN in reveal(again, "t").blocks[2].text  # type: ignore[union-attr]
    assert reveal_data({"a": 1}, "s") == {"a": 1}
    assert reveal_data({"a": 1, "key_ref": reference}, "s") == {"a": 1, "key": key}


def test_the_secret_is_made_once_for_us_alone(tmp_path: Path) -> None:
    """Processes that ask at the same moment get the same secret, which others cannot read."""
    found: list[str] = []
    threads = [
        threading.Thread(target=lambda: found.append(installation_secret(tmp_path)))
        for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(found)) == 1
    assert len(found[0]) >= 32
    assert [path.name for path in tmp_path.iterdir()] == ["secret"]
    assert stat.S_IMODE((tmp_path / "secret").stat().st_mode) == 0o600
    (tmp_path / "secret").write_text("\n")
    with pytest.raises(SetupError, match="is empty"):
        installation_secret(tmp_path)


def test_the_secret_may_be_given(tmp_path: Path) -> None:
    """Several machines share one by MLOPS_SECRET; one that is easily guessed is refused."""
    with pytest.raises(ValidationError, match="at least 16"):
        settings_for(tmp_path, secret="short")
    assert settings_for(tmp_path, secret="0123456789abcdef").secret is not None


def test_after_a_deployment_no_file_holds_the_key(tmp_path: Path) -> None:
    """The card shows a key that opens the endpoint; database, blobs and logs do not have it."""
    home = tmp_path / "home"
    csv = tmp_path / "loans.csv"
    csv.write_text(CSV)

    async def scene() -> str:
        async with stage(home) as session:
            await session.say("", files=[csv])
            await session.say("predict paid for 2 seconds")
            await session.say("deploy it to staging")
            key = re.search(r"MLOPS_KEY=(\S+)", printed(session))
            assert key is not None
            await asyncio.to_thread(_use, session, key[1])
            _kept_nowhere(home, key[1])
            return key[1]

    key = asyncio.run(asyncio.wait_for(scene(), 120))
    _kept_nowhere(home, key)
    kept = b"".join(path.read_bytes() for path in home.glob("catalog.db*"))
    assert key_digest(key).encode() in kept


def _use(session: Session, key: str) -> None:
    """The key works, and the bare result for scripts has the same."""
    deployed: dict[str, Any] = _results(session)[-1]
    assert deployed["tool"] == "deploy_model"
    assert deployed["data"]["key"] == key
    body = json.dumps({"rows": [{"age": 30, "income": 1200}]}).encode()
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
    asked = urllib.request.Request(deployed["data"]["endpoint"], data=body, headers=headers)
    with urllib.request.urlopen(asked, timeout=20) as answer:
        assert len(json.load(answer)["predictions"]) == 1


def _kept_nowhere(home: Path, key: str) -> None:
    files = [path for path in home.rglob("*") if path.is_file()]
    assert {"catalog.db", "secret"} <= {path.name for path in files}
    assert [path for path in files if key.encode() in path.read_bytes()] == []
