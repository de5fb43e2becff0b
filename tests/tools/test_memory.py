"""Facts are kept per channel, found by number or words, and taken back with undo."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.tools.conftest import Lab, block
from tools.errors import BadRequest, NeedsChoice, NotFound


def facts(lab: Lab) -> list[str]:
    return [fact["fact"] for fact in lab.call("list_facts").data["facts"]]


def test_remember_and_list(lab: Lab) -> None:
    """A remembered fact appears in the list with who told it."""
    lab.call("remember_fact", fact="Survived 1 means yes")
    listed = lab.call("list_facts")
    assert [fact["fact"] for fact in listed.data["facts"]] == ["Survived 1 means yes"]
    assert "Ada" in block(listed, "table").rows[0]


def test_expires(lab: Lab) -> None:
    """A fact with an expiry is gone after it."""
    lab.call("remember_fact", fact="the freeze lasts", expires="30m")
    assert facts(lab) == ["the freeze lasts"]
    lab.context.now.at += timedelta(hours=1)
    assert facts(lab) == []


def test_wrong_expiry_is_refused_and_nothing_kept(lab: Lab) -> None:
    """An expiry that is no duration is told, and nothing is remembered."""
    with pytest.raises(BadRequest, match="duration"):
        lab.call("remember_fact", fact="x", expires="soonish")
    assert facts(lab) == []


@pytest.mark.parametrize("said", ["2", "fact 2", "#2", "prices", "euros prices"])
def test_forget_by_number_or_words(lab: Lab, said: str) -> None:
    """A fact is named by its number or by words from it."""
    lab.call("remember_fact", fact="the label is churned")
    lab.call("remember_fact", fact="prices are in euros")
    lab.call("forget_fact", fact=said)
    assert facts(lab) == ["the label is churned"]


def test_forget_asks_when_several_fit(lab: Lab) -> None:
    """Words that fit two facts are answered with both as choices."""
    lab.call("remember_fact", fact="prices are in euros")
    lab.call("remember_fact", fact="prices include tax")
    with pytest.raises(NeedsChoice) as question:
        lab.call("forget_fact", fact="prices")
    assert question.value.argument == "fact"
    assert [option.value for option in question.value.options] == ["1", "2"]


def test_forget_unknown(lab: Lab) -> None:
    """Nothing like it: said so, with what to do."""
    with pytest.raises(NotFound, match="list of facts"):
        lab.call("forget_fact", fact="colours")


def test_scoped(lab: Lab) -> None:
    """Another channel knows none of it."""
    lab.call("remember_fact", fact="secret of the lab")
    assert lab.call("list_facts", context=lab.elsewhere()).data["facts"] == []


def test_undo_of_both(lab: Lab) -> None:
    """Undo recalls what was forgotten, then forgets what was remembered."""
    lab.call("remember_fact", fact="prices are in euros")
    lab.call("forget_fact", fact="1")
    assert "remembered again" in lab.call("undo").summary
    assert facts(lab) == ["prices are in euros"]
    assert "is forgotten" in lab.call("undo").summary
    assert facts(lab) == []
    with pytest.raises(NotFound, match="nothing to take back"):
        lab.call("undo")
