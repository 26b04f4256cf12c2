"""Evidence at the command line: taken in whole or not at all, sealed, handed out, checked by two programs."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from tests.kits.session import Session

from yunqi.kernel.clock import render_local
from yunqi.operations.settings import project_root

CHECKER = (project_root() or Path()) / "scripts" / "verify_evidence.py"
DAY = "2026-10-08"


def write(path: Path, head: str, *rows: str) -> Path:
    path.write_text("\n".join((head, *rows)) + "\n", "utf-8")
    return path


def results(path: Path, *rows: str) -> Path:
    return write(path, "object,probe,start,end,verdict", *rows)


GOOD = (
    f"platform,http,{DAY} 08:00:00,{DAY} 09:00:00,up",
    f"platform,http,{DAY} 09:00:00,{DAY} 09:10:00,down",
    f"platform,http,{DAY} 09:10:00,{DAY} 10:00:00,up",
)


def take(session: Session, path: Path, label: str = "监控甲", *words: str) -> tuple[object, ...]:
    return ("evidence", "import", session.number, path, "--label", label, *words)


def test_the_same_file_again_adds_nothing(signed: Session, tmp_path: Path) -> None:
    path = results(tmp_path / "a.csv", *GOOD)
    assert signed.run(*take(signed, path)) == "导入 3 条，已有 0 条\n"
    assert signed.run(*take(signed, path)) == "导入 0 条，已有 3 条\n"
    contrary = results(tmp_path / "b.csv", GOOD[0].replace("up", "down"))
    said = signed.refused("evidence.conflict", *take(signed, contrary))
    assert "platform" in said
    assert "监控甲" in said


def test_the_sample_files_again_add_nothing(settled: Session) -> None:
    paths = sorted((settled.home / "evidence").glob("*/*.csv"))
    assert [path.stem for path in paths] == ["incidents", "results", "usages"]
    facts = settled.run("evidence", "facts", settled.number, "--limit", "10000")
    for path in paths:
        assert settled.run(*take(settled, path, "样例监测数据", "--sample")).startswith("导入 0 条")
    assert settled.run("evidence", "facts", settled.number, "--limit", "10000") == facts


BAD_ROWS = {
    "time": f"platform,http,昨天,{DAY} 09:00:00,up",
    "first year": f"platform,http,0001-01-01 00:00:00,{DAY} 09:00:00,up",
    "order": f"platform,http,{DAY} 09:00:00,{DAY} 08:00:00,up",
    "verdict": f"platform,http,{DAY} 08:00:00,{DAY} 09:00:00,fine",
    "empty": f",http,{DAY} 08:00:00,{DAY} 09:00:00,up",
    "long": f"{'长' * 10_000},http,{DAY} 08:00:00,{DAY} 09:00:00,up",
    "control": f"plat\x1b[2Jform,http,{DAY} 08:00:00,{DAY} 09:00:00,up",
    "short": "platform",
    "twice": GOOD[0],
}


@pytest.mark.parametrize("kind", BAD_ROWS)
def test_one_bad_row_and_nothing_is_taken(signed: Session, tmp_path: Path, kind: str) -> None:
    before = signed.run("evidence", "facts", signed.number)
    result = signed.call(*take(signed, results(tmp_path / "bad.csv", *GOOD, BAD_ROWS[kind])))
    assert result.exit_code == 2, result.output
    assert "5" in result.stderr  # the line of the file
    assert "\x1b[2J" not in result.stderr
    assert len(result.stderr) < 2000
    assert signed.run("evidence", "facts", signed.number) == before
    assert signed.run(*take(signed, results(tmp_path / "good.csv", *GOOD))) == "导入 3 条，已有 0 条\n"


@pytest.mark.parametrize(
    "row",
    [
        f"1,1e999999999,{DAY} 00:00:00,{DAY} 09:00:00",
        f"1,-1,{DAY} 00:00:00,{DAY} 09:00:00",
        f"{'9' * 5000},1,{DAY} 00:00:00,{DAY} 09:00:00",
        f"99999,1,{DAY} 00:00:00,{DAY} 09:00:00",
        f"٣,1,{DAY} 00:00:00,{DAY} 09:00:00",
    ],
)
def test_usage_of_no_line_or_no_number_is_refused(signed: Session, tmp_path: Path, row: str) -> None:
    path = write(tmp_path / "u.csv", "line,quantity,start,end", row)
    assert signed.call(*take(signed, path)).exit_code == 2
    assert "usage" not in signed.run("evidence", "facts", signed.number)


@pytest.mark.parametrize("content", [b"", b"\xff\xfe\x00\x00", b"a,b\n1,2\n", b"object,start\n", bytes(5000)])
def test_what_is_no_table_is_refused(signed: Session, tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "x.csv"
    path.write_bytes(content)
    result = signed.call(*take(signed, path))
    assert result.exit_code == 2, result.output
    assert result.stderr.rstrip().endswith("]")


@pytest.fixture(scope="module")
def bundle(signed_template: Session, tmp_path_factory: pytest.TempPathFactory) -> tuple[Session, Path]:
    """A day of evidence, closed and signed, handed out as a file."""
    folder = tmp_path_factory.mktemp("bundle")
    session = signed_template.copy(folder / "home")
    session.run(*take(session, results(folder / "a.csv", *GOOD)))
    assert "未封存 0 条" in session.run("evidence", "seal", session.number)
    today = render_local(session.clock.at)[:10]
    session.refused("evidence.day_not_over", "evidence", "close-day", session.number, today)
    session.clock.advance(timedelta(days=1))
    said = session.run("evidence", "close-day", session.number, today)
    assert re.search(rf"{today} 的根：[0-9a-f]{{64}}，", said)
    path = folder / "evidence.jsonl"
    assert session.run("evidence", "export", session.number, path).strip() == str(path)
    return session, path


def check(path: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, str(CHECKER), str(path)], capture_output=True, text=True, check=False)


def test_what_is_handed_out_is_right_by_both_programs(bundle: tuple[Session, Path]) -> None:
    session, path = bundle
    assert "✓ 核验通过" in session.run("evidence", "verify", path)
    assert "✓ 核验通过" in session.run("evidence", "verify", session.number)
    done = check(path)
    assert done.returncode == 0, done.stdout
    assert "RIGHT" in done.stdout


@pytest.mark.parametrize("kind", ["fact", "result", "verdict", "root"])
def test_one_changed_byte_names_its_record(bundle: tuple[Session, Path], tmp_path: Path, kind: str) -> None:
    session, path = bundle
    lines = path.read_bytes().splitlines(keepends=True)
    place = next(number for number, line in enumerate(lines) if json.loads(line).get("type", "") == kind)
    line = lines[place]
    digit = re.search(rb"2026-(\d)", line)
    assert digit is not None
    at = digit.start(1)
    lines[place] = line[:at] + (b"0" if line[at : at + 1] != b"0" else b"1") + line[at + 1 :]
    hurt = tmp_path / "hurt.jsonl"
    hurt.write_bytes(b"".join(lines))
    result = session.call("evidence", "verify", hurt)
    assert result.exit_code == 1, result.output
    assert "✗" in result.output
    named = re.search(rb"fct-[0-9a-z]{26}", line)
    if kind == "fact":
        assert named is not None
        assert named[0].decode() in result.output
    done = check(hurt)
    assert done.returncode == 1, done.stdout
    assert "WRONG" in done.stdout


def test_a_missing_record_is_missed(bundle: tuple[Session, Path], tmp_path: Path) -> None:
    session, path = bundle
    lines = path.read_bytes().splitlines(keepends=True)
    for place in (1, len(lines) // 2, len(lines) - 1):
        hurt = tmp_path / f"hurt-{place}.jsonl"
        hurt.write_bytes(b"".join(lines[:place] + lines[place + 1 :]))
        assert session.call("evidence", "verify", hurt).exit_code == 1
        assert check(hurt).returncode == 1


def test_an_exclusion_is_kept_with_who_approved_it(signed: Session) -> None:
    span = ("--from", f"{DAY} 01:00", "--until", f"{DAY} 03:00", "--clause", "第三条 9", "--reason", "割接")
    both = ("--as", signed.side.approver, "--second", signed.side.lead)
    assert "已记录" in signed.run("evidence", "exclude", signed.number, *span, *both)
    listed = signed.run("evidence", "exclusions", signed.number)
    assert "割接" in listed
    assert "林知远" in listed
    swapped = ("--from", f"{DAY} 03:00", "--until", f"{DAY} 01:00", *span[4:])
    assert signed.call("evidence", "exclude", signed.number, *swapped, *both).exit_code == 2
    signed.refused("person.unknown", "evidence", "exclude", signed.number, *span, "--as", "无此人")
    asked = signed.run("evidence", "exclude", signed.number, *span, "--as", signed.side.operator)
    number = re.findall(r"prp-[0-9a-z]{26}", asked)[0]
    assert number in signed.run("proposal", "list", "--mine", "--as", signed.side.approver)
    assert "已同意" in signed.run("proposal", "agree", number, "--as", signed.side.approver)
