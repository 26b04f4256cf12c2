"""The exported package: its files against its signed list, and what each of them must agree with in the chain."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .chain import ChainReader, Ledger
from .digests import canonical, new_sm3, signature_is_right, sm3
from .findings import Findings, UnreadableError

FORMAT = "yunqi-package-1"
REGISTERS = "yunqi-registers-1"
EVIDENCE, CONTRACT, REGISTER_FILE, STATEMENTS, LIST = (
    "evidence.jsonl", "contract.json", "registers.json", "statements.json", "manifest.json",
)  # fmt: skip
Data = Mapping[str, Any]


@dataclass(frozen=True)
class Package:
    """What an export holds."""

    ledger: Ledger
    contract: Data
    registers: Data
    statements: list[Data]
    made_at: str


def open_package(path: Path, found: Findings, roots: Mapping[str, str], trusted: frozenset[str]) -> Package:
    """Reads an export and checks it as a whole; raises `UnreadableError`."""
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
            if len(set(names)) != len(names):
                raise UnreadableError("导出包中有重名的文件")
            missing = [name for name in (EVIDENCE, CONTRACT, REGISTER_FILE, STATEMENTS, LIST) if name not in names]
            if missing:
                raise UnreadableError(f"导出包缺少文件：{'、'.join(missing)}")
            listed = json.loads(archive.read(LIST))
            made_at = _check_list(archive, listed, found, trusted)
            with archive.open(EVIDENCE) as file:
                ledger = ChainReader(found, roots, trusted).read(file)
            contract, registers, statements = (
                json.loads(archive.read(name)) for name in (CONTRACT, REGISTER_FILE, STATEMENTS)
            )
    except (OSError, zipfile.BadZipFile, ValueError, KeyError, TypeError, AttributeError) as error:
        raise UnreadableError(f"导出包无法读取：{error}") from error
    if registers.get("format") != REGISTERS:
        raise UnreadableError(f"登记数据的格式「{registers.get('format')}」无法识别")
    package = Package(ledger, contract, registers, statements, made_at)
    if listed["data"]["key_id"] not in ledger.keys and ledger.keys:
        found.note("package.other_key", LIST, "打包签名所用的密钥未签署过日根，请向管理单位核对")
    _check_against_chain(package, found)
    return package


def _check_list(archive: zipfile.ZipFile, listed: Any, found: Findings, trusted: frozenset[str]) -> str:
    data = listed["data"]
    if data["format"] != FORMAT:
        raise UnreadableError(f"导出包的格式「{data['format']}」无法识别")
    if sm3(bytes.fromhex(data["public_key"])) != data["key_id"]:
        found.blame("package.key", LIST, "密钥编号与公钥不符")
    if trusted and data["key_id"] not in trusted:
        found.blame("package.untrusted_key", LIST, "打包签名所用的密钥不是您所信任的")
    if not signature_is_right(data["public_key"], listed["signature"], canonical(data)):
        found.blame("package.signature", LIST, "打包签名不对")
    for name in archive.namelist():
        if name == LIST:
            continue
        running = new_sm3()
        with archive.open(name) as file:
            while block := file.read(1 << 20):
                running.update(block)
        if data["files"].get(name) != running.hexdigest():
            found.blame("package.changed", name, "文件不是打包时的那一个")
    for name in set(data["files"]) - set(archive.namelist()):
        found.blame("package.missing", name, "打包时有，现在没有")
    return str(data["made_at"])


def _check_against_chain(package: Package, found: Findings) -> None:
    ledger = package.ledger
    if package.registers["contract"] != ledger.contract:
        found.blame("package.contract", REGISTER_FILE, "登记数据属于另一份合同")
    said = {one["payload"]["data_sm3"] for one in ledger.of_kind("contract.signed")}
    if not said:
        found.note("contract.unsigned", CONTRACT, "链中没有合同的签署")
    elif said != {sm3(canonical(package.contract))}:
        found.blame("contract.changed", CONTRACT, "合同数据不是双方所签的那一份")
    _check_statements(package, found)
    _check_readings(package, found)
    _check_draws(package, found)
    if package.registers["versions"]:
        found.note("contract.versions", REGISTER_FILE, "补充协议之后的合同数据由打包签名保证，未逐项核对其推算过程")


def statement_digest(data: Data) -> str:
    """The hash of a statement's content, as the chain has it."""
    return sm3(canonical({key: value for key, value in data.items() if key != "known_at"}))


def _check_statements(package: Package, found: Findings) -> None:
    facts = {one["payload"]["statement"]: one["payload"] for one in package.ledger.of_kind("statement.made")}
    for row in package.statements:
        place = f"statement {row['month']} v{row['version']}"
        fact = facts.pop(row["id"], None)
        if fact is None:
            found.blame("statement.unknown", place, "链中没有这张结算单")
        elif fact["sm3"] != statement_digest(row["data"]) or fact["month"] != row["month"]:
            found.blame("statement.changed", place, "结算单不是记入链时的那一张")
        if (row["data"]["month"], row["data"]["known_at"]) != (row["month"], row["known_at"]):
            found.blame("statement.head", place, "结算单的月份或截止时刻与登记不符")
    found.blame_all(
        "statement.missing",
        (f"statement {one['month']} {name}" for name, one in facts.items()),
        "导出包中没有这张结算单",
    )


def _check_readings(package: Package, found: Findings) -> None:
    facts = {one["payload"]["reading"]: one for one in package.ledger.of_kind("reading.recorded")}
    for row in package.registers["readings"]:
        fact = facts.pop(row["id"], None)
        place = f"reading {row['code']} {row['id']}"
        if fact is None:
            found.blame("reading.unknown", place, "链中没有这一约定")
            continue
        payload = fact["payload"]
        same = (fact["subject"], payload["value"], payload["agreement"], fact["at"])
        given = tuple(row[name] for name in ("valid_from", "valid_until") if name in payload)
        if same != (row["code"], row["value"], row["agreement"], row["recorded_at"]) or given != tuple(
            payload[name] for name in ("valid_from", "valid_until") if name in payload
        ):
            found.blame("reading.changed", place, "约定与链中所记不同")
    found.blame_all("reading.missing", (f"reading {name}" for name in facts), "链中有这一约定，登记中没有")


def _check_draws(package: Package, found: Findings) -> None:
    """Each draw of a resource began with an order or a change of it, and ended with a change or its end."""
    begun: dict[tuple[str, str], list[str]] = {}
    ended: dict[str, set[str]] = {}
    ordered: dict[tuple[str, str, str, str], int] = {}
    for one in package.ledger.facts:
        payload = one["payload"]
        if one["kind"] == "resource.ordered":
            for draw in payload["draws"]:
                key = (one["subject"], draw["item"], str(draw["quantity"]), str(draw.get("burst") or draw.get("line")))
                ordered[key] = ordered.get(key, 0) + 1
            begun.setdefault((one["subject"], "ordered"), []).append(one["at"])
        elif one["kind"] == "resource.adopted":  # taken in later than it began to be used
            for draw in payload["draws"]:
                key = (one["subject"], draw["item"], str(draw["quantity"]), str(draw["line"]))
                ordered[key] = ordered.get(key, 0) + 1
            begun.setdefault((one["subject"], "ordered"), []).append(payload["start_at"])
        elif one["kind"] == "resource.adoption_undone":
            ended.setdefault(one["subject"], set()).add(payload["start_at"])
        elif one["kind"] == "resource.changed":
            begun.setdefault((one["subject"], "changed"), []).append(one["at"])
            ended.setdefault(one["subject"], set()).add(one["at"])
        elif one["kind"] == "resource.gone":
            ended.setdefault(one["subject"], set()).add(one["at"])
    for row in package.registers["draws"]:
        place = f"draw {row['id']} {row['item']}"
        key = (row["resource"], row["item"], str(row["quantity"]), str(row["burst"] or row["line"]))
        if ordered.get(key):
            ordered[key] -= 1
            if row["start_at"] not in begun[row["resource"], "ordered"]:
                found.blame("draw.start", place, "占用的开始与订购的时间不同")
        elif row["start_at"] not in begun.get((row["resource"], "changed"), ()):
            found.blame("draw.unknown", place, "链中没有这一占用的订购或变更")
        if row["end_at"] is not None and row["kind"] == "span" and row["end_at"] not in ended.get(row["resource"], ()):
            found.blame("draw.end", place, "占用的结束与退订或变更的时间不同")
    left = (f"draw {' '.join(key)}" for key, count in ordered.items() for _one in range(count))
    found.blame_all("draw.missing", left, "链中有这一订购，登记中没有其占用")
