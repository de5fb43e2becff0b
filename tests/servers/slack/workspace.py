"""One workspace with one installed app: what all parts of the server share."""

from __future__ import annotations

import secrets
import time

from tests.servers.slack.delivery import Delivery
from tests.servers.slack.faults import Faults
from tests.servers.slack.payloads import view_json
from tests.servers.slack.records import Ack, Call, Refusal
from tests.servers.slack.scopes import ALL_SCOPES, event_scope
from tests.servers.slack.signing import HttpDelivery
from tests.servers.slack.socket_mode import Socket
from tests.servers.slack.world import File, Json, Message, ResponseUrl, View, World

MALFORMED = frozenset(
    {
        "alt_txt_too_large",
        "cannot_provide_both_markdown_text_and_chunks",
        "invalid_arguments",
        "invalid_attachments",
        "invalid_blocks",
        "invalid_blocks_format",
        "invalid_chunks",
        "invalid_errors",
        "invalid_json",
        "invalid_metadata_format",
        "invalid_metadata_schema",
        "invalid_response_action",
        "json_not_object",
        "markdown_text_conflict",
        "markdown_text_or_chunks_required",
        "metadata_too_large",
        "missing_argument",
        "missing_recipient_team_id",
        "missing_recipient_user_id",
        "msg_blocks_too_long",
        "msg_blocks_too_many",
        "msg_too_long",
        "no_text",
        "streaming_mode_mismatch",
        "too_many_attachments",
        "unknown_method",
        "view_too_large",
    }
)


class Workspace:
    """What the parts of the server share: the world, the faults, the app's tokens, delivery.

    Attributes:
        api_url: for `AsyncWebClient(base_url=…)` and `SLACK_API_URL`.
        bot_token: the app's `xoxb-` token; `app_token` is its `xapp-` one.
        events_url: where HTTP delivery posts; to be set when Socket Mode is off.
        scopes: what the app was granted.
        agent_view: whether the app has the agent view (`agent_view` in its manifest) instead of
            the assistant view.
        subscriptions: the events that the app subscribed to, such as `message.channels`;
            None is all.
        faults: what goes wrong.
        calls: every request to the Web API.
        refusals: every request that was refused as the real Slack would, planned faults aside.
        ack_within: seconds until Slack delivers again.
        retry_after: seconds before the first, second, third retry of an event.
    """

    def __init__(self, *, scopes: frozenset[str] | None, socket_mode: bool, team: str) -> None:
        self.world = World(team)
        self.team = team
        self.bot_user, self.bot_id = self.world.bot_user, self.world.bot_id
        self.app_id = self.world.app_id
        self.bot_token = f"xoxb-{secrets.token_hex(8)}"
        self.app_token = f"xapp-1-{secrets.token_hex(8)}"
        self.signing_secret = secrets.token_hex(16)
        self.scopes = ALL_SCOPES if scopes is None else scopes
        self.subscriptions: frozenset[str] | None = None
        self.socket_mode = socket_mode
        self.events_url = ""
        self.base_url = ""
        self.ack_within = 3.0
        self.retry_after: tuple[float, ...] = (0.0, 60.0, 300.0)
        self.refusals: list[Refusal] = []
        self.calls: list[Call] = []
        self.agent_view = False
        self.last_posts: dict[str, float] = {}
        self.broken: list[Exception] = []
        self.pending: dict[str, tuple[File, int]] = {}
        self.socket = Socket(self)
        self.faults = Faults(on_outage=self.socket.reset)
        self.http = HttpDelivery(self)
        self.delivery = Delivery(self)

    @property
    def api_url(self) -> str:
        """The base address of the Web API, ending in `/api/`."""
        return f"{self.base_url}/api/"

    @property
    def acks(self) -> list[Ack]:
        """Every attempt to deliver something, with the latency of its acknowledgement."""
        return self.delivery.acks

    def emit(self, event: Json, *, shared: bool = False) -> None:
        """Tell the app of an event, if it may know and wants to."""
        scope = event_scope(event)
        if scope is not None and scope not in self.scopes:
            return
        if self.subscriptions is not None and _name(event) not in self.subscriptions:
            return
        self.delivery.event(
            {
                "token": "verification",
                "team_id": self.team,
                "context_team_id": self.team,
                "api_app_id": self.app_id,
                "event": event,
                "type": "event_callback",
                "event_id": self.world.new_id("Ev"),
                "event_time": int(time.time()),
                "authorizations": [
                    {
                        "enterprise_id": None,
                        "team_id": self.team,
                        "user_id": self.bot_user,
                        "is_bot": True,
                        "is_enterprise_install": False,
                    }
                ],
                "is_ext_shared_channel": shared,
            }
        )

    def response_url(self, person: str, channel: str, message: Message | None = None) -> str:
        """A fresh address at which an interaction may be answered."""
        secret = secrets.token_hex(8)
        self.world.response_urls[secret] = ResponseUrl(person, channel, message)
        return f"{self.base_url}/actions/{self.team}/{secret}"

    def check(self) -> None:
        """Fail when the server broke, or refused a payload that no state of things explains.

        Raises:
            AssertionError: with every malformed payload in `refusals`.
        """
        if self.broken:
            raise ExceptionGroup("the local Slack itself failed", self.broken)
        malformed = [refusal for refusal in self.refusals if refusal.error in MALFORMED]
        assert not malformed, "\n".join(str(refusal) for refusal in malformed)

    def describe_view(self, view: View) -> Json:
        """The view as the API shows it."""
        return view_json(view, self.world)


def _name(event: Json) -> str:
    if event["type"] != "message":
        return str(event["type"])
    plural = {"channel": "channels", "group": "groups", "im": "im"}
    return f"message.{plural[event['channel_type']]}"
