"""What an erase certificate shows: what was destroyed, how, what was read back, who approved it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from yunqi.kernel.errors import Problem
from yunqi.reports import figures, words

_GROUP = 8


class _Erasure(BaseModel):
    """What an engine reports of one erased volume."""

    model_config = ConfigDict(frozen=True)

    volume: str
    medium: str
    method: str
    size_bytes: int = Field(ge=0)
    bytes_overwritten: int = Field(ge=0)
    bytes_read_back: int = Field(ge=0)
    nonzero_found: int = Field(ge=0)
    sm3: str


class _Certificate(BaseModel):
    """The data of a certificate: ids and names as texts, instants with their zone."""

    model_config = ConfigDict(frozen=True)

    number: str
    issued_at: str
    contract: dict[str, Any]
    resource: dict[str, Any]
    erasures: tuple[_Erasure, ...] = Field(min_length=1)
    requested_by: str
    requested_at: str
    approved_by: str
    approved_at: str | None = None
    operator: str
    erased_at: str
    facts: tuple[str, ...] = ()


def gather(data: Mapping[str, Any]) -> dict[str, Any]:
    """The words and figures of the certificate; raises `Problem` report.data naming the field."""
    try:
        certificate = _Certificate.model_validate(data)
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(str(part) for part in first["loc"])
        raise Problem(
            "report.data",
            "擦除证明的字段「{name}」缺失或无法识别：{reason}",
            field=field,
            name=field,
            reason=first["msg"],
            way_out="请从已完成的擦除记录生成证明",
        ) from error
    contract, resource = certificate.contract, certificate.resource
    clean = all(item.nonzero_found == 0 for item in certificate.erasures)
    whole = all(item.bytes_read_back >= item.bytes_overwritten for item in certificate.erasures)
    return {
        "title": "数据擦除证明",
        "made_at": certificate.issued_at,
        "number": certificate.number,
        "clean": clean and whole,
        "verdict": _verdict(clean=clean, whole=whole),
        "facts": [
            ["合同", f"{contract.get('number') or figures.NONE}　{contract.get('title') or ''}".strip()],
            ["使用单位（甲方）", str(contract.get("using_unit") or figures.NONE)],
            ["云服务商（乙方）", str(contract.get("provider") or figures.NONE)],
            ["资源", f"{resource.get('name') or figures.NONE}（{resource.get('id') or figures.NONE}）"],
            ["信息系统", str(resource.get("system") or figures.NONE)],
            ["申请", f"{certificate.requested_by}，{figures.local(certificate.requested_at)}"],
            ["批准", "，".join([certificate.approved_by, *_instants(certificate.approved_at)])],
            ["执行", certificate.operator],
            ["擦除完成", figures.local(certificate.erased_at)],
            ["签发", figures.local(certificate.issued_at)],
            ["证据链事实", "、".join(certificate.facts) or figures.NONE],
        ],
        "erasures": [_view(item) for item in certificate.erasures],
        "signatures": [str(contract.get("provider") or figures.NONE), str(contract.get("using_unit") or figures.NONE)],
    }


def _verdict(*, clean: bool, whole: bool) -> str:
    if not clean:
        return "回读核验未通过：仍读到非零数据，不得视为已擦除"
    if not whole:
        return "回读核验未通过：回读的字节少于覆写的字节，不得视为已擦除"
    return "回读核验通过：回读的数据全部为零"


def _instants(instant: str | None) -> list[str]:
    return [figures.local(instant)] if instant else []


def _view(item: _Erasure) -> dict[str, Any]:
    return {
        "volume": item.volume,
        "rows": [
            ["介质", words.medium_word(item.medium)],
            ["方法", f"{words.erase_method_word(item.method)}　{item.method}"],
            ["卷容量", _bytes(item.size_bytes)],
            ["覆写", _bytes(item.bytes_overwritten)],
            ["回读", _bytes(item.bytes_read_back)],
            ["回读到的非零字节", f"{item.nonzero_found:,}"],
            ["回读内容的 SM3", " ".join(item.sm3[at : at + _GROUP] for at in range(0, len(item.sm3), _GROUP))],
        ],
        "clean": item.nonzero_found == 0,
    }


def _bytes(count: int) -> str:
    return f"{count:,} 字节"
