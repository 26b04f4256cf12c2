"""The technical parameters of a price line in words that its name does not already say."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from yunqi.contract.clauses.price_line.parameters import read_parameters

_PHRASES = {
    "iops_min": "IOPS不低于{iops_min}",
    "cpu": "CPU:{cpu}",
    "clock_ghz": "{clock_ghz}GHz",
    "memory_gb": "内存{memory_gb}GB",
    "disks": "硬盘:{disks}",
    "network_cards": "万兆网卡{network_cards}块",
    "rate_per_hour": "{rate_per_hour}次/小时",
    "internet_certificates": "{internet_certificates}个互联网证书",
    "extranet_certificates": "{extranet_certificates}个政务外网证书",
    "intranet_certificates": "{intranet_certificates}个政务内网证书",
    "bandwidth_mbit": "{bandwidth_mbit}M专线",
    "protocol": "{protocol}",
    "attended": "7*24",
}


def say_parameters(line: Mapping[str, Any]) -> list[str]:
    """The phrases that the note needs, so that name and note together state every parameter."""
    wanted = dict(line.get("parameters") or {})
    said = read_parameters(f"{line['name']},")
    missing = {key for key, value in wanted.items() if said.get(key) != value}
    return list(_phrases(wanted, missing))


def _phrases(wanted: Mapping[str, Any], missing: set[str]) -> Iterator[str]:
    if "iops_max" in wanted and {"iops_min", "iops_max"} & missing:
        yield f"IOPS {wanted.get('iops_min')}-{wanted['iops_max']}"
        missing = missing - {"iops_min", "iops_max"}
    for key, phrase in _PHRASES.items():
        if key in missing:
            yield phrase.format(**{key: wanted[key]})
