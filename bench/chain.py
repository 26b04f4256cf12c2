"""Facts recorded and sealed, and an evidence file verified, against plain SM3 of 300-byte records."""

from __future__ import annotations

import hashlib
import statistics
from collections.abc import Iterable
from datetime import timedelta
from functools import partial
from pathlib import Path

from bench.figures import Figure, time_of
from bench.world import settle_in, temporary_installation
from yunqi.store.chain import seal_contract
from yunqi.store.export import export_evidence
from yunqi.store.facts import NewFact, record_facts
from yunqi.store.verify import verify_file

RECORDS = 50_000
RECORD_BYTES = 300
BATCH = 1_000
TURNS = 3


def measure() -> Iterable[Figure]:
    """Records a second of each step."""
    with temporary_installation(engine="fake") as installation:
        contract_id = settle_in(installation).contract_id
        begun_at = installation.clock.now()

        def append(turn: int) -> None:
            for start in range(0, RECORDS, BATCH):
                facts = [
                    NewFact(
                        contract_id,
                        "outage.started",
                        f"srv-{number % 97:05d}",
                        begun_at + timedelta(milliseconds=number),
                        {"object": f"srv-{number % 97:05d}", "turn": turn, "number": number, "note": "无应答"},
                    )
                    for number in range(start, start + BATCH)
                ]
                with installation.database.write() as connection:
                    record_facts(connection, facts, now=begun_at)
            assert seal_contract(installation.database, contract_id, now=begun_at) >= RECORDS

        path = Path(installation.settings.home) / "evidence.jsonl"
        appends, exports, verifies, plain = [], [], [], []
        for turn in range(TURNS):
            appends.append(RECORDS / time_of(partial(append, turn)))
            exports.append(
                (turn + 1) * RECORDS / time_of(lambda: export_evidence(installation.database, contract_id, path))
            )
            verifies.append((turn + 1) * RECORDS / time_of(lambda: verify(path)))
            plain.append(RECORDS / time_of(chain_plainly))
    plain_rate = statistics.median(plain)
    against = f"plain SM3 chain of {RECORD_BYTES}-byte records, {plain_rate:,.0f}/s"
    for name, rates, aim in (
        ("chain: facts recorded and sealed", appends, "≥ 0.02×"),
        ("chain: evidence exported", exports, "–"),
        ("chain: evidence verified", verifies, "≥ 0.1×"),
    ):
        rate = statistics.median(rates)
        yield Figure(name, rate, "records/s", against, rate / plain_rate, aim)


def verify(path: Path) -> None:
    """Verifies the file, which must pass."""
    assert verify_file(path).passed


def chain_plainly() -> None:
    """The limit: each record's digest with the one before it, and nothing else."""
    record, previous = b"x" * (RECORD_BYTES - 64), b"0" * 64
    for _number in range(RECORDS):
        previous = hashlib.new("sm3", record + previous).hexdigest().encode()
