"""The text of one cell -> figures: cores, sizes, bandwidths, disks, addresses, days. Pure and exact.

Each raises `Problem` for what it does not understand; "", "-", "/" and "无" are nothing, never 0.
"""

from __future__ import annotations

import ipaddress
import re
import unicodedata
from calendar import monthrange
from datetime import date, timedelta
from fractions import Fraction
from functools import lru_cache

from yunqi.kernel.errors import Problem
from yunqi.operations.adoption.inventory import Disk, text_of

_NOTHING = frozenset({"", "-", "--", "—", "——", "/", "\\", "无", "none", "null", "n/a", "na", "空", "否", "不涉及"})
_NUMBER = r"(\d+(?:\.\d+)?)"
_CORES = re.compile(rf"{_NUMBER}(?:v?cpu|核心?|c|cores?|个)?(?:v?cpu)?", re.IGNORECASE)
_BANDWIDTH = re.compile(rf"{_NUMBER}([kmg])?(?:b(?:it)?(?:/s|ps)?|bit/s|兆)?", re.IGNORECASE)
_COUNT = re.compile(rf"{_NUMBER}(?:个|台|套|项|户|人|次|点|账号|用户|授权|license)?", re.IGNORECASE)
_SIZE = re.compile(rf"{_NUMBER}([kmgtp])?(?:i?b)?", re.IGNORECASE)
_SPEC = re.compile(
    rf"{_NUMBER}(?:v?cpu|核心?|c|cores?)[/,+xX*、\-]?(?:内存)?{_NUMBER}([gm])(?:i?b)?(?:内存)?", re.IGNORECASE
)
_DISK = re.compile(
    r"(?:(?P<before>\d{1,3})(?:(?:块|个)[*x×]?|[*x×]))?"
    r"(?P<size>\d+(?:\.\d+)?)(?P<unit>[mgtp])?(?:i?b)?(?:[*x×](?P<after>\d{1,3})(?:块|个)?|(?P<last>(?<=[a-z])\d{1,3})(?:块|个))?",
    re.IGNORECASE,
)
_SCALE = {
    "k": Fraction(1, 2**20),
    "m": Fraction(1, 2**10),
    "g": Fraction(1),
    "t": Fraction(2**10),
    "p": Fraction(2**20),
}
_MEGABITS = {"k": Fraction(1, 1000), "m": Fraction(1), "g": Fraction(1000)}
_HIGH = re.compile(r"高性能|超?高io|高速|高效|ssd|固态|全闪|闪存|极速|nvme", re.IGNORECASE)
_NORMAL = re.compile(r"普通|容量型|标准|sata|hdd|机械|普通io|低频|sas", re.IGNORECASE)
_DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})(?:[-/.月](\d{1,2})日?|月)?(?:[ t]?\d{1,2}:.*)?", re.IGNORECASE)
_PACKED_DAY = re.compile(r"(20\d{2}|19\d{2})(\d{2})(\d{2})")
_SERIAL_FIRST, _SERIAL_LAST = 20_000, 80_000  # what a spreadsheet counts as days: 1954 to 2119
_SERIAL_ZERO = date(1899, 12, 30)
_BREAKS = re.compile(r"[\n\r;,，；、|]+")


@lru_cache(4096)
def plain(text: str) -> str:
    """Half-width, no blanks, no thousands separators.

    >>> plain(" １，０２４　ＧＢ ")
    '1024GB'
    """
    half = re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))
    return re.sub(r"(?<=\d),(?=\d{3}(?!\d))", "", half)


def is_nothing(text: str) -> bool:
    """Whether the cell says that there is none."""
    return plain(text).lower() in _NOTHING


def _whole(pattern: re.Pattern[str], text: str) -> re.Match[str] | None:
    return pattern.fullmatch(plain(text))


def read_cores(text: str) -> Fraction:
    """Cores.

    >>> [int(read_cores(one)) for one in ("8核", "８ vCPU", "16C", "4.0")]
    [8, 8, 16, 4]
    """
    found = _whole(_CORES, text)
    if found is None or not Fraction(found[1]) or Fraction(found[1]).denominator != 1:
        raise Problem("adoption.cores", "「{value}」不是核数", value=text, way_out="请写作 8 或 8核")
    return Fraction(found[1])


def read_size(text: str, unit: str = "") -> Fraction:
    """A size in GB (2^30 bytes); `unit` is what the head of the column says, for figures without one.

    >>> [str(read_size(*one)) for one in (("16G",), ("1.5TB",), ("512M",), ("2", "T"), ("1,024", "GB"))]
    ['16', '1536', '1/2', '2048', '1024']
    """
    found = _whole(_SIZE, text)
    if found is None or not Fraction(found[1]):
        raise Problem("adoption.size", "「{value}」不是容量", value=text, way_out="请写作 16G、500GB 或 1TB")
    named = (found[2] or unit[:1]).lower()
    if not named:
        raise Problem(
            "adoption.size_unit",
            "「{value}」没有单位，表头也没有写",
            value=text,
            way_out="请在单元格或表头写明 GB 或 TB，例如 内存(GB)",
        )
    return Fraction(found[1]) * _SCALE[named]


def read_bandwidth(text: str, unit: str = "") -> Fraction:
    """A bandwidth in Mbit/s; a figure without any unit counts Mbit/s, as the field does.

    >>> [str(read_bandwidth(one)) for one in ("10M", "1Gbps", "20 Mb/s", "5")]
    ['10', '1000', '20', '5']
    """
    found = _whole(_BANDWIDTH, text)
    if found is None or not Fraction(found[1]):
        raise Problem("adoption.bandwidth", "「{value}」不是带宽", value=text, way_out="请写作 10M 或 10Mbps")
    return Fraction(found[1]) * _MEGABITS[(found[2] or unit[:1] or "m").lower()]


def read_count(text: str) -> Fraction:
    """A count of pieces.

    >>> int(read_count("12个"))
    12
    """
    found = _whole(_COUNT, text)
    if found is None:
        raise Problem("adoption.count", "「{value}」不是数量", value=text, way_out="请写作 12 或 12个")
    return Fraction(found[1])


def read_spec(text: str) -> tuple[Fraction, Fraction]:
    """Cores and GB of memory that a specification names.

    >>> [tuple(map(int, read_spec(one))) for one in ("8核16G", "4C8G", "8vCPU/32GB", "16核 内存64G")]
    [(8, 16), (4, 8), (8, 32), (16, 64)]
    """
    found = _whole(_SPEC, text)
    if found is None:
        raise Problem(
            "adoption.spec", "「{value}」不是规格", value=text, way_out="请写作 8核16G，或分别填写 CPU 与内存两列"
        )
    return Fraction(found[1]), Fraction(found[2]) * _SCALE[found[3].lower()]


def find_grade(text: str) -> str | None:
    """Which grade of storage words name, None where they name none or both.

    >>> find_grade("高性能云硬盘"), find_grade("SATA"), find_grade("硬盘")
    ('high', 'normal', None)
    """
    high, normal = _HIGH.search(plain(text)), _NORMAL.search(plain(text))
    if bool(high) == bool(normal):
        return None
    return "high" if high else "normal"


def read_grade(text: str) -> str:
    """The grade that a cell of 存储类型 names."""
    found = find_grade(text)
    if found is None:
        raise Problem("adoption.grade", "「{value}」不是存储类型", value=text, way_out="请写普通性能或高性能")
    return found


def read_disks(text: str, unit: str = "", grade: str | None = None) -> tuple[Disk, ...]:
    """The disks that one cell lists.

    >>> [(one.size_gb, one.grade) for one in read_disks("500G SSD + 1T*2", grade="normal")]
    [('500', 'high'), ('1024', 'normal'), ('1024', 'normal')]
    """
    found: list[Disk] = []
    for piece in re.split(r"[+＋]|" + _BREAKS.pattern, re.sub(r"(?<=\d),(?=\d{3}(?!\d))", "", _half(text))):
        if not piece.strip():
            continue
        words = re.sub(r"[(（].*?[)）]", "", piece)
        bare = re.sub(
            r"^(?:[hsv]d[a-z]|数据盘|系统盘|硬盘|磁盘|盘|/[\w/]*|[a-z]盘)\d*[:：=]?",
            "",
            plain(words),
            flags=re.IGNORECASE,
        )
        own = find_grade(piece)
        bare = _HIGH.sub("", bare)
        bare = _NORMAL.sub("", bare)
        bare = re.sub(r"云?硬盘|存储|性能|数据盘|磁盘|型", "", bare)
        match = _DISK.fullmatch(bare)
        if match is None or not Fraction(match["size"]):
            raise Problem(
                "adoption.disks",
                "「{value}」不是磁盘容量",
                value=piece.strip(),
                way_out="请写作 500G、1TB、100G*2 或 100G+200G",
            )
        size = read_size(match["size"] + (match["unit"] or ""), unit)
        count = int(match["before"] or match["after"] or match["last"] or 1)
        found += [Disk(size_gb=text_of(size), grade=own or grade)] * count
    return tuple(found)


def _half(text: str) -> str:
    return unicodedata.normalize("NFKC", text)


def read_addresses(text: str) -> tuple[str, ...]:
    """The addresses that one cell lists.

    >>> read_addresses("10.1.2.3/24、10.1.2.4")
    ('10.1.2.3', '10.1.2.4')
    """
    found = []
    for piece in re.split(_BREAKS.pattern + r"|\s+", _half(text)):
        if not piece:
            continue
        try:
            found.append(str(ipaddress.ip_interface(piece).ip))
        except ValueError as error:
            raise Problem(
                "adoption.address", "「{value}」不是 IP 地址", value=piece, way_out="请写作 10.1.2.3，多个以顿号分隔"
            ) from error
    return tuple(found)


def read_day(text: str) -> date:
    """The day; of a month alone its last day, the latest that it can mean.

    >>> [read_day(one).isoformat() for one in ("2024年3月1日", "2024/3/1 0:00", "2024.03", "20240301", "45352")]
    ['2024-03-01', '2024-03-01', '2024-03-31', '2024-03-01', '2024-03-01']
    """
    bare = plain(text)
    try:
        if match := _PACKED_DAY.fullmatch(bare):
            return date(int(match[1]), int(match[2]), int(match[3]))
        if match := _DAY.fullmatch(bare):
            year, month = int(match[1]), int(match[2])
            return date(year, month, int(match[3]) if match[3] else monthrange(year, month)[1])
        if bare.isdigit() and _SERIAL_FIRST <= int(bare) < _SERIAL_LAST:
            return _SERIAL_ZERO + timedelta(days=int(bare))
    except ValueError:
        pass
    raise Problem("adoption.day", "「{value}」不是日期", value=text, way_out="请写作 2026-03-01")
