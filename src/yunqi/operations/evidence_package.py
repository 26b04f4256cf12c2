"""The evidence of a contract as one package that somebody else can check and work out again, without Yunqi.

A ZIP: the evidence file, the signed contract, the registers, the statements, the independent program as one file, and
a list of all of them with their hashes, signed by the installation's key.
"""

from __future__ import annotations

import tempfile
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from yunqi.kernel.calendar import WorkCalendar
from yunqi.kernel.clock import render_instant
from yunqi.kernel.words import _
from yunqi.operations.installation import Installation
from yunqi.operations.keys import open_key
from yunqi.operations.refunds import list_refunds
from yunqi.operations.verifier_file import NAME, render_verifier
from yunqi.store.checks import sm3_of_file
from yunqi.store.contracts import require_contract
from yunqi.store.export import render_evidence
from yunqi.store.records import ENCODING_ERRORS
from yunqi.store.registers import read_registers, read_statement_rows
from yunqi.store.types import canonical_json

FORMAT = "yunqi-package-1"
_EPOCH = (1980, 1, 1, 0, 0, 0)


def export_package(
    installation: Installation, contract: str, path: Path, *, on_line: Callable[[int], None] | None = None
) -> Path:
    """Writes the package, whole or not at all; returns its path. `on_line` is told how many records are written."""
    key = open_key(installation)
    with installation.database.read() as connection:
        found = require_contract(connection, contract)
    with tempfile.TemporaryDirectory(prefix="yunqi-") as name:
        folder = Path(name)
        # One transaction: no statement is closed between the facts and the registers.
        with installation.database.read() as connection, (folder / "evidence.jsonl").open("wb") as file:
            for count, line in enumerate(render_evidence(connection, found.id), 1):
                file.write(line.encode(errors=ENCODING_ERRORS) + b"\n")
                if on_line is not None:
                    on_line(count)
            registers = read_registers(connection, found)
            registers["refunds"] = list_refunds(installation, connection, found)
            statements = read_statement_rows(connection, found.id)
        registers["calendar"] = _calendar(installation.calendar)
        (folder / "contract.json").write_text(canonical_json(dict(found.data)), "utf-8")
        (folder / "registers.json").write_text(canonical_json(registers), "utf-8")
        (folder / "statements.json").write_text(canonical_json(statements), "utf-8")
        (folder / NAME).write_bytes(render_verifier())
        (folder / "README.txt").write_text(_read_me(found.number or found.id, key.key_id), "utf-8")
        listed: Mapping[str, Any] = {
            "format": FORMAT,
            "contract": found.id,
            "made_at": render_instant(installation.clock.now()),
            "key_id": key.key_id,
            "public_key": key.public_key,
            "files": {one.name: sm3_of_file(one) for one in sorted(folder.iterdir())},
        }
        signed = {"data": listed, "signature": key.sign(canonical_json(listed))}
        (folder / "manifest.json").write_text(canonical_json(signed), "utf-8")
        _write_zip(folder, path)
    return path


def _write_zip(folder: Path, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(path.name + ".part")
    try:
        with zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED) as archive:
            for one in sorted(folder.iterdir()):
                entry = zipfile.ZipInfo(one.name, _EPOCH)
                entry.compress_type = zipfile.ZIP_DEFLATED
                with archive.open(entry, "w", force_zip64=True) as target, one.open("rb") as source:
                    while block := source.read(1 << 20):
                        target.write(block)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def _calendar(calendar: WorkCalendar) -> list[dict[str, Any]]:
    return [
        {
            "year": one.year,
            "notice": one.notice,
            "days_off": sorted(day.isoformat() for day in one.days_off),
            "days_on": sorted(day.isoformat() for day in one.days_on),
        }
        for one in calendar.notices
    ]


def _read_me(number: str, key_id: str) -> str:
    lines = (
        _("合同 {number} 的证据导出包", number=number),
        "",
        _("evidence.jsonl：全部事实、原始探测结果、判定日与签名日根；contract.json：双方签署的合同数据；"),
        _("registers.json：约定、系统、占用、工作日等登记；statements.json：历次结算单；"),
        _("manifest.json：以上各文件的 SM3 摘要及签名；rederive.py：独立核验与复算程序。"),
        "",
        _("在任何装有 Python 3.11 以上的电脑上（无需联网）："),
        f"    python rederive.py {_('导出包')}.zip --key {key_id}",
        _("密钥编号请另行向管理单位核对，不要只取自本文件。退出码：0 全部相符，1 有不对之处，2 无法核验。"),
    )
    return "\n".join(lines) + "\n"
