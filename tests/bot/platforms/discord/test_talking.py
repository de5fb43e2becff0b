"""People write to the assistant on Discord, and it answers in threads."""

from __future__ import annotations

from pathlib import Path

from tests.bot.platforms.discord.scene import Scene, play


def test_a_mention_with_a_file_opens_a_thread(tmp_path: Path) -> None:
    """A mention in a channel is answered in a thread of its own, with the file it brought."""

    async def scene(s: Scene) -> None:
        said = await s.server.say(
            s.dana, s.channel, "train a model", files=[("churn.csv", b"a,b\n1,2\n")], mention=True
        )
        [message] = await s.answered()
        assert ("train a model", True) == (message.text, message.opens)
        assert s.address(said) == message.address
        assert (s.person(), "Dana") == (message.actor.id, message.actor.name)
        assert [[("churn.csv", b"a,b\n1,2\n")]] == s.door.files
        assert [] == list(tmp_path.iterdir())
        [thread] = s.server.threads(s.channel)
        assert said == thread
        assert "train a model" == s.server.world.channels[thread].name
        [shown] = s.server.seen(thread)
        assert "Heard train a model" in shown.words
        assert ["Train", "Undo"] == shown.buttons
        assert [str(shown.id)] == s.door.refs

    play(tmp_path, scene)
