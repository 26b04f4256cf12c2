"""What a command loads before it begins: no more than it needs."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from tests.kits.session import open_session

HEAVY = frozenset({"fastapi", "starlette", "uvicorn", "httpx", "alembic", "psycopg", "jinja2", "docx", "openpyxl"})
"""Libraries that no command needs that only looks something up at the machine."""
LIBRARIES = HEAVY | {"sqlalchemy", "pydantic", "pydantic_core"}


def loaded(*words: str) -> set[str]:
    """The top names of all that a command imports."""
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "yunqi", *words], capture_output=True, text=True, check=True
    )
    return {name.partition(".")[0] for name in re.findall(r"\| +([\w.]+)$", done.stderr, re.MULTILINE)}


def test_help_loads_no_library() -> None:
    found = loaded("--help")
    assert "click" in found
    assert not found & LIBRARIES


@pytest.mark.parametrize("words", [("resource", "list"), ("organisation", "list"), ("contract", "list")])
def test_a_list_at_the_machine_loads_what_it_needs(tmp_path: Path, words: tuple[str, ...]) -> None:
    home = open_session(tmp_path / "home").home
    subprocess.run([sys.executable, "-m", "yunqi", "--home", str(home), "tenant", "list"], check=True)  # makes it
    found = loaded("--home", str(home), *words)
    assert "sqlalchemy" in found
    assert not found & HEAVY
