"""The slots follow the deployment log and never serve worse than before."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from storage.catalog.records import Scope
from tests.tools.serving.test_app import HEALTHY, ROW
from tests.tools.serving.world import KEY, SCOPE, Running, World, trained
from tools.serving.names import SlotName
from tools.serving.slots import Slots

STAGING = SlotName(SCOPE.id, "survival", "staging")


def test_a_new_line_in_the_log_is_followed_and_back(served: Running) -> None:
    """A later deployment answers after the next look, and a rollback likewise."""
    first = served.predict([ROW]).json["model"]
    second = served.world.register(trained("decision_tree"))
    served.world.go_live(second)
    assert served.predict([ROW]).json["model"] == first
    served.slots.refresh()
    assert served.predict([ROW]).json["model"]["version"] == 2
    with served.world.catalog.read() as unit:
        before = unit.models.find(SCOPE, "survival v1")
    served.world.go_live(before)
    served.slots.refresh()
    assert served.predict([ROW]).json["model"] == first


def test_a_swap_under_load_fails_no_request(served: Running) -> None:
    """While the model changes again and again every request is answered, by one or the other."""
    models = [served.world.register(trained(each)) for each in ("decision_tree", "extra_trees")]
    statuses: list[int] = []
    versions: set[int] = set()
    done = threading.Event()

    def ask() -> None:
        while not done.is_set():
            reply = served.predict([ROW])
            statuses.append(reply.status)
            if reply.status == 200:
                versions.add(reply.json["model"]["version"])

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for turn in range(4):
        served.world.go_live(models[turn % 2])
        served.slots.refresh()
    broken = served.world.register(trained(), data=b"not a model")
    served.world.go_live(broken)
    served.slots.refresh()
    done.set()
    for thread in threads:
        thread.join(10)
    assert set(statuses) == {200}
    assert len(statuses) > 10
    assert versions <= {1, 2, 3}


def test_a_model_that_cannot_be_loaded_leaves_the_old_one(served: Running) -> None:
    """A broken artifact is told in `/healthz`; what was served goes on being served."""
    broken = served.world.register(trained(), data=b"not a model")
    served.world.go_live(broken)
    served.slots.refresh()
    assert served.predict([ROW]).json["model"]["version"] == 1
    told = served.get("/healthz").json
    assert told["ok"] is False
    slot = told["slots"][HEALTHY]
    assert (slot["wanted"], slot["version"]) == (broken.id, 1)
    assert "survival v2 (m2) cannot be loaded: This file is not a model." in slot["problem"]


def test_a_changed_file_is_never_loaded(world: World) -> None:
    """An artifact whose bytes are not those registered is refused, and tried again later."""
    model = world.register(trained())
    path = next(each for each in Path(world.folder / "blobs").rglob(f"*{model.digest[4:]}"))
    sound = path.read_bytes()
    path.chmod(0o600)
    path.write_bytes(sound[:-1] + b"x")
    world.go_live(model)
    slots = Slots(world.catalog, world.blobs, retry_s=0.0)
    slots.refresh()
    assert slots.find(STAGING).served is None
    assert "cannot be loaded" in slots.find(STAGING).problem
    path.write_bytes(sound)
    slots.refresh()
    assert slots.find(STAGING).served is not None
    assert slots.find(STAGING).problem == ""


def test_a_failed_load_is_not_tried_at_every_look(world: World) -> None:
    """Between two tries of a model that fails lies the time set for it."""
    world.go_live(world.register(trained(), data=b"not a model"))
    now = [0.0]
    slots = Slots(world.catalog, world.blobs, retry_s=5.0, clock=lambda: now[0])
    slots.refresh()
    first = slots.find(STAGING)
    now[0] = 4.0
    slots.refresh()
    assert slots.find(STAGING) is first
    now[0] = 5.0
    slots.refresh()
    assert slots.find(STAGING) is not first


def test_a_new_key_counts_at_once_and_the_old_one_no_more(served: Running) -> None:
    """Keys are followed like models."""
    with served.world.catalog.read() as unit:
        model = unit.models.find(SCOPE, "survival")
    served.world.go_live(model, key="another")
    served.slots.refresh()
    assert served.predict([ROW], key=KEY).status == 401
    assert served.predict([ROW], key="another").status == 200


def test_the_same_name_in_another_channel_is_another_slot(served: Running) -> None:
    """A model of another channel under the same name is neither served here nor replaced."""
    other = Scope("terminal", "local", "other")
    served.world.register(trained("decision_tree"), scope=other)
    assert other.id != SCOPE.id
    path = f"/models/{other.id}/survival/staging/predict"
    assert served.post(path, [ROW]).status == 401
    assert served.predict([ROW]).json["model"]["version"] == 1


def test_a_lost_catalog_is_told_and_serving_goes_on(served: Running, tmp_path: Path) -> None:
    """Without its catalog the server answers on and says in `/healthz` that it cannot follow."""
    database = tmp_path / "catalog.db"
    served.world.catalog.close()
    kept = database.read_bytes()
    for each in tmp_path.glob("catalog.db*"):
        each.unlink()
    database.write_bytes(b"this is no database" * 100)
    served.slots.refresh()
    assert served.predict([ROW]).status == 200
    told = served.get("/healthz").json
    assert (told["ok"], told["problem"]) == (False, "the catalog cannot be read")
    served.world.catalog.close()
    database.write_bytes(kept)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0123456789.a.b.staging", SlotName("0123456789", "a.b", "staging")),
        ("0123456789.a.live", None),
        ("staging", None),
        ("", None),
    ],
)
def test_a_slot_is_named_in_one_word(text: str, expected: SlotName | None) -> None:
    """The protocol's name of a slot can be read back, dots in the model's name included."""
    assert SlotName.parse(text) == expected
    if expected is not None:
        assert str(expected) == text
