"""What the pages point at exists."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.docs.pages import LINK, PAGES, ROOT, anchors, text_of

RECIPES = [ROOT / f"docs/{name}.md" for name in ("new-tool", "adding-a-platform", "new-storage")]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_relative_link_resolves(page: Path):
    """A link inside the repository leads to a file, and to a heading if it names one."""
    broken = []
    for link in LINK.findall(text_of(page)):
        if link.startswith(("http://", "https://")):
            continue
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        if not target.exists() or (anchor and anchor not in anchors(target)):
            broken.append(link)
    assert broken == []


@pytest.mark.parametrize("page", RECIPES, ids=lambda page: page.stem)
def test_the_files_of_a_recipe_exist(page: Path):
    """A newcomer finds every file that a recipe lists."""
    named = re.findall(r"`((?:bot|docs|storage|tests|tools)/[\w/.-]+\.\w+)`", text_of(page))
    assert len(named) >= 4
    assert [path for path in named if not (ROOT / path).is_file()] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_file_a_page_names_exists(page: Path):
    """A path in code style is a path of the repository."""
    named = re.findall(
        r"`((?:bot|benchmarks|docs|scheduler|storage|tests|tools)/[\w/.-]*)`", text_of(page)
    )
    assert [path for path in named if not (ROOT / path).exists()] == []


def test_a_decision_has_at_most_a_page():
    """Decisions are numbered without gaps and stay short."""
    decisions = sorted((ROOT / "docs/decisions").glob("*.md"))
    numbers = [int(path.name[:4]) for path in decisions]
    assert numbers == list(range(1, len(decisions) + 1))
    lengths = {path.name: len(path.read_text(encoding="utf-8").splitlines()) for path in decisions}
    assert {name: n for name, n in lengths.items() if n > 60} == {}
