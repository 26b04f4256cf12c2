"""Makes the dumps `first_release.*.sql.gz`: a database as the first release (schema 0003) left it, on both databases.

It was run with the code of that release, never with the present one:

    git worktree add --detach /tmp/first 3a064ea
    cd /tmp/first && PYTHONPATH=src:. python .../tests/upgrades/make_first_release.py OUTPUT_FOLDER

Both sample contracts are imported and signed; a network and a server ordered, built and sampled; a month of sample
evidence imported, settled and closed, first provisional and then final; a day's root signed, a tail left unsealed.
"""

from __future__ import annotations

import gzip
import json
import os
import sqlite3
import subprocess
import sys
import tempfile
from datetime import timedelta
from pathlib import Path
from typing import Any

from tests.kits.postgres import Cluster
from tests.kits.session import Session, make_signed, settle_month

from yunqi.operations.delivery import make_reconciler
from yunqi.operations.watch import close_past_days, record_usage, seal_all
from yunqi.store.signing import load_signing_key


def play(home: Path) -> dict[str, Any]:
    """Plays the session; returns what a test wants to know of it."""
    session: Session = make_signed(home)
    side = session.side
    given = ("--contract", side.contract, "--as", side.clerk, "--work-order", side.work_order)
    session.run("order", "network", "main", *given)
    spec = {"vcpus": 1, "memory_gb": 1, "system_disk_gb": 2, "network": "main"}
    session.run(
        "order", "server", "web", *given, *(word for key, value in spec.items() for word in ("--set", f"{key}={value}"))
    )
    with session.installation() as opened:
        worker = make_reconciler(opened)
        worker.run_until_settled(20)
        worker.release()
        record_usage(opened)
    settle_month(session)
    with session.installation() as opened:
        seal_all(opened)
        session.clock.advance(timedelta(days=1))
        close_past_days(opened)
    session.run("order", "network", "later", *given)  # its fact stays unsealed
    return {
        "now": session.clock.at.isoformat(),
        "contract": session.number,
        "contract_id": side.contract_id,
        "statements": [[row.id, row.month, row.version, row.sm3] for row in session.statements],
    }


def dump_sqlite(database: Path, to: Path) -> dict[str, int]:
    """Writes the file as SQL; returns how many rows each table has."""
    connection = sqlite3.connect(database)
    text = "\n".join(connection.iterdump()) + "\n"
    to.write_bytes(gzip.compress(text.encode(), 9, mtime=0))
    tables = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type='table'")]
    return {
        name: connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0]
        for name in sorted(tables)
        if not name.startswith(("sqlite_", "alembic_"))
    }


def main(folder: Path) -> None:
    """Makes everything anew; of the signing keys only the ids are kept."""
    known: dict[str, Any] = {}
    os.environ.pop("YUNQI_DATABASE_URL", None)
    with tempfile.TemporaryDirectory() as place:
        home = Path(place) / "sqlite"
        known["sqlite"] = play(home)
        known["sqlite"]["rows"] = dump_sqlite(home / "yunqi.db", folder / "first_release.sqlite.sql.gz")
        known["sqlite"]["key_id"] = load_signing_key(home / "keys" / "root.sm2.pem").key_id
        cluster = Cluster()
        try:
            name = cluster.make_database()
            os.environ["YUNQI_DATABASE_URL"] = cluster.url_of(name)
            home = Path(place) / "postgresql"
            known["postgresql"] = play(home)
            known["postgresql"]["rows"] = known["sqlite"]["rows"]
            known["postgresql"]["key_id"] = load_signing_key(home / "keys" / "root.sm2.pem").key_id
            command = ["pg_dump", "-h", str(cluster.folder), "-U", cluster.user, "--no-owner", name]
            text = subprocess.run(command, check=True, capture_output=True).stdout
            # Later minor releases guard their dumps with a command that earlier ones don't know.
            lines = text.splitlines(keepends=True)
            text = b"".join(line for line in lines if not line.startswith((b"\\restrict", b"\\unrestrict")))
            (folder / "first_release.postgresql.sql.gz").write_bytes(gzip.compress(text, 9, mtime=0))
        finally:
            cluster.stop()
    (folder / "first_release.json").write_text(json.dumps(known, ensure_ascii=False, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
