"""Evidence handed out, checked, closed by the day."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

from yunqi.operations.installation import Installation
from yunqi.operations.keys import open_key
from yunqi.operations.watch import close_past_days
from yunqi.store import chain
from yunqi.store.audit import verify_database
from yunqi.store.contracts import require_contract
from yunqi.store.export import export_evidence as write_bundle
from yunqi.store.verify import VerifyReport, verify_file


def seal(installation: Installation, contract: str) -> tuple[int, int]:
    """Chains what waits of a contract; returns how many were chained and how many still wait."""
    with installation.database.read() as connection:
        found = require_contract(connection, contract)
    sealed = chain.seal_contract(installation.database, found.id, now=installation.clock.now())
    with installation.database.read() as connection:
        return sealed, chain.count_unsealed(connection, found.id)


def close_day(installation: Installation, contract: str, day: date) -> chain.DayRoot:
    """Closes a contract's days up to one that is over and signs the root; raises `Problem` evidence.day_not_over."""
    with installation.database.read() as connection:
        found = require_contract(connection, contract)
    key = open_key(installation)
    return chain.close_day(installation.database, found.id, day, key=key, now=installation.clock.now())


def close_days(installation: Installation) -> tuple[str, ...]:
    """Closes every contract's days up to yesterday; returns a line for each root signed."""
    return close_past_days(installation)


def export_evidence(
    installation: Installation,
    contract: str,
    path: Path,
    *,
    with_results: bool = True,
    on_line: Callable[[int], None] | None = None,
) -> Path:
    """Writes a contract's evidence as a file that anybody can check; returns its path."""
    with installation.database.read() as connection:
        found = require_contract(connection, contract)
    path.parent.mkdir(parents=True, exist_ok=True)
    write_bundle(installation.database, found.id, path, with_results=with_results, on_line=on_line)
    return path


def verify_bundle(path: Path) -> VerifyReport:
    """Checks an evidence file; the report names every record that is not as it was."""
    return verify_file(path)


def verify_contract(
    installation: Installation, contract: str, *, on_line: Callable[[int], None] | None = None
) -> VerifyReport:
    """Checks the evidence that the database holds of a contract, and that its roots are signed by this installation."""
    with installation.database.read() as connection:
        found = require_contract(connection, contract)
    key = open_key(installation)
    return verify_database(installation.database, found.id, trusted_keys=frozenset({key.key_id}), on_line=on_line)
