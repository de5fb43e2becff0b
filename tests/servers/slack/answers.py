"""What the app answers to an interaction, and what becomes of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aiohttp import web

from tests.servers.slack.arguments import Arguments
from tests.servers.slack.methods.chat import edited
from tests.servers.slack.methods.views import push_view, update_view
from tests.servers.slack.posting import put, tell, tell_changed, tell_deleted
from tests.servers.slack.records import Refusal
from tests.servers.slack.validate.messages import Content, read_content
from tests.servers.slack.validate.views import checked_view
from tests.servers.slack.world import Json, Message, Refused, ResponseUrl, View

if TYPE_CHECKING:
    from tests.servers.slack.workspace import Workspace

MOST_USES = 5


def speak(server: Workspace, person: str, channel: str, answer: Json, *, method: str) -> str | None:
    """Show what the app answers to a command or shortcut; gives what is wrong with it."""
    try:
        content = read_content(Arguments(answer))
    except Refused as refused:
        return _refused(server, method, refused, answer)
    public = answer.get("response_type") == "in_channel"
    message = Message(
        channel,
        server.world.new_ts(),
        server.bot_user,
        content.text,
        bot_id=server.bot_id,
        blocks=content.blocks or (),
        attachments=content.attachments or (),
        thread_ts=answer.get("thread_ts"),
        whisper_to=None if public else person,
    )
    if public:
        tell(server, put(server, message))
    else:
        server.world.whispers.append(message)
    return None


async def respond(server: Workspace, request: web.Request) -> web.StreamResponse:
    """Answer a post to a response URL."""
    place = server.world.response_urls.get(request.match_info["secret"])
    if place is None:
        return web.Response(status=404, text="no_team")
    if place.uses >= MOST_USES:
        return web.Response(status=404, text="used_url")
    place.uses += 1
    body: Json = await request.json()
    error = _use(server, place, body)
    return web.Response(text="ok") if error is None else web.Response(status=400, text=error)


def apply_submission(server: Workspace, view: View, response: Json) -> None:
    """Close, change or push views as the app's answer to a submission says.

    Raises:
        Refused: when Slack would show the person an error instead.
    """
    match response.get("response_action"):
        case "errors":
            _check_errors(server, view, response)
        case "clear":
            mine = [v for v in server.world.modals if v.person == view.person]
            for one in mine:
                server.world.modals.remove(one)
        case "update":
            update_view(server, view, _checked(server, response))
        case "push":
            push_view(server, view.person, _checked(server, response))
        case None:
            server.world.modals.remove(view)
        case other:
            refused = Refused("invalid_response_action", str(other))
            _refused(server, "view_submission", refused, response)


def _check_errors(server: Workspace, view: View, response: Json) -> None:
    inputs = {block["block_id"] for block in view.blocks if block["type"] == "input"}
    errors: dict[str, Any] = response.get("errors") or {}
    if not errors or set(errors) - inputs:
        refused = Refused("invalid_errors", f"[ERROR] {sorted(errors)} are not inputs")
        _refused(server, "view_submission", refused, response)


def _checked(server: Workspace, response: Json) -> Json:
    try:
        return checked_view(response.get("view"), "modal")
    except Refused as refused:
        _refused(server, "view_submission", refused, response)
        raise


def _use(server: Workspace, place: ResponseUrl, body: Json) -> str | None:
    message = place.message
    if body.get("delete_original") and message is not None:
        current = _current(server, message)
        server.world.remove(current)
        tell_deleted(server, current)
        return None
    if body.get("replace_original") and message is not None:
        return _replace(server, _current(server, message), body)
    return speak(server, place.person, place.channel, body, method="response_url")


def _replace(server: Workspace, message: Message, body: Json) -> str | None:
    try:
        content = read_content(Arguments(body), editing=True)
    except Refused as refused:
        return _refused(server, "response_url", refused, body)
    whole = Content(content.text, content.blocks or (), content.attachments or (), None)
    after = server.world.edit(message, **edited(message, whole))
    tell_changed(server, message, after)
    return None


def _current(server: Workspace, message: Message) -> Message:
    known = server.world.message(message.channel, message.ts) or server.world.whisper(message.ts)
    return known or message


def _refused(server: Workspace, method: str, refused: Refused, args: Json) -> str:
    server.refusals.append(Refusal(method, refused.error, refused.messages, args))
    return refused.error
