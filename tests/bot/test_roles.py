"""Who may do what."""

from __future__ import annotations

import pytest

from bot.roles import Role, Roles
from storage.catalog.records import Actor
from tools.base import Effect

ADA = Actor("terminal/local/ada", "Ada")
GRACE = Actor("slack/T1/U2", "Grace")
LINUS = Actor("discord/G1/7", "Linus")


def test_the_person_at_this_machine_is_an_approver() -> None:
    """In the terminal the user is an approver; elsewhere only who is named."""
    roles = Roles(approvers=frozenset({GRACE.id}))
    assert [roles.of(actor) for actor in (ADA, GRACE, LINUS)] == [
        "approver",
        "approver",
        "operator",
    ]


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
    assert {effect for effect in effects if roles.may(LINUS, effect)} == allowed


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
    assert Roles().of(Actor("slack/terminal/local", "x")) == "operator"
