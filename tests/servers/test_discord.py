"""The local Discord with the real discord.py: messages, threads, components, commands."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import discord
from discord import ui

from tests.servers.example_bot import Stage, csv, panel, play


def test_a_mention_is_answered() -> None:
    """A person's mention reaches the bot and its reply is seen as one to that message."""

    async def scene(stage: Stage) -> None:
        async def hear(message: discord.Message) -> None:
            await message.reply(f"hello {message.author.display_name}")

        stage.bot.hear = hear
        asked = await stage.discord.say(stage.ada, stage.channel, "hi", mention=True)
        await stage.discord.until(lambda: len(stage.discord.seen(stage.channel)) == 2)
        reply = stage.discord.seen(stage.channel)[1]
        assert (stage.bot.user.id, "hello Ada", asked) == (
            reply.author,
            reply.words,
            reply.reference,
        )
        assert frozenset({stage.ada}) == reply.pinged

    play(scene)


def test_mentions_that_are_made_inert() -> None:
    """With AllowedMentions.none() nobody is pinged, whatever the text names."""

    async def scene(stage: Stage) -> None:
        channel = stage.bot.get_channel(stage.channel)
        await channel.send(f"@everyone <@{stage.ada}>")
        loud = await channel.send(
            f"@everyone <@{stage.ada}>", allowed_mentions=discord.AllowedMentions.all()
        )
        inert, pinging = stage.discord.seen(stage.channel)
        assert frozenset() == inert.pinged
        assert stage.ada in pinging.pinged
        assert (True, [stage.ada]) == (loud.mention_everyone, [one.id for one in loud.mentions])

    play(scene, allowed_mentions=discord.AllowedMentions.none())


def test_a_direct_message_needs_no_mention() -> None:
    """What is written directly reaches the bot with its text, also without the intent."""

    async def scene(stage: Stage) -> None:
        direct = stage.discord.add_direct(stage.ada)
        await stage.discord.say(stage.ada, direct, "just us")
        await stage.discord.until(lambda: stage.bot.heard)
        heard = stage.bot.heard[0]
        assert (heard.content, heard.guild) == ("just us", None)
        await heard.author.send("indeed")
        assert [one.content for one in stage.discord.seen(direct)] == ["just us", "indeed"]

    play(scene, message_content=False)


def test_text_is_withheld_without_the_intent() -> None:
    """Without the intent, text and files of a message come only where the bot is mentioned."""

    async def scene(stage: Stage) -> None:
        say = stage.discord.say
        await say(stage.ada, stage.channel, "secret", files=[("a.csv", b"a")])
        await say(stage.ada, stage.channel, "for you", files=[("b.csv", b"b")], mention=True)
        await stage.discord.until(lambda: len(stage.bot.heard) == 2)
        bare, whole = stage.bot.heard
        assert (bare.content, bare.attachments) == ("", [])
        assert whole.content.endswith("for you")
        assert [one.filename for one in whole.attachments] == ["b.csv"]
        fetched = await whole.channel.fetch_message(bare.id)
        assert fetched.content == ""

    play(scene, message_content=False)


def test_files_come_and_go() -> None:
    """A person's file is downloaded from its signed link and the bot's file is seen."""

    async def scene(stage: Stage) -> None:
        async def hear(message: discord.Message) -> None:
            await message.channel.send("got it", file=csv(await message.attachments[0].read()))

        stage.bot.hear = hear
        files = [("my data.csv", b"x,y\n3,4\n")]
        await stage.discord.say(stage.ada, stage.channel, "look", files=files)
        await stage.discord.until(lambda: len(stage.discord.seen(stage.channel)) == 2)
        sent, back = stage.discord.seen(stage.channel)
        assert sent.files == [("my_data.csv", b"x,y\n3,4\n")]
        assert back.files == [("back.csv", b"x,y\n3,4\n")]
        attachment = stage.bot.heard[0].attachments[0]
        assert attachment.title == "my data"
        attachment.url = attachment.url.replace("hm=", "hm=0")
        try:
            await attachment.read()
        except discord.NotFound:
            return
        raise AssertionError("a link with a wrong signature was served")

    play(scene)


def test_edits_are_applied() -> None:
    """An edited message is seen as it is now, with the files it kept and those it got."""

    async def scene(stage: Stage) -> None:
        channel = stage.bot.get_channel(stage.channel)
        message = await channel.send("working", file=csv(name="one.csv"))
        message = await message.edit(content="done")
        await message.edit(attachments=[*message.attachments, csv(name="two.csv")])
        gone = await channel.send("and gone")
        await gone.delete()
        (seen,) = stage.discord.seen(stage.channel)
        assert (
            seen.content,
            seen.edits,
            [name for name, _ in seen.files],
        ) == ("done", 2, ["one.csv", "two.csv"])

    play(scene)


def test_a_thread_hangs_on_its_message() -> None:
    """A thread from a message has the message's id, holds both sides, and there is but one."""

    async def scene(stage: Stage) -> None:
        await stage.discord.say(stage.ada, stage.channel, "train")
        await stage.discord.until(lambda: stage.bot.heard)
        thread = await stage.bot.heard[0].create_thread(name="training")
        await thread.send("started")
        await stage.discord.say(stage.ada, thread.id, "how far?")
        await stage.discord.until(lambda: len(stage.bot.heard) == 2)
        assert thread.id == stage.bot.heard[1].channel.id
        assert [thread.id] == stage.discord.threads(stage.channel)
        assert thread.id == stage.discord.seen(stage.channel)[0].thread
        assert [one.content for one in stage.discord.seen(thread.id)] == ["started", "how far?"]
        history = [one async for one in thread.history()]
        assert discord.MessageType.thread_starter_message == history[-1].type
        refused = None
        try:
            await stage.bot.heard[0].create_thread(name="again")
        except discord.HTTPException as error:
            refused = error.code
        assert refused == 160004

    play(scene)


def test_a_nonce_is_enforced() -> None:
    """The same nonce twice gives one message, until Discord forgets it."""

    async def scene(stage: Stage) -> None:
        channel = stage.bot.get_channel(stage.channel)
        first = await channel.send("once", nonce="job-1")
        again = await channel.send("once", nonce="job-1")
        stage.discord.faults.forget_nonces()
        later = await channel.send("once", nonce="job-1")
        assert (first.id == again.id, first.id == later.id) == (True, False)
        assert [one.nonce for one in stage.discord.seen(stage.channel)] == ["job-1", "job-1"]
        fetched = [one.nonce async for one in channel.history()]
        assert fetched == [None, None]

    play(scene)


def test_history_is_read_from_a_cursor() -> None:
    """What was said while nobody listened is found after the last message known."""

    async def scene(stage: Stage) -> None:
        say = stage.discord.say
        known = await say(stage.ada, stage.channel, "one")
        missed = [
            await say(stage.ada, stage.channel, text, deliver=False) for text in ("two", "three")
        ]
        channel = stage.bot.get_channel(stage.channel)
        found = [one.id async for one in channel.history(after=discord.Object(known))]
        assert missed == found

    play(scene)


def test_a_click_is_deferred_and_the_message_edited() -> None:
    """A button's click is answered in time and its message changes for everyone."""

    async def scene(stage: Stage) -> None:
        async def answer(interaction: discord.Interaction) -> None:
            await interaction.response.defer()
            await interaction.edit_original_response(content="approved", view=None)
            await interaction.followup.send("thank you", ephemeral=True)

        stage.bot.answer = answer
        card = await stage.bot.get_channel(stage.channel).send("ship?", view=panel("Yes", "No"))
        assert stage.discord.seen(stage.channel)[0].buttons == ["Yes", "No"]
        click = await stage.discord.click(stage.ada, stage.channel, card.id, label="Yes")
        await stage.discord.until(lambda: click.followups)
        assert (click.response["type"], click.expired) == (6, False)
        assert click.responded_ms < 3000
        (seen,) = stage.discord.seen(stage.channel)
        assert (seen.content, seen.buttons) == ("approved", [])
        assert [one.content for one in stage.discord.whispers(stage.ada)] == ["thank you"]

    play(scene)


def test_a_menu_gives_its_value() -> None:
    """What is chosen by its label arrives as its value."""

    async def scene(stage: Stage) -> None:
        async def answer(interaction: discord.Interaction) -> None:
            await interaction.response.edit_message(content=str(interaction.data["values"]))

        stage.bot.answer = answer
        view = ui.View(timeout=None)
        options = [discord.SelectOption(label=f"Model {n}", value=f"m{n}") for n in (1, 2)]
        view.add_item(ui.Select(custom_id="model", options=options))
        card = await stage.bot.get_channel(stage.channel).send("which?", view=view)
        assert stage.discord.seen(stage.channel)[0].options == ["Model 1", "Model 2"]
        await stage.discord.select(stage.ada, stage.channel, card.id, label="Model 2")
        assert stage.discord.seen(stage.channel)[0].content == "['m2']"

    play(scene)


class Form(ui.Modal, title="Predict"):
    """Fields of both kinds that a form may have."""

    age = ui.TextInput(label="Age", placeholder="18 to 90", max_length=3)
    plan = ui.Label(
        text="Plan",
        description="What they pay for",
        component=ui.Select(
            options=[discord.SelectOption(label=one.title(), value=one) for one in ("free", "pro")]
        ),
    )

    async def on_submit(self, interaction: discord.Interaction) -> None:
        said = f"{self.age.value} on {self.plan.component.values[0]}"
        await interaction.response.send_message(said, ephemeral=True)


def test_a_form_is_filled_in() -> None:
    """A click opens a form; its fields are seen, and what is filled in reaches the bot."""

    async def scene(stage: Stage) -> None:
        async def answer(interaction: discord.Interaction) -> None:
            await interaction.response.send_modal(Form())

        stage.bot.answer = answer
        card = await stage.bot.get_channel(stage.channel).send("predict", view=panel("Open"))
        click = await stage.discord.click(stage.ada, stage.channel, card.id, label="Open")
        assert (
            click.modal.title,
            [one.label for one in click.modal.fields],
        ) == ("Predict", ["Age", "Plan"])
        values = {"Age": "40", "Plan": "Pro"}
        sent = await stage.discord.submit(stage.ada, click.modal, values)
        assert sent.words == "40 on pro"
        assert [one.words for one in stage.discord.whispers(stage.ada)] == ["40 on pro"]
        assert [one.words for one in stage.discord.seen(stage.channel)] == ["predict"]

    play(scene)


def test_commands_are_registered_and_used() -> None:
    """Slash commands complete, are deferred and answered; a message's command gets its files."""

    async def scene(stage: Stage) -> None:
        server = stage.discord
        offered = await server.autocomplete(stage.ada, stage.channel, "size", "name", "sa")
        assert offered == ["sales.csv"]
        used = await server.slash(stage.ada, stage.channel, "size", name="sales.csv")
        await server.until(lambda: used.followups)
        assert (used.response["type"], used.original.loading) == (5, False)
        words = [one.words for one in server.whispers(stage.ada)]
        assert words == ["sales.csv is small", "anything else?"]
        message = await server.say(stage.ada, stage.channel, "", files=[("a.csv", b"a")])
        menu = await server.message_command(stage.ada, stage.channel, message, "use this file")
        assert menu.words == "using a.csv"

    play(scene)


def test_commands_in_a_direct_message() -> None:
    """Commands work where there is no guild."""

    async def scene(stage: Stage) -> None:
        direct = stage.discord.add_direct(stage.ada)
        used = await stage.discord.slash(stage.ada, direct, "size", name="x")
        await stage.discord.until(lambda: used.followups)
        assert used.words == "x is small\nanything else?"

    play(scene)


def test_the_new_components_are_read() -> None:
    """Text and pictures of a layout are seen; an upload shows only where a component names it."""

    async def scene(stage: Stage) -> None:
        layout = ui.LayoutView()
        box = ui.Container(ui.TextDisplay("# Model 3"))
        box.add_item(ui.MediaGallery(discord.MediaGalleryItem("attachment://roc.png")))
        box.add_item(ui.Section("0.91", accessory=ui.Button(label="Why", custom_id="why")))
        layout.add_item(box)
        files = [csv(b"png", "roc.png"), csv(b"x", "hidden.csv")]
        sent = await stage.bot.get_channel(stage.channel).send(view=layout, files=files)
        (seen,) = stage.discord.seen(stage.channel)
        assert (seen.words, seen.buttons) == ("# Model 3\n0.91", ["Why"])
        assert seen.files == [("roc.png", b"png")]
        assert sent.flags.components_v2

    play(scene)


def test_embeds_show_their_files() -> None:
    """A picture of an embed leads to the upload, which is not listed a second time."""

    async def scene(stage: Stage) -> None:
        embed = discord.Embed(title="Score", description="0.91")
        embed.set_image(url="attachment://roc.png").add_field(name="rows", value="120")
        channel = stage.bot.get_channel(stage.channel)
        sent = await channel.send(embed=embed, file=csv(b"png", "roc.png"))
        (seen,) = stage.discord.seen(stage.channel)
        assert seen.words == "Score\n0.91\nrows\n120"
        assert seen.files == [("roc.png", b"png")]
        assert ("hm=" in sent.embeds[0].image.url, sent.attachments) == (True, [])

    play(scene)


def test_roles_are_looked_up() -> None:
    """A role given after the start is found on the member and comes with the click."""

    async def scene(stage: Stage) -> None:
        found: list[str] = []

        async def answer(interaction: discord.Interaction) -> None:
            found.extend(role.name for role in interaction.user.roles)
            await interaction.response.defer()

        stage.bot.answer = answer
        role = stage.discord.add_role(stage.guild, "approver", [stage.ada])
        card = await stage.bot.get_channel(stage.channel).send("ship?", view=panel("Yes"))
        await stage.discord.click(stage.ada, stage.channel, card.id, label="Yes")
        assert found == ["@everyone", "approver"]
        stage.discord.take_role(stage.guild, role, stage.ada)
        member = await stage.bot.get_guild(stage.guild).fetch_member(stage.ada)
        assert [one.name for one in member.roles] == ["@everyone"]

    play(scene)


def test_the_bot_comes_and_goes() -> None:
    """The bot is told when it is invited, when a channel goes, and when it is put out."""

    async def scene(stage: Stage) -> None:
        server, bot = stage.discord, stage.bot
        other = server.add_guild("others", members=[stage.ada], bot=False)
        joined = asyncio.ensure_future(bot.wait_for("guild_join"))
        await asyncio.sleep(0)
        await server.invite(other)
        assert (await joined).id == other
        spare = server.add_channel(other, "spare")
        await server.until(lambda: bot.get_channel(spare))
        await server.delete_channel(spare)
        await server.until(lambda: bot.get_channel(spare) is None)
        await server.kick(stage.guild)
        await server.until(lambda: bot.get_guild(stage.guild) is None)
        refused = None
        try:
            await bot.get_partial_messageable(stage.channel).send("hello?")
        except discord.Forbidden as error:
            refused = error.code
        assert refused == 50001

    play(scene)


def test_the_example_of_the_page() -> None:
    """The program that docs/testing.md shows for Discord runs as it stands there."""
    page = (Path(__file__).parents[2] / "docs/testing.md").read_text(encoding="utf-8")
    code = page.partition("\n## Discord\n")[2].partition("```python\n")[2].partition("```")[0]
    names: dict[str, Any] = {"__name__": "example"}
    exec(compile(code, "docs/testing.md", "exec"), names)
    names["test_greeter"]()
