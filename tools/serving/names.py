"""How a slot is called: in URLs, in the inference protocol, and in metrics."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from urllib.parse import quote

from storage.catalog.records import Deployment, EndpointKey, Environment

_ENVIRONMENTS: Final[dict[str, Environment]] = {"staging": "staging", "production": "production"}


@dataclass(frozen=True, slots=True)
class SlotName:
    """A slot as the server knows it: the scope's id, the model's name, the environment."""

    scope_id: str
    name: str
    environment: Environment

    def __str__(self) -> str:
        """`{scope_id}.{name}.{environment}`, its name in the Open Inference Protocol."""
        return f"{self.scope_id}.{self.name}.{self.environment}"

    @property
    def path(self) -> str:
        """Path of its prediction URL."""
        return f"/models/{self.scope_id}/{quote(self.name, safe='')}/{self.environment}/predict"

    @classmethod
    def of(cls, scope_id: str, name: str, environment: str) -> SlotName | None:
        """The name made of these parts; None when no slot can be called so."""
        known = _ENVIRONMENTS.get(environment)
        return None if known is None else cls(scope_id, name, known)

    @classmethod
    def parse(cls, text: str) -> SlotName | None:
        """The reverse of `str`; None when no slot can be called so."""
        scope_id, _, rest = text.partition(".")
        name, _, environment = rest.rpartition(".")
        return cls.of(scope_id, name, environment)


def slot_of(row: Deployment | EndpointKey) -> SlotName:
    """The slot that a line of the deployment log, or a key, is about."""
    return SlotName(row.scope.id, row.name, row.environment)
