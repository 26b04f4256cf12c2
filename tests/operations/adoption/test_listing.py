"""Lists as clerks keep them, in any order of columns and with the field's words, become one inventory."""

from __future__ import annotations

import io
from contextlib import suppress
from datetime import date
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from yunqi.kernel.errors import Problem
from yunqi.operations.adoption import cells
from yunqi.operations.adoption.heads import recognise_head
from yunqi.operations.adoption.inventory import Inventory, Machine
from yunqi.operations.adoption.listing import read_listing

HEADS = {
    "name": ("主机名", "虚拟机名称", "云主机名称", "名称", "实例名", "hostname", "服务器名称", "VM Name"),
    "vcpu": ("vCPU", "CPU", "CPU核数", "CPU(核)", "核数", "处理器", "CPU 数量", "vCPU（核）"),
    "memory": ("内存(GB)", "内存（Ｇ）", "内存G", "内存容量(GB)", "内存大小（GB）", "Memory(GB)"),
    "system_disk": ("系统盘", "系统盘(GB)", "系统盘容量", "系统磁盘（G）"),
    "data_disk": ("数据盘", "数据盘(GB)", "数据盘容量", "业务数据盘"[2:]),
    "grade": ("存储类型", "磁盘类型", "存储性能", "云硬盘类型"),
    "ip": ("IP", "IP地址", "内网IP", "主机IP", "政务外网IP地址", "IPv4"),
    "system": ("所属系统", "信息系统", "业务系统名称", "应用系统", "承载业务", "所属业务系统"),
    "unit": ("使用单位", "所属单位", "申请单位", "委办局", "部门"),
    "opened_on": ("开通日期", "开通时间", "创建时间", "交付日期", "上线时间"),
}
MACHINES = (
    ("app-01", "8核", "16G", "100G", "500G、1TB", "SSD", "10.1.1.1", "门户", "市局", "2024/3/1"),
    ("app-02", "１６", "３２", "50GB", "2*200G", "普通性能", "10.1.1.2", "台账", "市局", "2024年3月"),
)
READ = [
    ("app-01", "8", "16", "100", ["500", "1024"], "high", ("10.1.1.1",), "门户", date(2024, 3, 1)),
    ("app-02", "16", "32", "50", ["200", "200"], "normal", ("10.1.1.2",), "台账", date(2024, 3, 31)),
]


def book(*rows: tuple[Any, ...], merged: tuple[str, ...] = (), title: str = "清单") -> bytes:
    made = openpyxl.Workbook()
    sheet = made.active
    sheet.title = title
    for row in rows:
        sheet.append(list(row))
    for one in merged:
        sheet.merge_cells(one)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def codes(found: Inventory, *severities: str) -> list[tuple[str, int | None, str]]:
    return [(one.code, one.row, one.column[:1]) for one in found.notes if one.severity in (severities or ("error",))]


def figures(one: Machine) -> tuple[Any, ...]:
    system = one.system_disk
    assert system is not None
    grades = {each.grade for each in (system, *one.disks)}
    assert len(grades) == 1
    sizes = [each.size_gb for each in one.disks]
    return one.name, one.vcpus, one.memory_gb, system.size_gb, sizes, grades.pop(), one.ips, one.system, one.opened_on


@settings(max_examples=40, deadline=None)
@given(
    st.permutations(list(HEADS)),
    st.tuples(*(st.sampled_from(words) for words in HEADS.values())),
    st.integers(0, 3),
    st.sampled_from(["xlsx", "utf-8-sig", "gb18030"]),
)
def test_any_order_of_columns_and_any_words_over_them(
    order: list[str], words: tuple[str, ...], blank: int, form: str
) -> None:
    head = dict(zip(HEADS, words, strict=True))
    rows: list[tuple[Any, ...]] = [("某市政务云资源清单",), *[()] * blank, tuple(head[role] for role in order), ()]
    for machine in MACHINES:
        given_ = dict(zip(HEADS, machine, strict=True))
        rows.append(tuple(given_[role] for role in order))
    if form == "xlsx":
        content = book(*rows, merged=("A1:D1",))
    else:
        content = "\n".join(",".join(row) for row in rows).encode(form)
    found = read_listing(content, "清单")
    assert codes(found, "error", "note") == []
    assert [figures(one) for one in found.machines] == READ


def test_two_rows_of_heads_merged_names_and_totals() -> None:
    content = book(
        ("资源台账",),
        ("序号", "主机名称", "配置", None, "存储", None, "IP地址", "使用单位"),
        (None, None, "CPU", "内存(GB)", "系统盘(GB)", "数据盘(GB)", None, None),
        (1, "a", 8, 16, 100, 500, "10.0.0.1", "市局"),
        (None, None, None, None, None, 300, "10.0.0.9", None),
        (2, "b", 4, 8, 100, None, "10.0.0.2", None),
        ("合计", None, 12, 24, 200, 900, None, None),
        merged=("A1:H1", "A2:A3", "B2:B3", "C2:D2", "E2:F2", "G2:G3", "H2:H3", "B4:B5", "H4:H6"),
    )
    found = read_listing(content, "台账.xlsx")
    assert codes(found) == []
    assert [(one.name, [each.size_gb for each in one.disks], one.ips, one.unit) for one in found.machines] == [
        ("a", ["500", "300"], ("10.0.0.1", "10.0.0.9"), "市局"),
        ("b", [], ("10.0.0.2",), "市局"),
    ]
    assert codes(found, "open") == [("adoption.total", 7, "F")]  # 900 is stated, the rows say 800


def test_a_figure_merged_over_machines_may_be_a_sum() -> None:
    content = book(
        ("主机名", "CPU", "内存(GB)"),
        ("a", 8, 16),
        ("b", None, 16),
        merged=("B2:B3",),
    )
    assert codes(read_listing(content, "x.xlsx")) == [("adoption.merged_figure", 3, "B")]


def test_rows_of_other_kinds() -> None:
    content = book(
        ("资源类型", "名称", "规格", "容量(GB)", "存储类型", "挂载主机", "公网IP", "带宽(Mbps)", "服务名称", "数量"),
        ("云主机", "a", "8核16G", None, None, None, None, None, None, None),
        ("云硬盘", "d1", None, 500, "高性能", "a", None, None, None, None),
        ("弹性公网IP", "e1", None, None, None, None, "203.0.113.5", 50, None, None),
        (None, None, None, None, None, None, None, None, "SSL VPN接入", "20个"),
        ("物理服务器", "p1", "64核512G", None, None, None, None, None, None, None),
    )
    found = read_listing(content, "x.xlsx")
    assert codes(found) == []
    assert [(one.name, one.physical, one.vcpus, one.memory_gb) for one in found.machines] == [
        ("a", False, "8", "16"),
        ("p1", True, "64", "512"),
    ]
    assert [(one.name, one.disk.size_gb, one.disk.grade, one.server) for one in found.disks] == [
        ("d1", "500", "high", "a")
    ]
    assert [(one.address, one.bandwidth_mbit) for one in found.addresses] == [("203.0.113.5", "50")]
    assert [(one.item, one.count) for one in found.accounts] == [("network.vpn", "20")]


WRONG: list[tuple[tuple[tuple[Any, ...], ...], list[tuple[str, int, str]]]] = [
    ((("主机名", "CPU", "内存"), ("a", 8, 16384)), [("adoption.size_unit", 2, "C")]),
    ((("主机名", "CPU", "内存(GB)", "数据盘"), ("a", 8, 16, 2)), [("adoption.size_unit", 2, "D")]),
    ((("主机名", "CPU", "内存(GB)"), ("a", 8.5, 16)), [("adoption.cores", 2, "B")]),
    ((("主机名", "CPU", "内存(GB)"), ("a", None, 16)), [("adoption.figure_missing", 2, "B")]),
    ((("主机名", "CPU", "内存(GB)"), ("a", 8, 16), ("A", 8, 16)), [("adoption.twice", 3, "")]),
    ((("主机名", "CPU", "内存(GB)", "数量"), ("a", 8, 16, 5)), [("adoption.many", 2, "D")]),
    ((("主机名", "CPU", "内存(GB)"), (None, 8, 16)), [("adoption.nameless", 2, "")]),
    ((("主机名", "CPU", "内存(GB)"), ("a", "=B9*2", 16)), [("adoption.formula", 2, "B")]),
    ((("主机名", "CPU", "内存(GB)", "IP"), ("a", 8, 16, "10.0.0.300")), [("adoption.address", 2, "D")]),
    ((("服务名称", "数量", "名称"), ("神秘服务", 3, "x")), [("adoption.service_unknown", 2, "A")]),
]


@pytest.mark.parametrize(("rows", "told"), WRONG)
def test_what_is_not_understood_is_told_with_its_place(
    rows: tuple[tuple[Any, ...], ...], told: list[tuple[str, int, str]]
) -> None:
    found = read_listing(book(*rows), "x.xlsx")
    assert codes(found) == told
    assert all(one.way_out for one in found.notes if one.severity == "error")


def test_columns_without_units_count_as_gb_only_where_nothing_else_is_likely() -> None:
    found = read_listing(book(("主机名", "CPU", "内存", "系统盘"), ("a", 8, 16, 100), ("b", 4, 8, 40)), "x.xlsx")
    assert codes(found) == []
    assert codes(found, "open") == [("adoption.unit_assumed", 1, "C"), ("adoption.unit_assumed", 1, "D")]


def test_what_is_left_out_is_told() -> None:
    content = book(
        ("主机名", "CPU", "内存(GB)", "心情", "状态"), ("a", 8, 16, "好", "运行中"), ("b", 8, 16, "好", "已释放")
    )
    found = read_listing(content, "x.xlsx")
    assert [one.name for one in found.machines] == ["a"]
    assert codes(found, "note") == [("adoption.column_unknown", 1, "D"), ("adoption.ended_row", 3, "E")]


FILES = [
    (b"\xd0\xcf\x11\xe0 old", "adoption.old_workbook"),
    (b"PK\x03\x04 broken", "adoption.damaged"),
    (b"\x00\x01\x02", "adoption.encoding"),
    ("随便,写写\n一,二\n".encode(), "adoption.no_heads"),
    (b"", "adoption.no_heads"),
    (("主机名,CPU\n" + "a,8\n" * 20_001).encode(), "adoption.too_long"),
]


@pytest.mark.parametrize(("content", "code"), FILES)
def test_files_that_are_no_list(content: bytes, code: str) -> None:
    with pytest.raises(Problem) as caught:
        read_listing(content, "x")
    assert caught.value.code == code
    assert caught.value.way_out


def test_hidden_and_other_sheets_are_told() -> None:
    made = openpyxl.Workbook()
    sheet = made.active
    for row in (("主机名", "CPU", "内存(GB)"), ("a", 8, 16)):
        sheet.append(row)
    made.create_sheet("说明").append(["本表由运维组维护"])
    hidden = made.create_sheet("旧表")
    for row in (("主机名", "CPU", "内存(GB)"), ("old", 8, 16)):
        hidden.append(row)
    hidden.sheet_state = "hidden"
    out = io.BytesIO()
    made.save(out)
    found = read_listing(out.getvalue(), "x.xlsx")
    assert [one.name for one in found.machines] == ["a"]
    assert [(one.code, one.sheet) for one in found.notes] == [
        ("adoption.sheet_unread", "说明"),
        ("adoption.sheet_hidden", "旧表"),
    ]


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 10**6), st.sampled_from(["G", "GB", "g", "ＧＢ", "GiB"]), st.booleans())
def test_sizes_are_exact(count: int, unit: str, grouped: bool) -> None:
    text = f"{count:,}{unit}" if grouped else f"{count}{unit}"
    assert cells.read_size(text) == count
    assert [one.size_gb for one in cells.read_disks(text)] == [str(count)]


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=12))
def test_no_text_breaks_a_cell(text: str) -> None:
    reads = (cells.read_cores, cells.read_size, cells.read_disks, cells.read_addresses, cells.read_day, cells.read_spec)
    for read in reads:
        with suppress(Problem):
            read(text)


def test_units_within_heads() -> None:
    found = {head: recognise_head(head) for head in ("内存（MB）", "数据盘TB", "磁盘容量(单位：GB)", "带宽（Mbps）")}
    assert found == {
        "内存（MB）": ("memory", "m"),
        "数据盘TB": ("data_disk", "t"),
        "磁盘容量(单位：GB)": ("size", "g"),
        "带宽（Mbps）": ("bandwidth", "m"),
    }
