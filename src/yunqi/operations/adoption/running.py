"""What runs -> an inventory: the machines that an engine lists beside those that Yunqi built."""

from __future__ import annotations

from collections.abc import Iterable
from fnmatch import fnmatchcase
from fractions import Fraction

from yunqi.engines.base import ForeignDomain
from yunqi.kernel.errors import Problem
from yunqi.operations.adoption.inventory import Disk, Inventory, Machine, Note, note_of, text_of

_MIB_PER_GB, _BYTES_PER_GB = 2**10, 2**30


def load_running(domains: Iterable[ForeignDomain], pattern: str) -> Inventory:
    """The machines whose name or title the pattern means (`*` any words); raises `Problem` adoption.none_running.

    A hypervisor has machines of other tenants too: the pattern says which are this contract's.
    """
    wanted = pattern.lower()
    mine = [one for one in domains if any(fnmatchcase(word.lower(), wanted) for word in (one.name, one.title) if word)]
    if not mine:
        raise Problem(
            "adoption.none_running",
            "平台上没有名称符合「{value}」、不由云契建设的云主机",
            field="running",
            value=pattern,
            way_out="请核对名称，* 代表任意字符，例如 app-*",
        )
    notes: list[Note] = []
    return Inventory(machines=tuple(_to_machine(one, notes) for one in mine), notes=tuple(notes))


def _to_machine(one: ForeignDomain, notes: list[Note]) -> Machine:
    sizes = [Fraction(size, _BYTES_PER_GB) for size in one.disks if size]
    if len(sizes) != len(one.disks):
        problem = Problem(
            "adoption.disk_unreadable",
            "「{name}」有 {count} 块磁盘读不到容量",
            name=one.name,
            count=len(one.disks) - len(sizes),
            way_out="请开机后重新预览，或请云服务商在清单中写明",
        )
        notes.append(note_of(problem, "error", subject=one.name))
    disks = [Disk(size_gb=text_of(size)) for size in sizes]
    return Machine(
        name=one.name,
        vcpus=str(one.vcpus),
        memory_gb=text_of(Fraction(one.memory_mib, _MIB_PER_GB)),
        system_disk=disks[0] if disks else None,
        disks=tuple(disks[1:]),
        uuid=one.uuid,
        running=one.running,
    )
