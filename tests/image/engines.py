"""Running the image: with docker or podman, or its tree in namespaces of its own."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol


@dataclass(frozen=True)
class Config:
    """What the image says of itself."""

    env: dict[str, str]
    user: str
    start: list[str]
    healthcheck: list[str]
    labels: dict[str, str]
    size: int


class Container(Protocol):
    """A running container: its root is read-only but for `/data`."""

    def run(self, *command: str) -> subprocess.CompletedProcess[str]:
        """Run a command beside what runs, as the image's user; with what it printed."""

    def kill(self) -> None:
        """End it at once, as a power cut does."""

    def stop(self) -> int:
        """Ask it to end; its exit code."""


class Engine(Protocol):
    """What builds, starts and removes."""

    def config(self, image: str) -> Config:
        """What the image says of itself."""

    def start(self, image: str, volume: Path, env: Mapping[str, str]) -> Container:
        """Start it with its own user, command and a volume at `/data`, on the host's network."""

    def close(self) -> None:
        """Leave nothing behind."""


@contextmanager
def first_engine() -> Iterator[Engine]:
    """The first that answers, as `deploy/build-image` chooses."""
    for name in ("docker", "podman"):
        if shutil.which(name) and _quietly(name, "info").returncode == 0:
            engine: Engine = Docker(name)
            break
    else:
        if not shutil.which("buildah"):
            raise SystemExit("None of docker, podman and buildah answers.")
        engine = Tree()
    try:
        yield engine
    finally:
        engine.close()


@dataclass
class Docker:
    """docker or podman."""

    program: str
    started: list[str] = field(default_factory=list)

    def config(self, image: str) -> Config:
        shown = json.loads(_quietly(self.program, "image", "inspect", image).stdout)[0]
        return _config(shown["Config"], shown["Size"])

    def start(self, image: str, volume: Path, env: Mapping[str, str]) -> Container:
        volume.chmod(0o777)
        given = [part for name, value in env.items() for part in ("--env", f"{name}={value}")]
        where = ["--read-only", "--network", "host", "--volume", f"{volume}:/data"]
        ran = _quietly(self.program, "run", "--detach", *where, *given, image)
        if ran.returncode:
            raise SystemExit(ran.stderr)
        self.started.append(ran.stdout.strip())
        return DockerContainer(self.program, ran.stdout.strip())

    def close(self) -> None:
        for each in self.started:
            _quietly(self.program, "rm", "--force", each)


@dataclass
class DockerContainer:
    """A container of docker or podman."""

    program: str
    name: str

    def run(self, *command: str) -> subprocess.CompletedProcess[str]:
        return _quietly(self.program, "exec", self.name, *command)

    def kill(self) -> None:
        _quietly(self.program, "kill", self.name)
        _quietly(self.program, "wait", self.name)

    def stop(self) -> int:
        _quietly(self.program, "stop", "--time", "30", self.name)
        return int(_quietly(self.program, "wait", self.name).stdout)


@dataclass
class Tree:
    """buildah's tree of the image: mounted read-only in mount and process namespaces of its own.

    `buildah run` cannot make the root read-only without a runtime, so the kernel is asked itself.
    """

    name: str = ""
    root: Path = Path()
    image: str = ""

    def config(self, image: str) -> Config:
        shown = json.loads(_buildah("inspect", "--type", "image", image))
        self._mount(image)
        size = int(subprocess.check_output(["du", "-sxb", self.root], text=True).split()[0])
        docker = shown["Docker"]["config"]
        return _config(docker, size)

    def _mount(self, image: str) -> None:
        if self.image != image:
            self.name = _buildah("from", "--pull-never", image)
            self.root, self.image = Path(_buildah("mount", self.name)), image

    def start(self, image: str, volume: Path, env: Mapping[str, str]) -> Container:
        config = self.config(image)
        uid = int(config.user.partition(":")[0])
        os.chown(volume, uid, uid)
        return TreeContainer(self.root, volume, config, dict(env))

    def close(self) -> None:
        if self.name:
            _buildah("umount", self.name)
            _buildah("rm", self.name)


INSIDE = """
set -e
mount --make-rprivate /
mount --bind "$ROOT" "$ROOT"
mount -o remount,bind,ro "$ROOT"
mount --bind "$VOLUME" "$ROOT/data"
mount -t proc proc "$ROOT/proc"
mount --rbind /dev "$ROOT/dev"
for file in /etc/resolv.conf /etc/hosts; do
  [ ! -e "$ROOT$file" ] || mount --bind "$file" "$ROOT$file"
done
exec chroot --userspec="$AS" "$ROOT" "$@"
"""


class TreeContainer:
    """A process that is number 1 of its own namespace."""

    def __init__(self, root: Path, volume: Path, config: Config, env: dict[str, str]) -> None:
        self._root, self._config = root, config
        self._env = config.env | env
        self._log = Path(tempfile.mkstemp(prefix="container-")[1])
        place = {"ROOT": str(root), "VOLUME": str(volume), "AS": config.user}
        namespaces = ("unshare", "--mount", "--pid", "--fork", "--kill-child", "--uts")
        with self._log.open("wb") as log:
            self._outer = subprocess.Popen(
                [*namespaces, "sh", "-c", INSIDE, "sh", *self._inside(config.start)],
                env={"PATH": os.environ["PATH"], **place},
                stdout=log,
                stderr=log,
            )
        self._pid = self._child()

    def _inside(self, command: list[str]) -> list[str]:
        given = [f"{name}={value}" for name, value in self._env.items()]
        return ["/usr/bin/env", "-i", "--chdir=/data", *given, *command]

    def _child(self) -> int:
        children = Path(f"/proc/{self._outer.pid}/task/{self._outer.pid}/children")
        while not (told := children.read_text().split()):
            if self._outer.poll() is not None:
                raise SystemExit(self._log.read_text())
            time.sleep(0.01)
        return int(told[0])

    def run(self, *command: str) -> subprocess.CompletedProcess[str]:
        entered = ("nsenter", "--target", str(self._pid), "--mount", "--pid", "--uts")
        inside = ("chroot", f"--userspec={self._config.user}", str(self._root))
        return _quietly(*entered, *inside, *self._inside(list(command)))

    def kill(self) -> None:
        os.kill(self._pid, signal.SIGKILL)
        self._outer.wait(30)

    def stop(self) -> int:
        os.kill(self._pid, signal.SIGTERM)
        return self._outer.wait(60)

    @property
    def log(self) -> str:
        """What it has printed."""
        return self._log.read_text()


def _config(shown: Mapping[str, Any], size: int) -> Config:
    health = (shown.get("Healthcheck") or {}).get("Test") or []
    return Config(
        env=dict(each.split("=", 1) for each in shown["Env"]),
        user=shown["User"],
        start=[*(shown.get("Entrypoint") or []), *(shown.get("Cmd") or [])],
        healthcheck=list(health[1:]) if health[:1] == ["CMD"] else [],
        labels=dict(shown.get("Labels") or {}),
        size=size,
    )


def _quietly(*command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=600)


def _buildah(*words: str) -> str:
    ran = _quietly("buildah", *words)
    if ran.returncode:
        raise SystemExit(f"buildah {words[0]}: {ran.stderr}")
    return ran.stdout.strip()
