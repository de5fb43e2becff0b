"""What the prediction server answers over real HTTP."""

from __future__ import annotations

import socket

from tests.tools.ml.tables import passengers
from tests.tools.serving.world import KEY, SCOPE, Running, World, priced, running, trained
from tools.ml.contract import example_row
from tools.ml.predictions import predict_frame

ROW = {"sex": "female", "age": 30, "deck": "A", "crew": False, "fare": 22.5}
HEALTHY = f"{SCOPE.id}.survival.staging"


def test_answers_like_the_pipeline_in_this_process(served: Running) -> None:
    """What comes over HTTP is exactly what the trained pipeline says of the same rows."""
    model = trained()
    frame = passengers(40, seed=5)[["sex", "age", "deck", "crew", "fare"]]
    expected = predict_frame(model.pipeline, model.contract, frame)
    rows = frame.astype(object).where(frame.notna(), None).to_dict("records")
    reply = served.predict({"rows": rows})
    assert reply.status == 200
    found = reply.json["predictions"]
    assert list(expected.values) == [each["prediction"] for each in found]
    assert expected.probabilities is not None
    assert expected.probabilities.tolist() == [
        list(each["probabilities"].values()) for each in found
    ]
    assert list(found[0]["probabilities"]) == [str(label) for label in model.contract.classes]


def test_every_answer_names_its_model_and_has_an_id(served: Running) -> None:
    """An answer says which version gave it; ids are unique across requests."""
    first, second = (served.predict([ROW, ROW]).json for _ in range(2))
    assert set(first["model"]) == {"name", "version", "digest"}
    assert (first["model"]["name"], first["model"]["version"]) == ("survival", 1)
    ids = [each["id"] for answer in (first, second) for each in answer["predictions"]]
    assert len(set(ids)) == 4


def test_three_shapes_of_a_body_mean_the_same(served: Running) -> None:
    """Rows, a bare list and one row are all taken."""
    shapes = ({"rows": [ROW]}, [ROW], {"row": ROW})
    answers = [served.predict(shape).json["predictions"][0]["prediction"] for shape in shapes]
    assert len(set(answers)) == 1


def test_a_regression_has_no_probabilities(world: World) -> None:
    """A regression answers with plain numbers."""
    model = priced()
    world.go_live(world.register(model, name="price"), name="price")
    path = f"/models/{SCOPE.id}/price/staging/predict"
    row = example_row(model.contract)
    with running(world) as server:
        found = server.post(path, {"rows": [row]}).json["predictions"][0]
    assert set(found) == {"id", "prediction"}
    assert isinstance(found["prediction"], float)


def test_unseen_values_are_answered_with_a_warning(served: Running) -> None:
    """A value outside of what training saw is a warning, not an error."""
    reply = served.predict([ROW | {"fare": 1e6, "deck": "Z"}])
    assert reply.status == 200
    assert any("`fare`" in warning for warning in reply.json["warnings"])
    assert any("`deck`" in warning for warning in reply.json["warnings"])


def test_bad_rows_get_a_422_that_names_row_and_field(served: Running) -> None:
    """Every wrong value is named with its row and field, in a sentence."""
    reply = served.predict({"rows": [ROW, ROW | {"fare": "cheap"}, ROW | {"farre": 3}]})
    assert reply.status == 422
    places = [(each["row"], each["field"]) for each in reply.json["details"]]
    assert (1, "fare") in places
    assert (2, "farre") in places
    assert "did you mean `fare`" in str(reply.json)


def test_not_finite_numbers_are_refused_by_name(served: Running) -> None:
    """NaN and Infinity, which are not JSON, and 1e999 get a 422 with row and field."""
    for value in (b"NaN", b"Infinity", b"-Infinity", b"1e999"):
        body = b'{"rows": [{"sex": "male", "age": %s}]}' % value
        reply = served.predict(body)
        assert reply.status == 422
        assert reply.json["details"][0]["row"] == 0
        assert reply.json["details"][0]["field"] == "age"


def test_a_wrong_key_and_an_unknown_slot_look_the_same(served: Running) -> None:
    """Without the right key nobody learns whether an endpoint exists."""
    there = f"/models/{SCOPE.id}/survival/staging/predict"
    absent = f"/models/{SCOPE.id}/other/staging/predict"
    odd = f"/models/{SCOPE.id}/survival/nowhere/predict"
    replies = [
        served.post(there, [ROW], key="wrong"),
        served.post(there, [ROW], key=None),
        served.post(there, [ROW], key=""),
        served.post(absent, [ROW], key=KEY),
        served.post(odd, [ROW], key=KEY),
        served.get(f"/v2/models/{HEALTHY}", key="wrong"),
        served.get("/v2/models/nothing", key=KEY),
    ]
    assert {reply.status for reply in replies} == {401}
    assert len({reply.body for reply in replies}) == 1
    assert {reply.headers["www-authenticate"] for reply in replies} == {"Bearer"}


def test_the_key_may_come_in_either_header(served: Running) -> None:
    """`X-API-Key` works like `Authorization: Bearer`."""
    path = f"/models/{SCOPE.id}/survival/staging/predict"
    body = b'[{"sex": "male", "age": 3, "deck": "A", "crew": true, "fare": 3}]'
    for header in ({"x-api-key": KEY}, {"authorization": f"bearer {KEY}"}):
        assert served.send("POST", path, body=body, headers=header).status == 200


def test_an_emptied_slot_answers_404_to_those_with_its_key(served: Running) -> None:
    """After an undeploy the key still opens the door, behind which is nothing."""
    served.world.go_live(None, key=None)
    served.slots.refresh()
    reply = served.predict([ROW])
    assert reply.status == 404
    assert "Nothing is deployed" in reply.json["error"]


def test_health_is_public_and_tells_what_each_slot_serves(served: Running) -> None:
    """`/healthz` needs no key and shows digest and version per slot, but no key hash."""
    reply = served.get("/healthz")
    assert reply.status == 200
    told = reply.json
    assert told["ok"] is True
    with served.world.catalog.read() as unit:
        model = unit.models.find(SCOPE, "survival")
    assert told["slots"][HEALTHY]["digest"] == model.digest
    assert told["slots"][HEALTHY]["model_id"] == model.id
    assert "key" not in reply.body.decode().replace("keys", "")


def test_open_inference_protocol(served: Running) -> None:
    """Server, model and health metadata follow the protocol; tensors are answered as rows are."""
    assert served.get("/v2").json["name"]
    assert served.get("/v2/health/live").json == {"live": True}
    assert served.get("/v2/health/ready").json == {"ready": True}
    assert served.get(f"/v2/models/{HEALTHY}/ready").status == 200
    about = served.get(f"/v2/models/{HEALTHY}", key=KEY).json
    assert about["versions"] == ["1"]
    assert {"name": "crew", "datatype": "BOOL", "shape": [-1]} in about["inputs"]
    assert about["parameters"]["schema"]["properties"]["fare"]["type"] == "number"
    rows = [ROW, ROW | {"sex": "male"}]
    inputs = [
        {"name": name, "shape": [2], "datatype": "BYTES", "data": [row[name] for row in rows]}
        for name in ROW
    ]
    tensors = served.post(f"/v2/models/{HEALTHY}/infer", {"inputs": inputs})
    assert tensors.status == 200
    outputs = {each["name"]: each for each in tensors.json["outputs"]}
    plain = served.predict(rows).json["predictions"]
    assert outputs["prediction"]["data"] == [each["prediction"] for each in plain]
    assert outputs["prediction"]["datatype"] == "INT64"
    assert outputs["probabilities"]["shape"] == [2, 2]


def test_metrics_count_by_model_and_status_only(served: Running) -> None:
    """Prometheus sees requests, rows and health by model, never the channel's name or a key."""
    served.predict([ROW, ROW])
    served.predict([{"sex": 3}])
    served.predict([ROW], key="wrong")
    text = served.get("/metrics").body.decode()
    slot = f'environment="staging",model="{SCOPE.id}.survival"'
    assert f'mlops_prediction_requests_total{{{slot},status="200",version="1"}} 1.0' in text
    assert f'mlops_prediction_requests_total{{{slot},status="422",version="1"}} 1.0' in text
    assert 'environment="",model="",status="401",version=""} 1.0' in text
    assert f'mlops_prediction_rows_total{{{slot},version="1"}} 2.0' in text
    assert f'mlops_prediction_contract_refusals_total{{{slot},version="1"}} 1.0' in text
    assert f'mlops_endpoint_up{{{slot},version="1"}} 1.0' in text
    assert "lab" not in text


def test_other_paths_and_methods_answer_json(served: Running) -> None:
    """A wrong path or method is a short JSON answer."""
    assert served.get("/nothing").status == 404
    assert "error" in served.get("/nothing").json
    wrong = served.get(f"/models/{SCOPE.id}/survival/staging/predict")
    assert (wrong.status, wrong.headers["allow"]) == (405, "POST")


def test_answers_reach_the_prediction_log(served: Running) -> None:
    """Id, caller's key, time, digest, full typed row and answer are in the log after a flush."""
    reply = served.predict({"rows": [ROW, ROW | {"age": None}], "keys": ["a-1", None]})
    served.log.flush()
    store = served.log._store
    table = store.read(SCOPE.id, "survival", "staging").to_pylist()
    assert [row["key"] for row in table] == ["a-1", None]
    assert [row["prediction_id"] for row in table] == [
        each["id"] for each in reply.json["predictions"]
    ]
    assert [row["y"] for row in table] == [each["prediction"] for each in reply.json["predictions"]]
    assert [row["x.age"] for row in table] == [30.0, None]
    assert [row["x.crew"] for row in table] == [False, False]
    assert [row["x.deck"] for row in table] == ["A", "A"]
    assert {row["digest"] for row in table} == {reply.json["model"]["digest"]}
    assert all(0.5 <= row["y_score"] <= 1.0 for row in table)


def test_head_and_body_of_an_answer_leave_together(served: Running) -> None:
    """Connections do not wait to fill a packet, which would cost 40 ms an answer."""
    with served.raw() as connection:
        connection.sendall(b"GET /v2/health/live HTTP/1.1\r\nHost: x\r\n\r\n")
        assert connection.recv(4096)
        (other,) = served.server.server_state.connections
        there = other.transport.get_extra_info("socket")
        assert there.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
