"""Modules and functions stay small enough to be read, and say what they are for."""

from __future__ import annotations

import ast

from tests.architecture.sources import modules

MODULE_LINES = 400
FUNCTION_LINES = 60
VAGUE = {"utils", "util", "helpers", "helper", "common", "misc", "manager", "managers"}


def test_no_module_is_longer_than_a_reader_can_hold():
    """A module has at most 400 lines."""
    lengths = {module.name: len(module.text.splitlines()) for module in modules()}
    assert {name: n for name, n in lengths.items() if n > MODULE_LINES} == {}


def test_no_function_is_longer_than_a_page():
    """A function has at most 60 lines."""
    lengths = {
        f"{module.name}.{function.name}": (function.end_lineno or 0) - function.lineno + 1
        for module in modules()
        for function in module.functions()
    }
    assert {name: n for name, n in lengths.items() if n > FUNCTION_LINES} == {}


def test_every_module_says_what_it_is_for():
    """A module opens with a docstring whose first line is a sentence."""
    opening = {m.name: (ast.get_docstring(m.tree) or "").split("\n\n")[0] for m in modules()}
    assert [name for name, text in opening.items() if not text.endswith((".", "?"))] == []


def test_no_module_has_a_vague_name():
    """A module is named for what it holds."""
    assert [m.name for m in modules() if VAGUE & set(m.name.split("."))] == []


def test_storing_and_doing_are_plain_functions():
    """Coroutines live in the bot, the scheduler and the prediction server only."""
    found = {
        module.name
        for module in modules()
        for function in module.functions()
        if isinstance(function, ast.AsyncFunctionDef)
    }
    homes = ("bot", "scheduler", "tools.serving")
    assert {name for name in found if not f"{name}.".startswith(tuple(f"{h}." for h in homes))} == (
        set()
    )
