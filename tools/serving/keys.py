"""API keys of endpoints: made anew from the installation's secret wherever one is shown.

What is stored is the hash, which the server compares, and a reference, from which only the holder
of the secret can make the key. So neither the database, nor a blob, nor a message on its way
holds a key.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from typing import Final

PLACE: Final = "{key}"
"""Stands in a text for the key that is put there when the text is shown."""
_CHECK: Final = 8


def new_key(secret: str) -> tuple[str, str]:
    """A reference, which may be stored, and its key, which may not."""
    nonce = secrets.token_hex(16)
    key = _made_of(nonce, secret)
    return f"{nonce}.{key_digest(key)[:_CHECK]}", key


def key_of(reference: str, secret: str) -> str | None:
    """The key behind a reference; None when it was made with another secret."""
    nonce, _, check = reference.partition(".")
    key = _made_of(nonce, secret)
    return key if hmac.compare_digest(key_digest(key)[:_CHECK], check) else None


def key_digest(key: str) -> str:
    """What the catalog keeps of a key: its sha256."""
    return hashlib.sha256(key.encode()).hexdigest()


def _made_of(nonce: str, secret: str) -> str:
    """HMAC-SHA256 (RFC 2104), 160 bits of it in lower-case base32."""
    made = hmac.digest(secret.encode(), b"endpoint key " + nonce.encode(), "sha256")
    return f"mlops_{base64.b32encode(made[:20]).decode().lower()}"
