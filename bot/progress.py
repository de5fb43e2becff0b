"""Messages of running jobs: which of them have news to show."""

from __future__ import annotations

from dataclasses import dataclass, replace

from bot.messages import Progress, Reply, load_reply
from storage.catalog.catalog import Catalog, Unit
from storage.catalog.records import Address, Job, OutboxRow


@dataclass(frozen=True, slots=True)
class Shown:
    """A posted message of work that goes on."""

    slot: str
    address: Address
    ref: str
    reply: Reply


class Moving:
    """The messages of this process's platforms that still move."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self._shown: dict[str, Shown] = {}

    def note(self, row: OutboxRow, ref: str, reply: Reply) -> None:
        """A message was posted or edited; it moves until it is done."""
        if reply.done:
            self._shown.pop(row.slot, None)
        else:
            self._shown[row.slot] = Shown(row.slot, row.address, ref, reply)

    def take_up(self, platform: str) -> None:
        """Move on with the messages of jobs that an earlier process announced."""
        with self._catalog.read() as unit:
            for waiting in unit.waiting.open("job", platform=platform):
                row = unit.outbox.last_of(f"turn:{waiting.turn_id}")
                if row is not None and row.state == "sent" and row.platform_ref:
                    self.note(row, row.platform_ref, replace(load_reply(row.body), id=row.id))

    def news(self) -> list[Shown]:
        """The messages whose jobs have got further since they were shown."""
        moved = []
        for shown in list(self._shown.values()):
            current = self._current(shown.reply)
            if current is not None and current != shown.reply:
                moved.append(replace(shown, reply=current))
        return moved

    def shown(self, moved: Shown, ref: str) -> None:
        """News were shown, unless the message has been replaced meanwhile."""
        before = self._shown.get(moved.slot)
        if before is not None and before.reply.id == moved.reply.id:
            self._shown[moved.slot] = replace(moved, ref=ref)

    def _current(self, reply: Reply) -> Reply | None:
        with self._catalog.read() as unit:
            return as_now(unit, reply)


def as_now(unit: Unit, reply: Reply) -> Reply | None:
    """A reply with the progress of its jobs at this moment; None where it shows none."""
    jobs = {
        block.job_id: unit.jobs.get(block.job_id)
        for block in reply.blocks
        if isinstance(block, Progress)
    }
    if not jobs:
        return None
    blocks = tuple(
        _moved(block, jobs[block.job_id]) if isinstance(block, Progress) else block
        for block in reply.blocks
    )
    return replace(reply, blocks=blocks)


def _moved(block: Progress, job: Job) -> Progress:
    share = float(job.progress.get("share") or 0.0)
    text = str(job.progress.get("text") or block.text)
    eta = job.progress.get("eta_s")
    return replace(block, share=share, text=text, eta_s=float(eta) if eta else None)
