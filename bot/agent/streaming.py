"""A language model's answer while it comes in: the whole sentences that may be shown so far."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from langchain_core.messages import AIMessageChunk

_END: Final = re.compile(
    r"(?m)(?<!^\d)(?<!^\d\d)[.!?…][\"'”’»)\]*`]*(?=\s+[^\sa-z])|(?<=\S)(?=\s*\n)"
)
"""Where a sentence ends: a mark before the next beginning (`e.g. this` goes on), or a line.

The number of a list's item ends none.
"""


def whole_sentences(text: str) -> str:
    """The text up to its last end of a sentence that something follows; "" before the first."""
    ends = [match.end() for match in _END.finditer(text)]
    return text[: ends[-1]].strip() if ends else ""


@dataclass
class Heard:
    """What one answer has said so far.

    Words that come with a tool call are not for people: once a call begins, there are none.
    """

    text: str = ""
    calls: bool = False

    def take(self, chunk: AIMessageChunk) -> str:
        """Take in the next piece; gives what may be shown of the answer now."""
        self.calls = self.calls or bool(chunk.tool_call_chunks)
        self.text += chunk.text
        return "" if self.calls else whole_sentences(self.text)
