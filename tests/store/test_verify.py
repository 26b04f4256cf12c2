from __future__ import annotations

import hashlib
import json
import multiprocessing
import random
import shutil
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, text
from tests.kits.evidence import AFTER, DAY, NOON, build_evidence, fill
from tests.kits.world import build_world, make_data

from yunqi.kernel.errors import Problem
from yunqi.store.audit import verify_database, verify_evidence
from yunqi.store.chain import close_day, seal_contract
from yunqi.store.database import Database, open_database
from yunqi.store.export import export_evidence
from yunqi.store.signing import SigningKey, load_signing_key, verify_signature
from yunqi.store.tables import chain, fact
from yunqi.store.verify import VerifyReport, verify_file, verify_lines

SCRIPT = Path(__file__).parents[2] / "scripts" / "verify_evidence.py"


@pytest.fixture
def filled(database: Database, signing_key: SigningKey) -> tuple[Database, str]:
    """A database with evidence, and the contract's id."""
    return database, build_evidence(database, signing_key)


def test_evidence_as_it_was_written_is_right(filled: tuple[Database, str], tmp_path: Path) -> None:
    database, contract = filled
    path = tmp_path / "evidence.jsonl"
    export_evidence(database, contract, path)
    for report in (verify_database(database, contract), verify_file(path), *verify_evidence(path)):
        assert report.findings == []
        assert (report.roots, report.verdict_days, report.results, report.unsealed) == (2, 2, 80, 1)
        assert report.unsigned == 2
    assert _run_script(path) == (0, [])
    assert _is_small(database, contract, tmp_path)


def _is_small(database: Database, contract: str, folder: Path) -> bool:
    path = folder / "small.jsonl"
    export_evidence(database, contract, path, with_results=False)
    report = verify_file(path)
    return report.findings == [] and report.results == 0 and _run_script(path) == (0, [])


def _run_script(path: Path, *arguments: str) -> tuple[int, list[str]]:
    command = [sys.executable, "-I", str(SCRIPT), str(path), *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert done.stderr == ""
    return done.returncode, done.stdout.splitlines()[:-1]


@pytest.fixture(scope="module")
def bundle(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory, signing_key: SigningKey) -> bytes:
    """A small evidence file with every kind of line."""
    folder = tmp_path_factory.mktemp("bundle")
    shutil.copy(sqlite_template, folder / "yunqi.db")
    database = open_database(f"sqlite:///{folder / 'yunqi.db'}")
    contract = build_world(database).contract
    fill(database, contract, DAY, 2)
    close_day(database, contract, DAY, key=signing_key, now=AFTER)
    fill(database, contract, DAY + timedelta(days=2), 1)
    export_evidence(database, contract, folder / "evidence.jsonl")
    database.close()
    return (folder / "evidence.jsonl").read_bytes()


def _verify(content: bytes, folder: Path, **more: Any) -> VerifyReport:
    path = folder / "copy.jsonl"
    path.write_bytes(content)
    return verify_file(path, **more)


def test_any_changed_byte_is_found_and_the_record_named(bundle: bytes) -> None:
    """Anywhere in the file: a bit, a digit, upper case, a space, a newline; and every byte of a root and its key."""
    random.seed(7)
    lines = bundle.splitlines(keepends=True)
    starts = [sum(len(line) for line in lines[:number]) for number in range(len(lines))]
    places = set(random.sample(range(len(bundle)), 600))
    for number, line in enumerate(lines):
        if line.endswith((b'"root"}\n', b'"key"}\n')):
            places |= set(range(starts[number], starts[number] + len(line)))
    for at in sorted(places):
        old = bundle[at]
        new = random.choice([old ^ 1, old ^ 0x20, old ^ 0x80, 0x20, 0x0A, 0x30 + (old + 1) % 10])
        if new == old:
            new = old ^ 2
        changed = bundle[:at] + bytes([new]) + bundle[at + 1 :]
        findings = verify_lines(changed.splitlines(keepends=True)).findings
        number = sum(start <= at for start in starts)
        assert number in {finding.line for finding in findings}, (at, number, f"{old:#x} -> {new:#x}", findings)


def test_any_changed_byte_is_found_by_the_independent_program_too(bundle: bytes, tmp_path: Path) -> None:
    random.seed(8)
    program = _load_script()
    for _ in range(600):
        at = random.randrange(len(bundle))
        new = random.choice([bundle[at] ^ 1 << random.randrange(8), random.randrange(256)])
        if new == bundle[at]:
            continue
        check = program.Check({}, set())
        for line in (bundle[:at] + bytes([new]) + bundle[at + 1 :]).splitlines(keepends=True):
            check.take(line)
        check.finish()
        assert check.wrong, f"byte {at}: {bundle[at]:#x} -> {new:#x}"


def _load_script() -> Any:
    import importlib.util

    spec = importlib.util.spec_from_file_location("verify_evidence", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    module.signature_is_right = _remember(module.signature_is_right)
    return module


def _remember(asked: Any) -> Any:
    """Each question goes to openssl once: the same signature over the same root comes up at every flip elsewhere."""
    known: dict[Any, bool] = {}

    def ask(*arguments: Any) -> bool:
        if arguments not in known:
            known[arguments] = asked(*arguments)
        return known[arguments]

    return ask


def test_a_cut_moved_added_or_missing_line_is_found_by_both(bundle: bytes, tmp_path: Path) -> None:
    lines = bundle.splitlines(keepends=True)
    changes: dict[str, list[bytes]] = {"cut": lines[:-1], "twice": [*lines, lines[-1]]}
    for at in range(len(lines)):
        changes[f"without {at}"] = lines[:at] + lines[at + 1 :]
        changes[f"doubled {at}"] = lines[: at + 1] + lines[at:]
    for at in range(len(lines) - 1):
        changes[f"swapped {at}"] = [*lines[:at], lines[at + 1], lines[at], *lines[at + 2 :]]
    program = _load_script()
    for name, changed in changes.items():
        assert _verify(b"".join(changed), tmp_path).findings, name
        check = program.Check({}, set())
        for line in changed:
            check.take(line)
        check.finish()
        assert check.wrong, name


def _rewrite(bundle: bytes, change: Any) -> bytes:
    """The file as a forger would leave it, who can compute every hash but has no key."""
    lines = [json.loads(line) for line in bundle.splitlines()]
    change(lines)
    previous = next(line["data"]["genesis"] for line in lines if line["type"] == "bundle")
    whole = hashlib.new("sm3")
    out = []
    for line in lines:
        data = line["data"]
        if line["type"] == "fact":
            data["previous"] = previous
        if line["type"] == "root":
            data["chain_sm3"] = previous
        if line["type"] == "end":
            data["lines_sm3"] = whole.hexdigest()
        line["sm3"] = hashlib.new("sm3", _canonical(data)).hexdigest()
        if line["type"] == "fact":
            previous = line["sm3"]
        out.append(_canonical(line) + b"\n")
        whole.update(out[-1])
    return b"".join(out)


def _canonical(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


@pytest.mark.parametrize("kind", ["fact", "verdict", "result", "root"])
def test_a_forger_without_the_key_is_found_out(bundle: bytes, tmp_path: Path, kind: str) -> None:
    fields = {
        "fact": ("subject", "别处"),
        "verdict": ("probes", 999),
        "result": ("verdict", "up"),
        "root": ("day", "2026-03-01"),
    }

    def change(lines: list[dict[str, Any]]) -> None:
        field, value = fields[kind]
        one = next(line for line in lines if line["type"] == kind and line["data"][field] != value)
        one["data"][field] = value

    forged = _rewrite(bundle, change)
    report = _verify(forged, tmp_path)
    assert {finding.code for finding in report.findings} & {"root.signature", "root.verdicts", "verdict.results"}
    (tmp_path / "forged.jsonl").write_bytes(forged)
    code, said = _run_script(tmp_path / "forged.jsonl")
    assert (code, bool(said)) == (1, True)


def test_a_file_rewritten_with_another_key_needs_a_root_from_elsewhere(
    bundle: bytes, tmp_path: Path, signing_key: SigningKey
) -> None:
    good = _verify(bundle, tmp_path)
    assert good.last_root_sm3 is not None
    held = {DAY.isoformat(): good.last_root_sm3}
    forger = load_signing_key(tmp_path / "forger.pem")

    def change(lines: list[dict[str, Any]]) -> None:
        for line in lines:
            if line["type"] == "fact":
                line["data"]["subject"] = "别处"
            if line["type"] == "key":
                line["data"] = {"key_id": forger.key_id, "public_key": forger.public_key}
            if line["type"] == "root":
                line["data"]["key_id"] = forger.key_id

    forged = [json.loads(line) for line in _rewrite(bundle, change).splitlines()]
    for line in forged:
        if line["type"] == "root":
            line["signature"] = forger.sign(_canonical(line["data"]).decode())
    resigned = _rewrite(b"".join(_canonical(line) + b"\n" for line in forged), lambda _lines: None)
    path = tmp_path / "resigned.jsonl"
    path.write_bytes(resigned)
    assert verify_file(path).findings == []
    assert [one.code for one in verify_file(path, expected_roots=held).findings] == ["root.expected"]
    assert [one.code for one in verify_file(path, trusted_keys=frozenset({signing_key.key_id})).findings] == [
        "key.untrusted"
    ]
    assert _run_script(path)[0] == 0
    assert _run_script(path, "--root", f"{DAY}={good.last_root_sm3}")[0] == 1
    assert _run_script(path, "--key", signing_key.key_id)[0] == 1
    missing = _verify(bundle, tmp_path, expected_roots={"2026-01-01": "0" * 64})
    assert [one.code for one in missing.findings] == ["root.missing"]


CHANGES = [
    ("UPDATE fact SET payload = replace(payload, '3', '4') WHERE key = '2026-03-02/3'", "fact.changed"),
    ("UPDATE fact SET at = replace(at, '2026', '2025') WHERE key = '2026-03-02/3'", "fact.changed"),
    ("UPDATE fact SET subject = 'x' WHERE key = '2026-03-02/3'", "fact.changed"),
    ("UPDATE fact SET kind = 'x' WHERE key = '2026-03-02/3'", "fact.changed"),
    ("UPDATE fact SET origin = 'x' WHERE key = '2026-03-02/3'", "fact.changed"),
    ("UPDATE fact SET recorded_at = '2026' WHERE key = '2026-03-02/3'", "fact.changed"),
    ("UPDATE fact SET id = 'x' WHERE key = '2026-03-02/3'", "fact.changed"),
    ("UPDATE fact SET sample = NOT sample WHERE key = '2026-03-02/3'", "fact.changed"),
    ("UPDATE fact SET key = 'x' WHERE key = '2026-03-02/3'", "fact.changed"),
    ("UPDATE chain SET sm3 = replace(sm3, 'a', 'b') WHERE position = 4", "fact.changed"),
    ("UPDATE chain SET previous = replace(previous, 'a', 'b') WHERE position = 4", "fact.changed"),
    ("UPDATE chain SET sealed_at = '2026' WHERE position = 4", "fact.changed"),
    ("UPDATE chain SET position = 99 WHERE position = 4", "fact.position"),
    ("DELETE FROM chain WHERE position = 4", "fact.position"),
    ("DELETE FROM fact_pending", "fact.unchained"),
    ("INSERT INTO fact_pending SELECT contract_id, fact_no FROM chain WHERE position = 4", "fact.twice"),
    ("UPDATE verdict_day SET spans = replace(spans, 'down', 'up') WHERE day = '2026-03-02'", "verdict.changed"),
    ("UPDATE verdict_day SET probes = 21 WHERE day = '2026-03-02'", "verdict.changed"),
    ("UPDATE verdict_day SET sealed_on = '2026-03-03' WHERE day = '2026-03-02'", "verdict.changed"),
    ("DELETE FROM verdict_day WHERE day = '2026-03-02'", "root.verdicts"),
    ("UPDATE probe_result SET verdict = 'up' WHERE verdict = 'down'", "verdict.results"),
    ("UPDATE probe_result SET detail = '201' WHERE at LIKE '2026-03-01T16:05%'", "verdict.results"),
    ("UPDATE day_root SET signature = replace(signature, '3', '4')", "root.signature"),
    ("UPDATE day_root SET signature = upper(signature)", "line.form"),
    ("UPDATE day_root SET closed_at = '2026'", "root.changed"),
    ("DELETE FROM day_root WHERE day = '2026-03-02'", "root.link"),
    ("UPDATE signing_key SET public_key = replace(public_key, '3', '4')", "key.changed"),
    ("UPDATE document SET sm3 = replace(sm3, '3', '4')", "document.changed"),
    ("UPDATE contract SET data = replace(data, '12', '13')", "contract.changed"),
]


@pytest.mark.parametrize(("change", "code"), CHANGES)
def test_a_change_in_the_database_is_found_and_named(filled: tuple[Database, str], change: str, code: str) -> None:
    database, contract = filled
    with database.write() as connection:
        if not database.is_sqlite:
            connection.execute(text("SET LOCAL session_replication_role = replica"))
        named = connection.execute(
            select(fact.c.id, chain.c.position)
            .join(chain, chain.c.fact_no == fact.c.no)
            .where(fact.c.key == "2026-03-02/3")
        ).one()
        connection.execute(text(change))
    report = verify_database(database, contract)
    found = next((one for one in report.findings if one.code == code), None)
    assert found is not None, report.findings
    if "2026-03-02/3" in change:
        assert found.position == named.position
        assert found.fact in {named.id, "x"}


def test_a_byte_flipped_in_the_file_of_a_copied_database_is_found(
    sqlite_database: Database, signing_key: SigningKey, tmp_path: Path
) -> None:
    contract = build_world(sqlite_database).contract
    fill(sqlite_database, contract)
    close_day(sqlite_database, contract, DAY, key=signing_key, now=AFTER)
    url = Path(sqlite_database.url.removeprefix("sqlite:///"))
    with sqlite_database.write() as connection:
        names = [row[0] for row in connection.execute(text("SELECT sm3 FROM chain"))]
    sqlite_database.close()
    with sqlite_database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("ROLLBACK")
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    sqlite_database.close()
    content = bytearray(url.read_bytes())
    for value, new in (("换行", 0xFF), ("2026-03-02/3", 0x39), (names[2], 0x7A)):
        copy = bytearray(content)
        at = content.rfind(value.encode())
        assert at > 0
        copy[at] = new
        path = tmp_path / "copy.db"
        path.write_bytes(copy)
        for suffix in ("-wal", "-shm"):
            path.with_name(path.name + suffix).unlink(missing_ok=True)
        reports = verify_evidence(path)
        assert any(not report.passed for report in reports), value


def test_sealed_twice_from_two_processes(filled: tuple[Database, str]) -> None:
    database, contract = filled
    fill(database, contract, DAY + timedelta(days=5), 200)
    context = multiprocessing.get_context("spawn")
    workers = [context.Process(target=_seal_apart, args=(database.url, contract)) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(60)
    assert [worker.exitcode for worker in workers] == [0, 0]
    report = verify_database(database, contract)
    assert (report.findings, report.unsealed) == ([], 0)


def _seal_apart(url: str, contract: str) -> None:
    seal_contract(open_database(url), contract, now=NOON)


def test_the_key_is_a_file_of_its_own_that_nobody_else_may_read(tmp_path: Path) -> None:
    path = tmp_path / "keys" / "root.pem"
    key = load_signing_key(path)
    assert path.stat().st_mode & 0o777 == 0o600
    assert load_signing_key(path).key_id == key.key_id
    assert key.key_id == hashlib.new("sm3", bytes.fromhex(key.public_key)).hexdigest()
    signature = key.sign("日根")
    assert verify_signature(key.public_key, signature, "日根")
    for public_key, given, words in (
        (key.public_key, signature, "日报"),
        (key.public_key, signature.upper(), "日根"),
        (key.public_key, signature[:-2], "日根"),
        (key.public_key, signature + "00", "日根"),
        (key.public_key, "", "日根"),
        (load_signing_key(tmp_path / "other.pem").public_key, signature, "日根"),
    ):
        assert not verify_signature(public_key, given, words)
    path.chmod(0o644)
    with pytest.raises(Problem) as caught:
        load_signing_key(path)
    assert caught.value.code == "key.exposed"
    path.write_text("no key")
    path.chmod(0o600)
    with pytest.raises(Problem) as caught:
        load_signing_key(path)
    assert caught.value.code == "key.unreadable"


def test_evidence_of_two_contracts_stays_apart(database: Database, signing_key: SigningKey, tmp_path: Path) -> None:
    first = build_world(database).contract
    data = make_data("SX-2026-002")
    data["parties"] = {"using_unit": "云州市水务局", "provider": "别家云服务有限公司"}
    second = build_world(database, data, b"other").contract
    for contract in (first, second):
        fill(database, contract)
        close_day(database, contract, DAY, key=signing_key, now=AFTER)
    reports = verify_evidence(database)
    assert {report.contract for report in reports} == {first, second}
    assert all(report.passed for report in reports)
    with database.write() as connection:
        connection.execute(
            text("UPDATE fact SET subject = 'x' WHERE contract_id = :c AND kind = 'outage'"), {"c": second}
        )
    assert [report.passed for report in (verify_database(database, one) for one in (first, second))] == [True, False]
