"""`make stack-test`: the configuration of deploy/ played with local processes, two bots on it."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from bot.platforms.web.tokens import mint, person
from storage.catalog.catalog import Catalog, open_catalog
from tests.servers.s3 import free_port
from tests.stack import flow
from tests.stack.pieces import DEPLOY, Stack, bot_command, open_stack, until, watch
from tools.ml.sample import passengers_csv

SINCE_S = 60.0
TALK_S = 4.0
WAIT_S = 300.0


def main() -> int:
    """Play it; 0 when every promise was kept."""
    with tempfile.TemporaryDirectory(prefix="stack-") as folder, open_stack(Path(folder)) as pieces:
        try:
            _play(pieces)
        except BaseException:
            for log in sorted(Path(folder).glob("*.log")):
                print(f"--- {log.name}\n{log.read_text(errors='replace')[-4000:]}")
            raise
    return 0


def _play(pieces: Stack) -> None:
    bots = [pieces.places["bot:8080"], f"127.0.0.1:{free_port()}"]
    environment = pieces.settings("bot", MLOPS_HOME=str(pieces.folder / "data"))
    serving = pieces.places["predictions:8081"]
    given = environment | {"MLOPS_SERVING": serving}
    for number, address in enumerate(bots, 1):
        home = str(pieces.folder / f"data-{number}")
        own = given | {"MLOPS_HTTP": address, "MLOPS_HOME": home}
        pieces.start(f"bot-{number}", *bot_command("serve"), **own)
        until(f"http://{address}/readyz")
    pieces.start("predictions", sys.executable, "-m", "tools.serving", **given)
    until(f"http://{serving}/v2/health/ready")
    prometheus, _ = watch(pieces, bots)
    held("bots, predictions, Prometheus and Alertmanager are up", True)
    live = flow.play(_asker(pieces, given))
    rows = flow.shifted(400)
    for start in range(0, 400, 100):
        flow.predict(live.endpoint, live.key, rows[start : start + 100])
    database = (pieces.folder / "secrets/bot/MLOPS_DATABASE_URL").read_text().strip()
    catalog = open_catalog(database, migrate=False)
    try:
        _watched(pieces, catalog, prometheus)
        _talk(bots, given["MLOPS_SECRETS"])
        _fired_once(catalog)
    finally:
        catalog.close()
    _questions(prometheus)
    _mirrored(pieces)
    _followed(pieces)


def _talk(bots: list[str], secrets: str) -> None:
    """People talk to both bots for a while, over HTTP; some of it goes wrong."""
    secret = (Path(secrets) / "MLOPS_SECRET").read_text(encoding="utf-8").strip()
    who = person("ada", workspace="team", name="Ada", groups=[])
    token = mint(who, secret=secret, now=datetime.now(UTC), life=timedelta(hours=1))
    said = ("list datasets", "drop the column nobody has", "show me model 99")
    kept = 0
    for number in range(int(SINCE_S / TALK_S)):
        way = "sample" if number == 0 else "messages"
        kept += any(_say(f"http://{bot}/api/v1/{way}", token, said[number % 3]) for bot in bots)
        time.sleep(TALK_S)
    held("what people say is kept by the one that fronts", kept == int(SINCE_S / TALK_S))


def _say(url: str, token: str, text: str) -> bool:
    """Say something; False to a bot that does not talk to people now."""
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    body = json.dumps({"text": text, "thread": "stack"}).encode()
    try:
        asked = urllib.request.Request(url, body, headers)
        with urllib.request.urlopen(asked, timeout=60) as answer:
            return answer.status == 202
    except urllib.error.HTTPError as error:
        with error:
            if error.code != 503:
                raise
        return False


def _asker(pieces: Stack, environment: dict[str, str]) -> flow.Ask:
    (pieces.folder / flow.FILE).write_text(passengers_csv(), encoding="utf-8")

    def ask(text: str, file: str) -> dict[str, Any]:
        files = ("--file", file) if file else ()
        ran = subprocess.run(
            bot_command("ask", "--json", *files, text),
            env=environment | {"PATH": "/usr/bin:/bin", "LOGNAME": "ada", "HOME": "/"},
            cwd=pieces.folder,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        if not ran.stdout.startswith("{"):
            raise SystemExit(f"{text}: {ran.stdout}{ran.stderr}")
        answer: dict[str, Any] = json.loads(ran.stdout)
        print(f"  {text}: {answer['state']}", flush=True)
        return answer

    return ask


def _watched(pieces: Stack, catalog: Catalog, prometheus: str) -> None:
    """Drift is found, measured, alerted by Prometheus, and joins the model's own alert."""
    _until(lambda: _value(prometheus, "max(mlops_drift_columns_ratio)") >= 0.3, "drift is measured")
    firing = 'count(ALERTS{alertname="ModelDrifts", alertstate="firing"})'
    _until(lambda: _value(prometheus, firing) == 1, "Prometheus fires ModelDrifts")

    def joined() -> list[str]:
        with catalog.read() as unit:
            monitor = unit.monitors.active()[0]
            slot = {"name": monitor.name, "environment": monitor.environment}
            return [each.title for each in unit.outside.firing(monitor.scope, **slot)]

    _until(lambda: joined() == ["ModelDrifts"], "Alertmanager's alert joined the model's")
    with catalog.read() as unit:
        monitor = unit.monitors.active()[0]
        alert = unit.alerts.current(monitor.id)
        rows = unit.outbox.of_channel(monitor.scope)
    told = [row for row in rows if row.dedupe_key.startswith("outside:")]
    held("it was told once, under the model's alert", alert is not None and len(told) == 1)


def _fired_once(catalog: Catalog) -> None:
    """Two bots on one database: every due time has one check and one report."""
    with catalog.read() as unit:
        monitor = unit.monitors.active()[0]
        jobs = unit.jobs.list(monitor.scope, tool="scheduled_check", limit=200)
        reports = unit.reports.list(monitor.scope, limit=200)
    dues = Counter(job.args["due"] for job in jobs)
    ends = Counter(report.end for report in reports if report.monitor_id == monitor.id)
    print(f"N = {len(dues)} checks, {len(ends)} reports")
    held("at least four checks ran", len(dues) >= 4)
    held("none fired twice", max(dues.values()) == 1 and max(ends.values()) == 1)


def _questions(prometheus: str) -> None:
    """Every shipped query is answered, and what was played is seen."""
    asked = answered = 0
    silent = []
    for path in sorted((DEPLOY / "grafana/dashboards").glob("*.json")):
        for panel in json.loads(path.read_text(encoding="utf-8"))["panels"]:
            for target in panel.get("targets", ()):
                asked += 1
                query = target["expr"].replace("$__rate_interval", "1m")
                found = _query(prometheus, re_variable(query))
                answered += bool(found)
                silent += [] if found else [f"{path.stem}: {panel['title']}"]
    print(f"N = {asked} queries, all valid; {answered} with numbers; none yet: {silent}")
    held("every query is answered", asked > 40)
    held("only what did not happen is silent", set(silent) <= ALLOWED_SILENT)
    rules = _get(f"http://{prometheus}/api/v1/rules")["data"]["groups"]
    healths = {rule["health"] for group in rules for rule in group["rules"]}
    held("every rule is evaluated", healths == {"ok"})


ALLOWED_SILENT = {
    "service: Tool calls that failed",
    "service: Tokens",
    "service: Cost of an hour",
    "service: Answers and errors",
    "service: Tokens of an answer",
    "service: Cost of an answer",
    "service: Channels that read and write most",
    "models: Errors",
    "models: Values: median and 90 % of regressions",
}


def re_variable(query: str) -> str:
    """The query as Grafana asks it with *All* chosen."""
    return query.replace("$model", ".*").replace("$environment", ".*")


def _mirrored(pieces: Stack) -> None:
    """MLflow's server shows the run."""
    body = json.dumps({"max_results": 10, "experiment_ids": _experiments(pieces)}).encode()
    url = f"http://{pieces.places['mlflow:5000']}/api/2.0/mlflow/runs/search"
    request = urllib.request.Request(url, body, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=60) as response:
        runs = json.load(response).get("runs", [])
    held("MLflow shows the training", len(runs) >= 1)


def _followed(pieces: Stack) -> None:
    """The logs of both bots are JSON, and one reference finds a message with all it led to."""
    found: dict[str, set[str]] = {}
    for log in pieces.folder.glob("bot-*.log"):
        for line in log.read_text(encoding="utf-8").splitlines():
            told = json.loads(line)
            if told["logger"] == "bot.journal":
                found.setdefault(told["ref"], set()).add(told["message"].partition(" ")[0])
    print(f"N = {len(found)} references")
    whole = [words for words in found.values() if {"message", "tool", "job", "reply"} <= words]
    held("message, tool, job and reply share one", len(whole) >= 1)
    held("a job and its check share one", {"job", "check"} in found.values())


def _experiments(pieces: Stack) -> list[str]:
    url = f"http://{pieces.places['mlflow:5000']}/api/2.0/mlflow/experiments/search?max_results=50"
    return [each["experiment_id"] for each in _get(url)["experiments"]]


def _value(prometheus: str, query: str) -> float:
    found = _query(prometheus, query)
    return float(found[0]["value"][1]) if found else -1.0


def _query(prometheus: str, query: str) -> list[dict[str, Any]]:
    words = urllib.parse.urlencode({"query": query})
    found: list[dict[str, Any]] = _get(f"http://{prometheus}/api/v1/query?{words}")["data"][
        "result"
    ]
    return found


def _get(url: str) -> dict[str, Any]:
    with urllib.request.urlopen(url, timeout=60) as response:
        value: dict[str, Any] = json.load(response)
        return value


def _until(holds: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + WAIT_S
    while not holds():
        if time.monotonic() > deadline:
            raise SystemExit(f"not within {WAIT_S:.0f} s: {what}")
        time.sleep(1)
    held(what, True)


def held(what: str, good: bool) -> None:
    """Print a promise that was kept; end where it was not."""
    print(f"{'ok ' if good else 'BAD'} {what}", flush=True)
    if not good:
        raise SystemExit(f"not kept: {what}")


if __name__ == "__main__":
    sys.exit(main())
