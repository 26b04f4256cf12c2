from __future__ import annotations

from pathlib import Path

import pytest
from tests.kits.identity import Office, open_office

from yunqi.store.database import Database


@pytest.fixture
def office(database: Database, tmp_path: Path) -> Office:
    return open_office(database, tmp_path / "home")


@pytest.fixture
def bare_office(database: Database, tmp_path: Path) -> Office:
    """Nobody has an account yet."""
    return open_office(database, tmp_path / "home", with_accounts=False)
