"""Technical parameters in the words of a price line."""

from __future__ import annotations

import re
from typing import Any

from yunqi.contract.documents import Plain

_HALF_WIDTH = {code: code - 0xFEE0 for code in range(0xFF10, 0xFF5B)}
_IOPS = re.compile(r"I[OP]{2}S(?:\D{0,6})(\d{1,9})(?:-|~|至|到)(\d{1,9})(?![\dOoIlSZB])", re.IGNORECASE)
_IOPS_MIN = re.compile(r"I[OP]{2}S(?:不低于|不少于|≥|>=|:)?(\d{1,9})(?![\dOoIlSZB])", re.IGNORECASE)
_CLOCK = re.compile(r"(?<![\d.OoIlSZB])(\d{1,9}(?:\.\d{1,9})?)GHz", re.IGNORECASE)
_MEMORY = re.compile(r"(?:内存:?(\d{1,9})(?:GB|G)|(\d{1,9})(?:GB|G)内存)", re.IGNORECASE)
_RATE_HOUR = re.compile(r"(\d{1,9})(万)?次(?:/|每)(?:小时|h)", re.IGNORECASE)
_CPU = re.compile(
    r"CPU:?(\d\*[A-Za-z0-9-]+|\d{1,9}路\d{1,9}核[^,;]*)|(\d{1,9}路\d{1,9}核(?:\d{1,9}(?:\.\d{1,9})?GHz)?)",
    re.IGNORECASE,
)
_DISKS = re.compile(
    r"硬盘:?(\d{1,9}\*\d{1,9}(?:\.\d{1,9})?[GT]B?(?:SSD|SAS|SATA|NVMe|HDD)*(?:RAID\d{1,9})?)|(\d{1,9}块\d{1,9}[GT]B?(?:SSD|SAS|SATA)?)",
    re.IGNORECASE,
)
_CARDS = re.compile(r"万兆网卡(\d{1,9})块?|(\d{1,9})(?:块|个|张)万兆(?:网卡|端口)")
_CERTIFICATES = re.compile(r"(\d{1,9})(?:个|张)(互联网|政务外网|政务内网)证书")
_LINE = re.compile(r"(\d{1,9})M(?:bps|b)?(?:SD|以太|专线|数字|带宽)", re.IGNORECASE)
_ATTENDED = re.compile(r"7[*x]24", re.IGNORECASE)


def read_parameters(words: str) -> dict[str, Any]:
    """Parameters by name; whole numbers as int, others as decimal text, model names as written.

    >>> read_parameters("单盘技术指标: 单盘 IOPS 2000-5000")
    {'iops_min': 2000, 'iops_max': 5000}
    >>> read_parameters("CPU 2*E5-2680-V3, 内存 128GB, 硬盘 2*480GB SSD RAID1, 万兆网卡 2块")
    {'cpu': '2*E5-2680-V3', 'memory_gb': 128, 'disks': '2*480GB SSD RAID1', 'network_cards': 2}
    >>> read_parameters("主频不低于2.4GHz"), read_parameters("签名(10000次/小时)")
    ({'clock_ghz': '2.4'}, {'rate_per_hour': 10000})
    """
    plain = Plain(words.translate(_HALF_WIDTH))
    text = plain.text
    found: dict[str, Any] = {}
    iops = _IOPS.search(text)
    if iops is not None:
        found["iops_min"], found["iops_max"] = int(iops[1]), int(iops[2])
    else:
        least = _IOPS_MIN.search(text)
        if least is not None:
            found["iops_min"] = int(least[1])
    cpu = _CPU.search(text)
    if cpu is not None:
        found["cpu"] = cpu[1] or cpu[2]
    clock = _CLOCK.search(text)
    if clock is not None:
        found["clock_ghz"] = clock[1]
    memory = _MEMORY.search(text)
    if memory is not None:
        found["memory_gb"] = int(memory[1] or memory[2])
    disks = _DISKS.search(text)
    if disks is not None:
        found["disks"] = plain.words(disks.start(disks.lastindex or 1), disks.end(disks.lastindex or 1))
    cards = _CARDS.search(text)
    if cards is not None:
        found["network_cards"] = int(cards[1] or cards[2])
    rate = _RATE_HOUR.search(text)
    if rate is not None:
        found["rate_per_hour"] = int(rate[1]) * (10000 if rate[2] else 1)
    for count, place in _CERTIFICATES.findall(text):
        found[
            {"互联网": "internet_certificates", "政务外网": "extranet_certificates"}.get(place, "intranet_certificates")
        ] = int(count)
    line = _LINE.search(text)
    if line is not None:
        found["bandwidth_mbit"] = int(line[1])
    if re.search("SSLVPN", text, re.IGNORECASE):
        found["protocol"] = "SSL VPN"
    elif re.search("IPSec", text, re.IGNORECASE):
        found["protocol"] = "IPSec"
    elif re.search("SSL/TLS", text, re.IGNORECASE):
        found["protocol"] = "SSL/TLS"
    if _ATTENDED.search(text):
        found["attended"] = "7*24"
    return found
