"""A small, faithful Slack on loopback that the real SDKs talk to; see `docs/testing.md`."""

from __future__ import annotations

from tests.servers.slack.faults import Faults
from tests.servers.slack.records import Ack, Call, Refusal
from tests.servers.slack.seen import Seen
from tests.servers.slack.server import SlackServer, slack_server
from tests.servers.slack.world import View

__all__ = ["Ack", "Call", "Faults", "Refusal", "Seen", "SlackServer", "View", "slack_server"]
