"""The rows of a list -> machines, disks, addresses and accounts; each row is whole, or told."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Any

from yunqi.contract import load_catalogue
from yunqi.kernel.errors import Problem
from yunqi.operations.adoption import cells
from yunqi.operations.adoption.heads import IGNORED, SUMMED, Head, load_words, repeats_heading
from yunqi.operations.adoption.inventory import Account, Address, Disk, LooseDisk, Machine, text_of
from yunqi.operations.adoption.sheet_cells import SheetCells

_SERVICE_NAME = 40
"""So much of a service's words names what is counted without a name of its own."""


@dataclass
class SheetReader(SheetCells):
    """Reads one sheet."""

    machines: list[Machine] = field(default_factory=list)
    disks: list[LooseDisk] = field(default_factory=list)
    addresses: list[Address] = field(default_factory=list)
    accounts: list[Account] = field(default_factory=list)
    sums: dict[int, Fraction] = field(default_factory=dict)

    def read(self) -> None:
        """Reads every row below the heads."""
        for head in self._known_heads():
            if head.role is not None and head.role != IGNORED:
                self.columns.setdefault(head.role, []).append(head)
        for row in range(self.heading.row + 1, len(self.grid.rows)):
            if not any(self.grid.rows[row]) or repeats_heading(self.grid, row, self.heading):
                continue
            if self._is_total(row):
                self._check_total(row)
            else:
                self._read_row(row)

    # --- rows ---------------------------------------------------------------------------------------------------------

    def _is_total(self, row: int) -> bool:
        first = next((text for text in self.grid.rows[row] if text), "")
        return load_words().totals.fullmatch(cells.plain(first).rstrip(":").lower()) is not None

    def _check_total(self, row: int) -> None:
        for heads in (self.columns.get(role, ()) for role in SUMMED):
            for head in heads:
                text = self.grid.text(row, head.column)
                try:
                    stated = cells.read_cores(text) if head.role == "vcpu" else cells.read_size(text, head.unit)
                except Problem:
                    continue  # an empty cell, or words: nothing to compare
                if stated != self.sums.get(head.column, Fraction(0)):
                    problem = Problem(
                        "adoption.total",
                        "合计写作 {stated}，各行相加为 {sum}",
                        stated=text,
                        sum=text_of(self.sums.get(head.column, Fraction(0))),
                        way_out="请核对是否漏行、重行；纳管以各行为准",
                    )
                    self._tell(row, head, problem, "open", text)

    def _read_row(self, row: int) -> None:
        state = self._word(row, "state")
        name = self._name(row)
        if state and load_words().ended.fullmatch(cells.plain(state).lower()):
            problem = Problem("adoption.ended_row", "「{name}」的状态为「{value}」，不予纳管", name=name, value=state)
            self._tell(row, self.columns["state"][0], problem, "note", state)
            return
        if self._continues(row):
            self._continue_machine(row)
            return
        common = self._common(row, name)
        kind = self._kind(row)
        if kind in ("machine", "physical"):
            self._read_machine(row, common, physical=kind == "physical")
        elif kind == "disk":
            self._read_disk(row, common)
        elif kind == "address":
            self._read_address(row, common)
        else:
            self._read_account(row, common)

    def _name(self, row: int) -> str:
        return next(
            (word for role in ("name", "account") if (word := self._word(row, role))),
            "",
        )

    def _common(self, row: int, name: str) -> dict[str, Any]:
        opened: date | None = self._first(row, "opened_on", cells.read_day)
        return {
            "name": name,
            "system": self._word(row, "system"),
            "unit": self._word(row, "unit"),
            "opened_on": opened,
            "place": self._place(row),
        }

    def _kind(self, row: int) -> str:
        """What a row lists: by its figures, else by the words of its kind or service, or what columns there are."""
        said = cells.plain(self._word(row, "kind")).lower()
        words = load_words().kinds
        if said and words["physical"].fullmatch(said):
            return "physical"
        figures = ("vcpu", "memory", "system_disk", "spec")
        if any(not cells.is_nothing(self._raw(row, role)) for role in figures):
            return "machine"
        for text in filter(None, (said, cells.plain(self._word(row, "service")).lower())):
            for kind, pattern in words.items():
                if pattern.fullmatch(text):
                    return kind
            if load_catalogue().recognise(text):
                return "account"
        if self._raw(row, "service"):
            return "account"
        if self.columns.keys() & {"vcpu", "memory", "spec"}:
            return "machine"
        if "server" in self.columns or ("size" in self.columns and "ip" not in self.columns):
            return "disk"
        if "account" in self.columns and "ip" not in self.columns:
            return "account"
        return (
            "address" if self.columns.keys() & {"public_ip", "bandwidth"} and "name" not in self.columns else "machine"
        )

    def _raw(self, row: int, role: str) -> str:
        return next((text for head in self.columns.get(role, ()) if (text := self.grid.spread(row, head.column))), "")

    def _sum(self, row: int, head: Head, read: Callable[[str], Fraction]) -> Fraction | None:
        value = self._read(row, head, read)
        if value is not None:
            self.sums[head.column] = self.sums.get(head.column, Fraction(0)) + value
        return value

    def _figure(self, row: int, role: str, read: Callable[[str, str], Fraction]) -> str | None:
        for head in self.columns.get(role, ()):
            value = self._sum(row, head, lambda text, head=head: read(text, head.unit))  # type: ignore[misc]
            if value is not None:
                return text_of(value)
        return None

    def _list_disks(self, row: int, role: str) -> tuple[Disk, ...]:
        grade: str | None = self._first(row, "grade", cells.read_grade)
        found: list[Disk] = []
        for head in self.columns.get(role, ()):
            disks = self._read(
                row,
                head,
                lambda text, head=head: cells.read_disks(text, head.unit, head.grade or grade),  # type: ignore[misc]
            )
            for one in disks or ():
                self.sums[head.column] = self.sums.get(head.column, Fraction(0)) + Fraction(one.size_gb)
                found.append(one)
        return tuple(found)

    def _read_machine(self, row: int, common: dict[str, Any], *, physical: bool) -> None:
        ips: tuple[str, ...] = self._first(row, "ip", cells.read_addresses) or ()
        if not common["name"]:
            if not ips:
                self._tell(
                    row,
                    None,
                    Problem("adoption.nameless", "这一行没有名称", way_out="请填写主机名称；不是清单内容的行请删去"),
                )
                return
            common["name"] = ips[0]
        self._refuse_many(row, common["name"])
        vcpus = self._figure(row, "vcpu", lambda text, _unit: cells.read_cores(text))
        memory = self._figure(row, "memory", cells.read_size)
        named = self._first(row, "spec", cells.read_spec) if vcpus is None and memory is None else None
        if named is not None:
            vcpus, memory = text_of(named[0]), text_of(named[1])
        system = self._list_disks(row, "system_disk")
        data = (*self._list_disks(row, "data_disk"), *self._list_disks(row, "size"))
        self._require_figures(row, common["name"], vcpus, memory)
        self.machines.append(
            Machine(
                **common,
                physical=physical,
                vcpus=vcpus,
                memory_gb=memory,
                system_disk=system[0] if system else None,
                disks=(*system[1:], *data),
                ips=ips,
                public_ips=self._first(row, "public_ip", cells.read_addresses) or (),
                bandwidth_mbit=self._figure(row, "bandwidth", cells.read_bandwidth),
            )
        )

    def _require_figures(self, row: int, name: str, vcpus: str | None, memory: str | None) -> None:
        told = row in self.wrong
        for role, value, word in (("vcpu", vcpus, "cpu"), ("memory", memory, "memory")):
            if value is None and not told:
                head = next(iter(self.columns.get(role, ())), None)
                problem = Problem(
                    "adoption.figure_missing",
                    "「{name}」没有写{what}",
                    name=name,
                    what=word,
                    way_out="请补全；没有的请删去该行",
                )
                self._tell(row, head, problem)

    def _refuse_many(self, row: int, name: str) -> None:
        for head in self.columns.get("count", ()):
            count = self._read(row, head, cells.read_count)
            if count is not None and count != 1:
                problem = Problem(
                    "adoption.many",
                    "「{name}」一行写了 {value} 台",
                    name=name,
                    value=text_of(count),
                    way_out="请每台一行，各写名称",
                )
                self._tell(row, head, problem, value=text_of(count))

    def _continue_machine(self, row: int) -> None:
        """More disks and addresses of the machine above, whose name is merged over this row too."""
        if not self.machines:
            return
        last = self.machines[-1]
        more = (*self._list_disks(row, "data_disk"), *self._list_disks(row, "size"))
        ips: tuple[str, ...] = self._first(row, "ip", cells.read_addresses) or ()
        public: tuple[str, ...] = self._first(row, "public_ip", cells.read_addresses) or ()
        self.machines[-1] = last.model_copy(
            update={
                "disks": (*last.disks, *more),
                "ips": (*last.ips, *ips),
                "public_ips": (*last.public_ips, *public),
            }
        )

    def _read_disk(self, row: int, common: dict[str, Any]) -> None:
        server = self._word(row, "server")
        disks = (*self._list_disks(row, "size"), *self._list_disks(row, "data_disk"))
        if not disks:
            if row not in self.wrong:
                self._tell(
                    row, None, Problem("adoption.disk_empty", "这块磁盘没有写容量", way_out="请填写容量，例如 500GB")
                )
            return
        for no, disk in enumerate(disks):
            name = common["name"] or (f"{server}-{no + 1}" if server else "")
            if not name:
                self._tell(
                    row,
                    None,
                    Problem("adoption.nameless", "这一行没有名称", way_out="请填写主机名称；不是清单内容的行请删去"),
                )
                return
            given = {**common, "name": name if not no else f"{name}-{no + 1}"}
            self.disks.append(LooseDisk(**given, disk=disk, server=server))

    def _read_address(self, row: int, common: dict[str, Any]) -> None:
        public = (
            self._first(row, "public_ip", cells.read_addresses) or self._first(row, "ip", cells.read_addresses) or ()
        )
        bandwidth = self._figure(row, "bandwidth", cells.read_bandwidth)
        if not public and bandwidth is None:
            self._tell(
                row,
                None,
                Problem("adoption.address_empty", "这一行没有公网地址，也没有带宽", way_out="请填写地址或带宽"),
            )
            return
        for no, address in enumerate(public or ("",)):
            name = common["name"] if common["name"] and len(public) <= 1 else address
            given = {**common, "name": name or f"{common['place'].row}"}
            self.addresses.append(Address(**given, address=address, bandwidth_mbit=None if no else bandwidth))

    def _read_account(self, row: int, common: dict[str, Any]) -> None:
        named = [text for role in ("service", "kind", "name") if (text := self._word(row, role))]
        codes = load_catalogue().recognise(*named) if named else ()
        if len(codes) != 1:
            head = next((head for role in ("service", "kind", "name") for head in self.columns.get(role, ())), None)
            problem = Problem(
                "adoption.service_unknown",
                "不能确定「{value}」是哪一项服务",
                value=named[0] if named else "",
                way_out="请照合同价目表的名称填写服务名称",
            )
            self._tell(row, head, problem, value=named[0] if named else "")
            return
        count: Fraction | None = self._first(row, "count", cells.read_count)
        if count is None and row in self.wrong:
            return
        name = self._word(row, "account") or common["name"] or named[0][:_SERVICE_NAME]
        if count == 0:
            return
        self.accounts.append(
            Account(**{**common, "name": name}, item=codes[0], count=text_of(Fraction(1) if count is None else count))
        )
