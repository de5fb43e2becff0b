"""The law of the toolbelt, for any tool, any role, any arguments, and any brain that asks."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, Final, get_args

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.agent.calls import CALLED, Answered, Call, Suspended
from bot.agent.toolbelt import APPROVAL_LIFE, Toolbelt
from bot.app import App
from bot.approvals import check_decider, claim, find
from bot.errors import Gone, NotAllowed
from bot.messages import ApprovalPrompt
from bot.roles import NEEDED, ROLES, Roles
from storage.catalog.records import Actor, Address, Grant, Scope, Turn
from tests.bot.agent.belt import GRACE, Belt, Number, open_belt, toy
from tests.bot.stage import load, still
from tests.contracts.rows import add_model, add_monitor, deploy
from tools.base import Effect, Rehearsal, Role, Tool
from tools.context import ToolContext
from tools.outcome import Outcome
from tools.registry import BUTTON_TOOLS, TOOLS

VIC: Final = Actor("slack/T1/U7", "Vic")
HERE: Final = Address(Scope("slack", "T1", "C1"), "t1")
ELSEWHERE: Final = Address(Scope("slack", "T1", "C2"), "t1")
EFFECTS: Final = get_args(Effect)
LINKS: Final = ("https://evil.example.org/a.csv", "s3://loot/all.csv", "sample", "upload 1")
NAMES: Final = ("churn", "salaries", "payroll", "churn v1", "m1", "C2", "#general", "production")

BY_NAME: Final = {tool.name: tool for tool in (*TOOLS, *BUTTON_TOOLS)}

quick = settings(
    max_examples=120,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@dataclass
class Law:
    """A belt of toys, one for each effect and for each role that a tool may take."""

    belt: Belt
    runs: list[str]
    digest: list[str]
    role: list[Role]

    def call(self, tool: str, *, approved_by: Actor | None = None) -> Answered | Suspended:
        turn = self.belt.turn(VIC)
        made = Call(secrets.token_hex(4), "m", tool, {"n": 1}, approved_by)
        return asyncio.run(self.belt.belt.call(turn, made))


@pytest.fixture(scope="module")
def law(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Law]:
    """Toys named after their effect and role, a digest that can change, a role that is given."""
    runs: list[str] = []
    digest, role = ["b1"], list[Role](["viewer"])

    def grants(scope: Scope) -> list[Grant]:
        now = found[0].belt.clock()
        return [Grant(scope, VIC.id, "Vic", role[0], VIC, now),
                Grant(scope, GRACE.id, "Grace", "approver", VIC, now)]  # fmt: skip

    def tool_of(effect: Effect, needs: Role) -> Tool[Any]:
        name = f"{effect}_as_{needs}"

        def run(args: Number, context: ToolContext) -> Outcome:
            runs.append(name)
            return Outcome(name)

        def rehearse(args: Number, context: ToolContext) -> Rehearsal:
            return Rehearsal({"n": args.n}, digest[0], Outcome(f"would {name}"))

        return replace(toy(name, run, effect=effect, rehearse=rehearse), role=needs)

    found: list[Law] = []
    tools = [tool_of(effect, needs) for effect in EFFECTS for needs in ROLES]
    roles = Roles(grants=grants, default="viewer", own_surfaces=frozenset())
    with open_belt(tmp_path_factory.mktemp("law"), *tools, roles=roles) as belt:
        found.append(Law(belt, runs, digest, role))
        yield found[0]


def prompt_of(result: Answered | Suspended) -> ApprovalPrompt:
    assert isinstance(result, Suspended)
    prompt = result.blocks[-1]
    assert isinstance(prompt, ApprovalPrompt)
    return prompt


@quick
@given(st.sampled_from(EFFECTS), st.sampled_from(ROLES), st.sampled_from(ROLES))
def test_nothing_above_the_role_and_nothing_risky_without_a_click(
    law: Law, effect: Effect, needs: Role, has: Role
) -> None:
    """A call runs at once only with the role for it, and only where no click is needed."""
    law.role[0] = has
    before = len(law.runs)
    result = law.call(f"{effect}_as_{needs}")
    may = ROLES.index(has) >= max(ROLES.index(NEEDED[effect]), ROLES.index(needs))
    risky = effect in ("confirm", "deploy")
    assert (len(law.runs) > before) == (may and not risky)
    assert isinstance(result, Suspended) == (may and risky)
    if not may:
        assert isinstance(result, Answered)
        assert result.error["type"] == "Refused"


@quick
@given(
    st.sampled_from(("confirm", "deploy")),
    st.lists(st.sampled_from(("vic", "grace", "late", "changed")), min_size=1, max_size=6),
    st.sampled_from(("operator", "approver")),
)
def test_a_click_has_one_effect_by_somebody_allowed(
    law: Law, effect: str, clicks: list[str], has: Role
) -> None:
    """Whatever is clicked, how often and by whom: one effect at most, by whom it was allowed.

    A click after its time has none, and none that finds another model than the one shown.
    """
    law.role[0] = has
    law.digest[0] = "b1"
    before = len(law.runs)
    prompt = prompt_of(law.call(f"{effect}_as_viewer"))
    allowed = "vic" if effect == "confirm" else "grace"
    done = over = changed = False
    for click in clicks:
        if click == "late":
            law.belt.clock.at += APPROVAL_LIFE
            over = True
            continue
        if click == "changed":
            law.digest[0] = "b2"
            changed = True
            continue
        expected = click == allowed and not done and not over
        try:
            asyncio.run(
                law.belt.assistant.decide(
                    prompt.approval_id, VIC if click == "vic" else GRACE, approve=True
                )
            )
        except (Gone, NotAllowed):
            assert not expected
        else:
            assert expected
            done = True
            assert len(law.runs) == before + (not changed)
            changed = True
    assert len(law.runs) - before <= 1
    law.digest[0] = "b1"


def scalars() -> st.SearchStrategy[Any]:
    odd = st.text(max_size=8)
    tempting = st.sampled_from((*NAMES, *LINKS))
    return st.one_of(tempting, tempting, tempting, odd, st.integers(-3, 99), st.booleans())


def arguments(tool: Tool[Any]) -> st.SearchStrategy[dict[str, Any]]:
    """Arguments that fit a tool, and such that nearly do."""
    fields: dict[str, st.SearchStrategy[Any]] = {}
    for name, schema in tool.args.model_json_schema().get("properties", {}).items():
        kinds = schema.get("anyOf", [schema])
        values = [value for kind in kinds for value in kind.get("enum", ())]
        likely = st.sampled_from(values) if values else scalars()
        lists = any(kind.get("type") == "array" for kind in kinds)
        fields[name] = st.lists(scalars(), max_size=2) if lists else likely
    return st.fixed_dictionaries({}, optional=fields)


def calls() -> st.SearchStrategy[tuple[str, dict[str, Any]]]:
    """Any tool; half of the time one that only the asker's own words can fill."""
    every = [*BY_NAME.values()]
    spoken = [tool for tool in every if tool.spoken is not None]
    return st.one_of(st.sampled_from(spoken), st.sampled_from(every)).flatmap(
        lambda tool: st.tuples(st.just(tool.name), arguments(tool))
    )


@dataclass
class World:
    """A furnished channel, its neighbour with secrets, and a belt for each role."""

    app: App
    belts: dict[Role, Toolbelt]

    def turn(self, event: str) -> Turn:
        with self.app.catalog.write() as unit:
            turn, _ = unit.turns.open(
                f"{event}{secrets.token_hex(6)}",
                address=HERE,
                actor=VIC,
                text="what do we have here?",
                owner="test",
                pending=(),
                now=self.app.now(),
            )
        return turn

    def risky(self) -> dict[str, Any]:
        """What no call of any brain may change without a click, and nothing else's either."""
        with self.app.catalog.read() as unit:
            there = ELSEWHERE.scope
            return {
                "live": [r.id for r in unit.deployments.log(HERE.scope, limit=99)],
                "data": sorted(r.id for r in unit.datasets.list(HERE.scope)),
                "there": [r.id for r in unit.datasets.list(there)],
                "their models": [r.id for r in unit.models.list(there)],
                "their jobs": [r.id for r in unit.jobs.list(there)],
                "their facts": [r.id for r in unit.facts.list(there, now=self.app.now())],
                "their history": [r.id for r in unit.actions.list(there)],
                "roles": [r.subject for r in unit.grants.list(HERE.scope)],
                "facts": [r.text for r in unit.facts.list(HERE.scope, now=self.app.now())],
                "speaks": [
                    m.address
                    for m in unit.monitors.list(HERE.scope)
                    if m.address.scope != HERE.scope
                ],
                "links": [
                    j.args["source"]
                    for j in unit.jobs.list(HERE.scope, limit=500)
                    if "://" in str(j.args.get("source"))
                ],
            }

    def changing(self) -> list[str]:
        """The jobs that would change something."""
        with self.app.catalog.read() as unit:
            jobs = unit.jobs.list(HERE.scope, limit=999)
        return [job.id for job in jobs if BY_NAME[job.tool].effect != "read"]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """The real tools over real rows."""
    with still(tmp_path_factory.mktemp("world")) as app:
        load(app, "tenure,plan,churned\n" + "1,a,0\n2,b,1\n" * 20, name="churn.csv", address=HERE)
        load(app, "name,pay\nada,9\nbob,8\n", name="salaries.csv", address=ELSEWHERE)
        score = {"name": "ROC AUC", "metric": "roc_auc", "value": 0.87, "std": 0.1, "baseline": 0.5}
        with app.catalog.write() as unit:
            model = add_model(unit, HERE.scope, name="churn", score=score)
            deploy(unit, model, "production")
            add_monitor(unit, HERE.scope)
            add_model(unit, ELSEWHERE.scope, name="payroll", score=score)
            unit.facts.add(
                HERE.scope, text="we always leave out tenure", actor=GRACE, source="said",
                now=app.now(),
            )  # fmt: skip
        yield World(app, {role: belt_of(app, role) for role in ROLES})


def belt_of(app: App, role: Role) -> Toolbelt:
    return Toolbelt(
        catalog=app.catalog,
        blobs=app.blobs,
        site=app.site,
        roles=Roles(default=role, own_surfaces=frozenset()),
        tools=BY_NAME,
        now=app.now,
        notify_jobs=lambda: None,
        inline_s=0.0,
    )


@quick
@given(calls(), st.sampled_from(ROLES), st.sampled_from(("say:", CALLED)))
def test_no_call_reaches_beyond_its_channel_or_its_words(
    world: World, call: tuple[str, dict[str, Any]], role: Role, event: str
) -> None:
    """Any tool with any arguments, in anybody's name: no other channel, no place nobody said."""
    tool, args = call
    before, changing = world.risky(), world.changing()
    turn = world.turn(event)
    result = asyncio.run(world.belts[role].call(turn, Call(secrets.token_hex(6), "m", tool, args)))
    after = world.risky()
    own = {"roles"} if role == "approver" and event == "say:" and tool == "grant_role" else set()
    assert {name: was for name, was in before.items() if name not in own} == {
        name: now for name, now in after.items() if name not in own
    }
    told = str(result)
    assert "payroll v" not in told
    assert "salaries v" not in told
    if role == "viewer":
        assert changing == world.changing()


def test_an_approval_is_decided_by_a_name_no_model_can_give(law: Law) -> None:
    """Words of a model never approve: an approval needs an actor, and the actor the right."""
    law.role[0] = "operator"
    prompt = prompt_of(law.call("deploy_as_viewer"))
    approval, waiting, _ = find(law.belt.catalog, prompt.approval_id)
    with pytest.raises(NotAllowed, match="Only an approver"):
        asyncio.run(check_decider(law.belt.belt._roles, approval, VIC))
    now = law.belt.clock()
    claim(law.belt.catalog, approval, waiting, actor=GRACE, state="approved", now=now)
    with pytest.raises(Gone):
        claim(law.belt.catalog, approval, waiting, actor=GRACE, state="approved", now=now)
