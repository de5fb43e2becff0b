"""The settings that are documented are the settings there are."""

from __future__ import annotations

import re

from bot.settings import Settings
from tests.docs.pages import ROOT

ROW = re.compile(r"^\| `([A-Z0-9_]+)` \| (.+?) \| (.+?) \|$", re.MULTILINE)
FIELDS = {str(field.alias): field for field in Settings.model_fields.values()}


def test_the_table_names_every_setting():
    """README's table has one row for each setting and no other."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert sorted(name for name, _, _ in ROW.findall(readme)) == sorted(FIELDS)


def test_the_table_tells_the_defaults():
    """A default that is a plain value is the one in the table."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    told = {name: default for name, default, _ in ROW.findall(readme)}
    plain = {name: field.default for name, field in FIELDS.items() if field.default}
    assert {name: told[name] for name in plain} == {name: f"`{v}`" for name, v in plain.items()}


def test_the_example_file_names_every_setting():
    """.env.example can be copied and filled in: every setting is there, commented out."""
    lines = (ROOT / ".env.example").read_text(encoding="utf-8").splitlines()
    named = [line.removeprefix("# ").partition("=")[0] for line in lines if "=" in line]
    assert sorted(named) == sorted(FIELDS)
    assert [line for line in lines if line and not line.startswith("#")] == []


def test_the_example_values_are_accepted():
    """Every value that .env.example suggests is one the settings take."""
    lines = (ROOT / ".env.example").read_text(encoding="utf-8").splitlines()
    pairs = dict(line.removeprefix("# ").split("=", 1) for line in lines if "=" in line)
    settings = Settings.model_validate({name: value for name, value in pairs.items() if value})
    assert settings.approvers == {"slack/T1/U1", "discord/G1/group:R1", "slack/T1/U2@C1"}
    assert settings.two_person is True
