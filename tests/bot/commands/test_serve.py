"""`serve`: ready soon, watched over HTTP, and gone without a trace on SIGTERM."""

from __future__ import annotations

import json
import signal
import socket
import urllib.error
import urllib.request
from pathlib import Path

from tests.bot.processes import alive, children, run, started, wait_until


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def status(url: str) -> int:
    try:
        with urllib.request.urlopen(url, timeout=5) as response:
            return int(response.status)
    except urllib.error.HTTPError as error:
        with error:
            return error.code
    except OSError:
        return 0


def test_ready_and_a_clean_end(tmp_path: Path) -> None:
    """It becomes ready, answers its pages, and ends with 0 and no child on SIGTERM."""
    address = f"127.0.0.1:{free_port()}"
    with started(tmp_path / "home", "serve", MLOPS_HTTP=address) as serving:
        wait_until(lambda: status(f"http://{address}/readyz") == 200, within=20)
        assert status(f"http://{address}/healthz") == 200
        with urllib.request.urlopen(f"http://{address}/metrics", timeout=5) as page:
            assert b"mlops_jobs" in page.read()
        wait_until(lambda: bool(children(serving.pid)), within=20)
        offspring = children(serving.pid)
        serving.send_signal(signal.SIGTERM)
        assert serving.wait(20) == 0
        assert alive(offspring) == []
    log = (tmp_path / "home-serve.log").read_text()
    assert "Traceback" not in log
    assert "stopped" in log


def test_an_address_in_use_is_told(tmp_path: Path) -> None:
    """When its address is taken it says so and which setting chooses another."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        ended = run(tmp_path / "home", "serve", MLOPS_HTTP=address)
    assert ended.returncode == 1
    assert "MLOPS_HTTP" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_ask_uses_the_service(tmp_path: Path) -> None:
    """With a service running, a question is answered by its workers; Ctrl-C ends it, too."""
    home = tmp_path / "home"
    (tmp_path / "t.csv").write_text("a,b\n" + "1,2\n3,4\n5,6\n" * 10)
    with started(home, "serve") as serving:
        wait_until(lambda: bool(children(serving.pid)), within=20)
        ended = run(home, "ask", "--json", "--file", "t.csv", "what is in it?")
        assert json.loads(ended.stdout)["state"] == "done"
        serving.send_signal(signal.SIGINT)
        assert serving.wait(20) == 0
