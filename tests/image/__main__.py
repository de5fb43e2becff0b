"""`make image-test`: builds the image, runs it as it is meant to be run, kills it, and looks."""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.image.engines import Config, Container, Engine, first_engine
from tests.servers.s3 import free_port
from tests.stack import flow
from tools.ml.sample import passengers_csv

ROOT = Path(__file__).parents[2]
MOST_BYTES = 1_300_000_000
TOOLS_OF_BUILDS = ("uv", "pip", "gcc", "cc", "make", "git")
LEFT = ("/etc/pip.conf", "/root/.config", "/run/secrets/index", "/run/secrets/certificates")


def main() -> int:
    """Try the image; 0 when it kept every promise."""
    parser = argparse.ArgumentParser(prog="python -m tests.image")
    parser.add_argument("--image", default="mlops-assistant:latest")
    parser.add_argument("--no-build", action="store_true", help="take the image as it is")
    options = parser.parse_args()
    if not options.no_build:
        subprocess.run([ROOT / "deploy/build-image"], check=True)
    with first_engine() as engine, tempfile.TemporaryDirectory() as folder:
        config = engine.config(options.image)
        _look(config)
        volume = Path(folder) / "data"
        volume.mkdir()
        (volume / flow.FILE).write_text(passengers_csv(), encoding="utf-8")
        _play(engine, options.image, config, volume)
    return 0


def _look(config: Config) -> None:
    """What can be said of the image without running it."""
    said = {"title", "description", "licenses", "version", "revision", "created"}
    held("labels", said <= {name.rpartition(".")[2] for name in config.labels})
    held("its own user", config.user == "1000:1000")
    held("starts in exec form", config.start == ["python", "-m", "bot", "serve"])
    held("no index settings", not [n for n in config.env if "INDEX" in n or n.startswith("PIP")])
    held(f"size {config.size / 1e9:.2f} GB", config.size < MOST_BYTES)


def _play(engine: Engine, image: str, config: Config, volume: Path) -> None:
    ports = {"MLOPS_HTTP": f"127.0.0.1:{free_port()}", "MLOPS_SERVING": f"127.0.0.1:{free_port()}"}
    url, serving = (f"http://{address}" for address in ports.values())
    began = time.monotonic()
    container = engine.start(image, volume, ports)
    try:
        _until(lambda: _get(f"{url}/readyz") is not None, "ready")
        print(f"ready {time.monotonic() - began:.1f} s after its start")
        held("health check", container.run(*config.healthcheck).returncode == 0)
        _inside(container)
        live = flow.play(_asker(container))
        rows = flow.shifted(20)
        before = flow.predict(live.endpoint, live.key, rows)
        slots = _slots(serving)
        kept = _kept(container)
        container.kill()
        began = time.monotonic()
        container = engine.start(image, volume, ports)
        _until(lambda: _get(f"{url}/readyz") is not None, "ready again")
        _until(lambda: _slots(serving) == slots, "serves again")
        print(f"serves what it served {time.monotonic() - began:.1f} s after the kill")
        held("same answers", flow.predict(live.endpoint, live.key, rows) == before)
        held("nothing lost", _kept(container) == kept)
        held("nothing damaged", container.run("python", "-m", "bot", "fsck").returncode == 0)
        held("SIGTERM ends it with 0", container.stop() == 0)
    except BaseException:
        print(getattr(container, "log", ""))
        raise
    finally:
        container.kill() if _get(f"{url}/healthz") is not None else None


def _inside(container: Container) -> None:
    """The user, what can be written, and what is not there."""
    held("runs as 1000", container.run("id", "-u").stdout.strip() == "1000")
    for path in ("/app/x", "/x", "/tmp/x", "/usr/x"):
        held(f"{path} cannot be written", container.run("touch", path).returncode != 0)
    held("/data can be written", container.run("touch", "/data/x").returncode == 0)
    found = [t for t in TOOLS_OF_BUILDS if container.run("sh", "-c", f"command -v {t}").stdout]
    held(f"no build tools {found}", not found)
    left = [path for path in LEFT if container.run("test", "-e", path).returncode == 0]
    held(f"nothing of the build is left {left}", not left)
    compiled = "import bot.app as m; import sys; sys.exit(not m.__cached__ or not "
    compiled += "__import__('os').path.exists(m.__cached__))"
    held("byte-compiled", container.run("python", "-c", compiled).returncode == 0)


def _asker(container: Container) -> flow.Ask:
    def ask(text: str, file: str) -> dict[str, Any]:
        files = ("--file", f"/data/{file}") if file else ()
        ran = container.run("python", "-m", "bot", "ask", "--json", *files, text)
        if not ran.stdout.startswith("{"):
            raise SystemExit(f"{text}: {ran.stdout}{ran.stderr}")
        answer: dict[str, Any] = json.loads(ran.stdout)
        print(f"  {text}: {answer['state']}", flush=True)
        return answer

    return ask


def _kept(container: Container) -> list[Any]:
    """Datasets, models and the record, as the assistant tells them."""
    ask = _asker(container)
    told = [ask(text, "")["results"] for text in ("list datasets", "list models", "list monitors")]
    return [[each["data"] for each in results] for results in told]


def _slots(serving: str) -> Any:
    page = _get(f"{serving}/healthz")
    return json.loads(page)["slots"] if page else None


def _get(url: str) -> str | None:
    try:
        with urllib.request.urlopen(url, timeout=5) as response:
            return str(response.read().decode())
    except (urllib.error.URLError, OSError):
        return None


def _until(holds: Callable[[], bool], what: str) -> None:
    for _ in range(1200):
        if holds():
            return
        time.sleep(0.1)
    raise SystemExit(f"not {what} within two minutes")


def held(what: str, good: bool) -> None:
    """Print a promise that was kept; end where it was not."""
    print(f"{'ok ' if good else 'BAD'} {what}", flush=True)
    if not good:
        raise SystemExit(f"not kept: {what}")


if __name__ == "__main__":
    sys.exit(main())
