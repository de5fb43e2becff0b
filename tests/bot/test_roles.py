"""Who may do what."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest

from bot.roles import Roles, Rule, own_surfaces
from storage.catalog.records import Actor, Grant, Scope
from tools.base import Effect, Role

ADA = Actor("terminal/local/ada", "Ada")
GRACE = Actor("slack/T1/U2", "Grace")
LINUS = Actor("discord/G1/7", "Linus")
HERE = Scope("slack", "T1", "C1")
NOW = datetime(2026, 3, 1, tzinfo=UTC)


def scope_of(actor: Actor) -> Scope:
    platform, workspace, _ = actor.id.split("/")
    return Scope(platform, workspace, "C1")


def of(roles: Roles, actor: Actor, scope: Scope | None = None) -> Role:
    return asyncio.run(roles.of(actor, scope or scope_of(actor)))


def given(subject: str, role: Role) -> Grant:
    return Grant(HERE, subject, "x", role, ADA, NOW)


@dataclass
class Groups:
    """A platform's groups, and how often it was asked."""

    of: dict[str, frozenset[str]] = field(default_factory=dict)
    asked: int = 0

    async def __call__(self, person: str, scope: Scope) -> frozenset[str]:
        self.asked += 1
        return self.of.get(person, frozenset())


def test_the_person_at_this_machine_is_an_approver() -> None:
    """In the terminal the user is an approver; elsewhere only who is named."""
    roles = Roles(approvers=frozenset({GRACE.id}))
    assert [of(roles, actor) for actor in (ADA, GRACE, LINUS)] == [
        "approver",
        "approver",
        "operator",
    ]


def test_an_approver_of_one_channel() -> None:
    """A rule may be about one channel only."""
    roles = Roles(approvers=["slack/T1/U2@C1"])
    elsewhere = Scope("slack", "T1", "C2")
    assert (of(roles, GRACE), of(roles, GRACE, elsewhere)) == ("approver", "operator")


def test_members_of_a_group() -> None:
    """A group's members are approvers as long as they are members, looked up each time."""
    groups = Groups({GRACE.id: frozenset({"slack/T1/group:S1"})})
    roles = Roles(approvers=["slack/T1/group:S1"], groups=groups)
    assert of(roles, GRACE) == "approver"
    groups.of.clear()
    assert (of(roles, GRACE), groups.asked) == ("operator", 2)


def test_groups_are_only_asked_for_where_they_matter() -> None:
    """Without a rule about a group the platform is left alone."""
    groups = Groups()
    of(Roles(approvers=[GRACE.id], groups=groups), LINUS)
    assert groups.asked == 0


@pytest.mark.parametrize(
    ("grants", "role"),
    [
        ([given(GRACE.id, "approver")], "approver"),
        ([given(GRACE.id, "viewer")], "viewer"),
        ([given("slack/T1/group:S1", "approver")], "approver"),
        ([given("slack/T1/group:S1", "approver"), given(GRACE.id, "viewer")], "viewer"),
        ([given("slack/T1/group:S2", "approver")], "operator"),
        ([given(GRACE.id, "nonsense")], "viewer"),  # type: ignore[arg-type]
    ],
)
def test_roles_given_in_chat(grants: list[Grant], role: Role) -> None:
    """What was said of a person comes before what was said of their groups."""
    groups = Groups({GRACE.id: frozenset({"slack/T1/group:S1"})})
    roles = Roles(grants=lambda _: grants, groups=groups)
    assert of(roles, GRACE, HERE) == role


def test_the_settings_come_first() -> None:
    """Nobody can take the settings' approvers away in chat."""
    roles = Roles(approvers=[GRACE.id], grants=lambda _: [given(GRACE.id, "viewer")])
    assert of(roles, GRACE, HERE) == "approver"


@pytest.mark.parametrize(
    ("role", "allowed"),
    [
        ("viewer", {"read"}),
        ("operator", {"read", "write", "confirm", "deploy"}),
        ("approver", {"read", "write", "confirm", "deploy"}),
    ],
)
def test_what_a_role_may_ask_for(role: Role, allowed: set[Effect]) -> None:
    """Viewers read; operators ask for all, and what needs a click waits for it."""
    roles = Roles(default=role)
    effects: tuple[Effect, ...] = ("read", "write", "confirm", "deploy")
    scope = scope_of(LINUS)
    assert {e for e in effects if asyncio.run(roles.may(LINUS, scope, e))} == allowed


def test_what_only_an_approver_may_ask_for() -> None:
    """A tool may ask for more than its effect does."""
    roles = Roles(approvers=[GRACE.id])
    may = [
        asyncio.run(roles.may(actor, scope_of(actor), "write", role="approver"))
        for actor in (GRACE, LINUS)
    ]
    assert may == [True, False]


@pytest.mark.parametrize(
    ("setting", "on_slack", "in_terminal"),
    [(None, True, False), (True, True, True), (False, False, False)],
)
def test_the_two_person_rule(setting: bool | None, on_slack: bool, in_terminal: bool) -> None:
    """On shared surfaces a second person approves unless the setting says otherwise."""
    roles = Roles(two_person=setting)
    assert (roles.needs_second(GRACE), roles.needs_second(ADA)) == (on_slack, in_terminal)


def test_an_id_that_only_looks_like_ours_is_not() -> None:
    """A name on another platform cannot pass for the terminal."""
    assert of(Roles(), Actor("slack/terminal/local", "x")) == "operator"


@pytest.mark.parametrize("text", ["U1", "slack/T1", "slack//U1", ""])
def test_a_rule_that_names_nobody(text: str) -> None:
    """A setting that cannot be meant is refused at the start."""
    with pytest.raises(ValueError, match="platform/workspace/person"):
        Rule.parse(text)


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("web/acme/Ada@Example.com", Rule("web/acme/ada@example.com")),
        ("web/acme/ada@example.com@sales", Rule("web/acme/ada@example.com", "sales")),
        ("web/local/ada@sales", Rule("web/local/ada", "sales")),
        ("slack/T1/U1@C1", Rule("slack/T1/U1", "C1")),
        ("web/acme/group:ops", Rule("web/acme/group:ops")),
    ],
)
def test_an_e_mail_address_is_a_person(text: str, rule: Rule) -> None:
    """An address is told from a channel by the dot in its domain, and is one in any case."""
    assert Rule.parse(text) == rule


@pytest.mark.parametrize(
    ("approvers", "address", "own"),
    [
        ([], "127.0.0.1:8080", {"terminal", "web/local"}),
        (["slack/T1/U1", "web/acme/ada@example.com"], "[::1]:8080", {"terminal", "web/local"}),
        (["web/local/grace@sales"], "127.0.0.1:8080", {"terminal"}),
        ([], "0.0.0.0:8080", {"terminal"}),
        ([], "10.0.0.7:8080", {"terminal"}),
    ],
)
def test_who_sits_at_this_machine(approvers: list[str], address: str, own: set[str]) -> None:
    """The page's local users do, until one of them is named or others can reach the address."""
    assert own_surfaces(approvers, address) == own


def test_local_users_of_the_page() -> None:
    """They decide alone like the user of the terminal; people who signed in do not."""
    roles = Roles(own_surfaces=own_surfaces([], "127.0.0.1:8080"))
    here, signed_in = Actor("web/local/ada", "Ada"), Actor("web/localhost/ada", "Ada")
    assert [of(roles, who) for who in (here, signed_in)] == ["approver", "operator"]
    assert [roles.needs_second(who) for who in (here, signed_in)] == [False, True]
