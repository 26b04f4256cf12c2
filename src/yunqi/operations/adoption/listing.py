"""A clerk's list -> an inventory. Every cell that is not understood is told with its place; nothing is guessed."""

from __future__ import annotations

from yunqi.kernel.errors import Problem
from yunqi.operations.adoption.heads import find_heading
from yunqi.operations.adoption.inventory import Common, Inventory, Note, Place, note_of
from yunqi.operations.adoption.rows import SheetReader
from yunqi.operations.adoption.sheets import load_grids


def read_listing(content: bytes, name: str) -> Inventory:
    """The inventory of a file; raises `Problem` as `load_grids` does, and adoption.no_heads when no sheet is a list."""
    grids = load_grids(content, name)
    shown = [grid for grid in grids if not grid.hidden]
    readers = [SheetReader(grid, heading) for grid in shown if (heading := find_heading(grid)) is not None]
    if not readers:
        raise Problem(
            "adoption.no_heads",
            "文件「{value}」中没有找到清单的表头",
            field="file",
            value=name,
            way_out="表头应有一行含主机名（或名称、IP），并有 CPU、内存、系统盘等列",
        )
    for reader in readers:
        reader.read()
    read = {id(reader.grid) for reader in readers}
    notes = [
        note_of(
            Problem("adoption.sheet_hidden", "工作表「{sheet}」是隐藏的，没有读取", sheet=grid.name)
            if grid.hidden
            else Problem("adoption.sheet_unread", "工作表「{sheet}」没有可识别的表头，没有读取", sheet=grid.name),
            "note",
            place=Place(sheet=grid.name),
        )
        for grid in grids
        if id(grid) not in read and any(map(any, grid.rows))
    ]
    found = Inventory(
        machines=tuple(one for reader in readers for one in reader.machines),
        disks=tuple(one for reader in readers for one in reader.disks),
        addresses=tuple(one for reader in readers for one in reader.addresses),
        accounts=tuple(one for reader in readers for one in reader.accounts),
        notes=tuple(note for reader in readers for note in reader.notes),
    )
    return found.model_copy(update={"notes": (*found.notes, *_duplicates(found), *notes)})


def _duplicates(found: Inventory) -> list[Note]:
    """Two rows of one name, or one address twice: either may be a slip, so a person says which."""
    notes: list[Note] = []
    seen: dict[str, Common] = {}
    named = [
        *((one, f"machine:{one.name}") for one in found.machines),
        *((one, f"disk:{one.name}") for one in found.disks),
        *((one, f"address:{one.name}") for one in found.addresses),
        *((one, f"inner:{ip}") for one in found.machines for ip in one.ips),
        *((one, f"ip:{ip}") for one in found.machines for ip in one.public_ips),
        *((one, f"ip:{one.address}") for one in found.addresses if one.address),
    ]
    for one, key in named:
        first = seen.setdefault(key.lower(), one)
        if first is not one:
            notes.append(
                note_of(
                    Problem(
                        "adoption.twice",
                        "「{value}」与第 {row} 行重复",
                        value=key.partition(":")[2],
                        row=first.place.row,
                        way_out="请删去重复的一行，或改正名称、地址",
                    ),
                    "open" if key.startswith("inner:") else "error",  # two machines may share one that floats
                    place=one.place,
                    value=key.partition(":")[2],
                    subject=one.name,
                )
            )
    return notes
