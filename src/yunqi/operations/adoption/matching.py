"""An inventory -> what is taken in: resources with their draws on price lines, and what differs. Pure.

A machine is matched by kind, grade and figure: a line that sells such a machine whole (its words or parameters name the
same cores and memory) before the lines for cores, memory and storage.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from yunqi.kernel.errors import Problem
from yunqi.operations.adoption.cells import plain
from yunqi.operations.adoption.differences import absent_note, missing_note, over_note, systemless_note
from yunqi.operations.adoption.figures import factor_of, figures_of, number_of
from yunqi.operations.adoption.inventory import (
    Account,
    Address,
    Common,
    Disk,
    Inventory,
    LooseDisk,
    Machine,
    Note,
    note_of,
    text_of,
)
from yunqi.operations.adoption.plan import Draw, Line, LineUse, Plan, Setting, Take

_PHYSICAL = "compute.physical_server"
_WHOLE_UNITS = frozenset({"台", "套", "个", "实例", "台套"})
_SPAN = "span"
_NAME_LIMIT = 63


def compute_plan(inventory: Inventory, setting: Setting) -> Plan:
    """What would be taken in, each line's use, and every difference."""
    matching = _Matching(setting)
    for machine in inventory.machines:
        matching.take_machine(machine)
    for disk in inventory.disks:
        matching.take_disk(disk)
    for address in inventory.addresses:
        matching.take_address(address)
    for account in inventory.accounts:
        matching.take_account(account)
    return matching.result(inventory.notes)


@dataclass
class _Matching:
    setting: Setting
    takes: list[Take] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    listed: dict[int, Fraction] = field(default_factory=dict)
    missing: dict[str, list[str]] = field(default_factory=dict)
    names: set[tuple[str, str]] = field(default_factory=set)
    met: set[tuple[str, str]] = field(default_factory=set)
    systems: dict[str, tuple[str | None, str]] = field(default_factory=dict)

    # --- rows ---------------------------------------------------------------------------------------------------------

    def take_machine(self, one: Machine) -> None:
        """A machine with its system disk, then its data disks and public addresses as resources of their own."""
        if not self._is_ours(one):
            return
        system = self._grade(one, one.system_disk)
        spec: dict[str, Any] = {"vcpus": number_of(one.vcpus), "memory_gb": one.memory_gb}
        if system is not None:
            spec |= {"system_disk_gb": number_of(system.size_gb), "grade": system.grade}
        if one.physical:
            spec["physical"] = True
        draws = self._draw_machine(one, system)
        self._keep("server", one, spec, draws, ips=one.ips, uuid=one.uuid)
        for no, disk in enumerate(one.disks, 1):
            graded = self._grade(one, disk)
            if graded is not None:
                named = one.model_copy(update={"name": f"{one.name}-数据盘{no}"})
                self._keep_disk(named, graded, one.name, physical=one.physical)
        for no, address in enumerate(one.public_ips or (("",) if one.bandwidth_mbit else ())):
            bandwidth = None if no else one.bandwidth_mbit
            self._keep_address(one, address or f"{one.name}-带宽", address, bandwidth, one.name)

    def take_disk(self, one: LooseDisk) -> None:
        """A disk of its own row."""
        if self._is_ours(one) and (graded := self._grade(one, one.disk)) is not None:
            self._keep_disk(one, graded, one.server, physical=False)

    def take_address(self, one: Address) -> None:
        """A public address, or bandwidth, of its own row."""
        if self._is_ours(one):
            self._keep_address(one, one.name or one.address, one.address, one.bandwidth_mbit, "")

    def take_account(self, one: Account) -> None:
        """Accounts, licences and services by their count."""
        if self._is_ours(one):
            spec = {"item": one.item, "count": one.count}
            again = ("account", one.name) in self.names  # one service in several rows: each counts
            named = one.model_copy(update={"name": f"{one.name}-{one.place.row}"}) if again else one
            self._keep("account", named, spec, self._draw(named, one.item, Fraction(one.count)))

    def _is_ours(self, one: Common) -> bool:
        """Whether the row is the using unit's, and of a day that can be."""
        ours, said = plain(self.setting.unit), plain(one.unit)
        if said and said not in ours and ours not in said:
            problem = Problem(
                "adoption.other_unit",
                "「{name}」的使用单位为「{unit}」，不是本合同的使用单位，不予纳管",
                name=one.name,
                unit=one.unit,
            )
            self._tell(one, problem, "note")
            return False
        if one.opened_on is not None and one.opened_on > self.setting.today:
            problem = Problem(
                "adoption.not_opened",
                "「{name}」的开通日期 {day} 还没有到",
                name=one.name,
                day=one.opened_on,
                way_out="请更正日期；尚未开通的请从清单中删去",
            )
            self._tell(one, problem, "error")
            return False
        return True

    def _tell(self, one: Common, problem: Problem, severity: Any) -> None:
        self.notes.append(note_of(problem, severity, place=one.place, subject=one.name))

    # --- systems and grades -------------------------------------------------------------------------------------------

    def _system(self, one: Common) -> tuple[str | None, str]:
        """The id and name of the system that a row names, told once where it is not known or not deployed here."""
        said = plain(one.system)
        if said in self.systems:
            return self.systems[said]
        found = [each for each in self.setting.systems if plain(each.name) == said]
        found = found or [each for each in self.setting.systems if said in plain(each.name) or plain(each.name) in said]
        answer: tuple[str | None, str] = (None, one.system)
        if not said:
            pass
        elif len(found) != 1:
            problem = Problem(
                "adoption.system_unknown",
                "没有登记信息系统「{value}」，其资源纳管后不属于任何系统",
                value=one.system,
                way_out="请先登记并部署该系统：yunqi system add，再次预览",
            )
            self._tell(one, problem, "open")
        elif not found[0].here:
            problem = Problem(
                "adoption.system_elsewhere",
                "信息系统「{value}」没有部署在本租户，其资源纳管后不属于任何系统",
                value=found[0].name,
                way_out="请先部署到本租户：yunqi system deploy，再次预览",
            )
            self._tell(one, problem, "open")
        else:
            answer = (found[0].id, found[0].name)
        self.systems[said] = answer
        return answer

    def _grade(self, one: Common, disk: Disk | None) -> Disk | None:
        """The disk with its grade: said, chosen for all, or the only one that the contract sells."""
        if disk is None:
            return None
        grade = disk.grade or self.setting.grade
        sold = {line.item for line in self.setting.lines} & {"storage.normal", "storage.high"}
        if grade is None and len(sold) == 1:
            grade = str(next(iter(sold))).partition(".")[2]
        if grade is None:
            problem = Problem(
                "adoption.grade_unknown",
                "「{name}」的磁盘没有写存储类型，合同有普通性能与高性能两种",
                name=one.name,
                way_out="请补写存储类型一列，或在预览时指定未写明的磁盘按哪一种",
            )
            if not any(note.code == problem.code and note.subject == one.name for note in self.notes):
                self._tell(one, problem, "error")
            return None
        return Disk(size_gb=disk.size_gb, grade=grade)

    # --- draws --------------------------------------------------------------------------------------------------------

    def _draw_machine(self, one: Machine, system: Disk | None) -> tuple[Draw, ...]:
        whole = self._find_whole(one)
        if one.physical or whole is not None:
            if whole is None:
                self._miss(_PHYSICAL, one)
                return ()
            return self._put(whole, Fraction(1))
        draws: list[Draw] = []
        for item, figure in (("compute.vcpu", one.vcpus), ("compute.memory", one.memory_gb)):
            if figure is not None:
                draws += self._draw(one, item, Fraction(figure))
        if system is not None:
            draws += self._draw(one, f"storage.{system.grade}", Fraction(system.size_gb))
        return tuple(draws)

    def _find_whole(self, one: Machine) -> Line | None:
        """The line that sells the machine whole: of the same figures; a physical one else the only line there is."""
        figures = tuple(None if each is None else Fraction(each) for each in (one.vcpus, one.memory_gb))
        kind = [
            line
            for line in self.setting.lines
            if line.draw_kind == _SPAN
            and ((line.item == _PHYSICAL) == one.physical)
            and (one.physical or (line.unit in _WHOLE_UNITS and (line.item or "compute.").startswith("compute.")))
        ]
        same = [line for line in kind if None not in figures and figures_of(line) == figures]
        if same:
            free = [line for line in same if self._left(line) >= 1]
            return (free or same)[0]
        return kind[0] if one.physical and len(kind) == 1 else None

    def _draw(self, one: Common, item: str, quantity: Fraction) -> tuple[Draw, ...]:
        """The draws of a quantity in the item's unit: line by line what is left, the rest on the last one."""
        lines = [line for line in self.setting.lines if line.item == item]
        spans = [line for line in lines if line.draw_kind == _SPAN]
        if not spans:
            self._miss(item, one, by_piece=bool(lines))
            return ()
        draws: list[Draw] = []
        rest = quantity
        for line in spans:
            factor = factor_of(item, line.unit)
            wanted = rest * factor
            take = wanted if line is spans[-1] else min(wanted, max(self._left(line), Fraction(0)))
            if take > 0:
                draws += self._put(line, take)
                rest -= take / factor
        return tuple(draws)

    def _put(self, line: Line, quantity: Fraction) -> tuple[Draw, ...]:
        self.listed[line.no] = self.listed.get(line.no, Fraction(0)) + quantity
        item = line.item or "compute.package"
        return (Draw(line_id=line.id, line_no=line.no, item=item, quantity=text_of(quantity)),)

    def _left(self, line: Line) -> Fraction:
        return (line.contracted or Fraction(0)) - line.drawn - self.listed.get(line.no, Fraction(0))

    def _miss(self, item: str, one: Common, *, by_piece: bool = False) -> None:
        """Remembers what no line sells, to be told once an item."""
        self.missing.setdefault(f"{item}|{'piece' if by_piece else ''}", []).append(one.name)

    # --- resources ----------------------------------------------------------------------------------------------------

    def _keep_disk(self, one: Common, disk: Disk, server: str, *, physical: bool) -> None:
        spec = {"size_gb": number_of(disk.size_gb), "grade": disk.grade}
        draws = () if physical else self._draw(one, f"storage.{disk.grade}", Fraction(disk.size_gb))
        self._keep("disk", one, spec, draws, server=server)

    def _keep_address(self, one: Common, name: str, address: str, bandwidth: str | None, server: str) -> None:
        if address in self.setting.taken and ("address", name) not in self.setting.known:
            problem = Problem(
                "adoption.address_taken",
                "公网地址 {value} 已由另一资源占用",
                value=address,
                way_out="请核对地址；确由他人占用的请从清单中删去",
            )
            self._tell(one, problem, "error")
            return
        draws: list[Draw] = []
        if address:
            draws += self._draw(one, "network.ip", Fraction(1))
        if bandwidth is not None:
            draws += self._draw(one, "network.bandwidth", Fraction(bandwidth))
        spec = {"bandwidth_mbit": number_of(bandwidth)} if bandwidth is not None else {}
        named = one.model_copy(update={"name": name})
        self._keep("address", named, spec, tuple(draws), server=server, public_ips=(address,) if address else ())

    def _keep(self, kind: str, one: Common, spec: Mapping[str, Any], draws: Sequence[Draw], **more: Any) -> None:
        known = self.setting.known.get((kind, one.name))
        self.met.add((kind, one.name))
        if known is not None or (kind, one.name) in self.names:
            self._take_back(draws)
            self._tell_known(one, known, spec)
            return
        self.names.add((kind, one.name))
        if len(one.name) > _NAME_LIMIT:
            problem = Problem(
                "adoption.name_long",
                "名称「{value}」超过 {limit} 个字",
                value=one.name,
                limit=_NAME_LIMIT,
                way_out="请缩短名称",
            )
            self._tell(one, problem, "error")
        system_id, system = self._system(one)
        start_on = max(self.setting.from_on, one.opened_on or self.setting.from_on)
        self.takes.append(
            Take(
                kind=kind,
                name=one.name,
                system_id=system_id,
                system=system,
                spec={name: value for name, value in spec.items() if value is not None},
                start_on=start_on,
                draws=tuple(draws),
                place=one.place,
                **more,
            )
        )

    def _take_back(self, draws: Sequence[Draw]) -> None:
        for draw in draws:
            self.listed[draw.line_no] -= Fraction(draw.quantity)

    def _tell_known(self, one: Common, known: Mapping[str, Any] | None, spec: Mapping[str, Any]) -> None:
        held = known or {}
        differs = {
            name: value for name, value in spec.items() if value is not None and str(held.get(name)) != str(value)
        }
        if known is None or not differs:
            self._tell(one, Problem("adoption.known", "「{name}」已在册，不再纳管", name=one.name), "note")
            return
        problem = Problem(
            "adoption.known_size",
            "「{name}」已在册，规格不同：在册 {held}，清单 {listed}",
            name=one.name,
            held="、".join(str(held.get(name, "—")) for name in differs),
            listed="、".join(str(value) for value in differs.values()),
            way_out="已变更的，请先撤销原来的纳管或退订该资源，再按新的规格纳管",
        )
        self._tell(one, problem, "open")

    # --- result -------------------------------------------------------------------------------------------------------

    def result(self, before: Sequence[Note]) -> Plan:
        """The plan, the gravest notes first, each kind in order of the list."""
        uses = []
        for line in self.setting.lines:
            listed = self.listed.get(line.no, Fraction(0))
            over = None if line.contracted is None else line.drawn + listed - line.contracted
            if over is not None and over > 0 and listed:
                self.notes.append(over_note(line, over, listed))
            uses.append(
                LineUse(
                    no=line.no,
                    name=line.name,
                    item=line.item,
                    unit=line.unit,
                    contracted=None if line.contracted is None else text_of(line.contracted),
                    before=text_of(line.drawn),
                    listed=text_of(listed),
                    over=text_of(over) if over is not None and over > 0 else None,
                )
            )
        servers = {one.name for one in self.takes if one.kind == "server"}
        servers |= {name for kind, name in self.setting.known if kind == "server"}
        for one in self.takes:
            if one.server and one.server not in servers:
                problem = Problem(
                    "adoption.server_unknown",
                    "「{name}」所属的主机「{server}」不在清单上，也没有在册",
                    name=one.name,
                    server=one.server,
                    way_out="请核对主机名称；确认后该资源不属于任何主机",
                )
                self.notes.append(note_of(problem, "open", place=one.place, subject=one.name))
        systemless = [one.name for one in self.takes if one.kind == "server" and not one.system]
        if systemless:
            self.notes.append(systemless_note(systemless))
        absent = sorted(name for kind, name in self.setting.adopted - self.met if kind == "server")
        if absent and self.setting.adopted & self.met:  # a list of what is here already, and of some no more
            self.notes.append(absent_note(absent))
        notes = [*before, *self.notes, *(missing_note(key, names) for key, names in sorted(self.missing.items()))]
        rank = {"error": 0, "open": 1, "note": 2}
        return Plan(
            takes=tuple(self.takes), lines=tuple(uses), notes=tuple(sorted(notes, key=lambda note: rank[note.severity]))
        )
