"""The list beside what runs: which machines are both, which only one of them, which are of another size. Pure."""

from __future__ import annotations

from fractions import Fraction

from yunqi.kernel.errors import Problem
from yunqi.operations.adoption.cells import plain
from yunqi.operations.adoption.inventory import Disk, Inventory, Machine, Note, note_of, text_of


def sum_disks(machine: Machine) -> Fraction:
    """All disks of a machine together, GB."""
    disks = (*((machine.system_disk,) if machine.system_disk else ()), *machine.disks)
    return sum((Fraction(one.size_gb) for one in disks), Fraction(0))


def join_running(listed: Inventory | None, seen: Inventory) -> Inventory:
    """One inventory: what is on the list and runs, with the sizes that were read from what runs.

    Without a list everything that runs. What is on the list alone, or runs alone, is told and not in it: nobody can say
    of either that it is delivered as agreed.
    """
    if listed is None:
        off = [note for one in seen.machines for note in _shut_off(one, one)]
        return seen.model_copy(update={"notes": (*seen.notes, *off)})
    running = seen.machines
    by_uuid = {one.uuid.lower(): one for one in running if one.uuid}
    by_name = {plain(one.name).lower(): one for one in running}
    machines: list[Machine] = []
    notes: list[Note] = []
    met: set[str] = set()
    for one in listed.machines:
        found = by_uuid.get(one.name.lower()) or by_name.get(plain(one.name).lower())
        if one.physical:
            machines.append(one)
            continue
        if found is None:
            problem = Problem(
                "adoption.not_running",
                "「{name}」在清单上，平台上没有，不予纳管",
                name=one.name,
                way_out="请核对名称，或请云服务商说明；补建后再次预览",
            )
            notes.append(note_of(problem, "open", place=one.place, subject=one.name))
            continue
        met.add(found.uuid)
        notes += _compare(one, found)
        machines.append(_as_running(one, found))
    for one in running:
        if one.uuid not in met:
            problem = Problem(
                "adoption.not_listed",
                "「{name}」在平台上运行，不在清单上，不予纳管",
                name=one.name,
                way_out="属于本合同的请补入清单后再次预览",
            )
            notes.append(note_of(problem, "open", subject=one.name))
    return listed.model_copy(update={"machines": tuple(machines), "notes": (*listed.notes, *seen.notes, *notes)})


def _compare(listed: Machine, found: Machine) -> list[Note]:
    """What differs in size; what runs stands."""
    sizes = (
        ("cpu", listed.vcpus, found.vcpus),
        ("memory", listed.memory_gb, found.memory_gb),
        ("disk", text_of(sum_disks(listed)) if sum_disks(listed) else None, text_of(sum_disks(found))),
    )
    notes = [
        note_of(
            Problem(
                "adoption.other_size",
                "「{name}」的{what}清单写作 {listed}，实际为 {found}，以实际为准",
                name=listed.name,
                what=what,
                listed=said,
                found=seen or "—",
                way_out="请云服务商说明差异",
            ),
            "open",
            place=listed.place,
            subject=listed.name,
        )
        for what, said, seen in sizes
        if said is not None and seen is not None and Fraction(said) != Fraction(seen)
    ]
    return [*notes, *_shut_off(listed, found)]


def _shut_off(listed: Machine, found: Machine) -> list[Note]:
    """That a machine does not run now."""
    if found.running is not False:
        return []
    problem = Problem(
        "adoption.shut_off",
        "「{name}」已关机",
        name=listed.name,
        way_out="确认后照常计量；不应计量的请从清单中删去",
    )
    return [note_of(problem, "open", place=listed.place, subject=listed.name)]


def _as_running(listed: Machine, found: Machine) -> Machine:
    """The machine as it runs, with the words of the list; a disk's grade is the list's where it lists as many disks."""
    graded = [*((listed.system_disk,) if listed.system_disk else ()), *listed.disks]
    seen = [*((found.system_disk,) if found.system_disk else ()), *found.disks]
    grades = {one.grade for one in graded}
    if len(graded) == len(seen):
        disks = [Disk(size_gb=one.size_gb, grade=said.grade) for one, said in zip(seen, graded, strict=True)]
    elif len(grades) == 1:
        grade = grades.pop()
        disks = [Disk(size_gb=one.size_gb, grade=grade) for one in seen]
    else:
        disks = list(seen)
    return listed.model_copy(
        update={
            "vcpus": found.vcpus,
            "memory_gb": found.memory_gb,
            "system_disk": disks[0] if disks else None,
            "disks": tuple(disks[1:]),
            "uuid": found.uuid,
            "running": found.running,
        }
    )
