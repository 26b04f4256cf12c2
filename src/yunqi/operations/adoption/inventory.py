"""What stands in a cloud that Yunqi did not build, as a list or a hypervisor tells it: plain data, kept as JSON."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Literal

from pydantic import BaseModel, ConfigDict

from yunqi.kernel.errors import Problem
from yunqi.kernel.money import decimal_text
from yunqi.kernel.words import _

Severity = Literal["error", "open", "note"]
"""error: nothing is taken in before it is mended; open: a difference that both parties accept by confirming; note: said
only.
"""


class Part(BaseModel):
    """Base of what an inventory is made of."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Note(Part):
    """What was found, with the place in the list; the sentence is a message id, its places filled when it is shown."""

    code: str
    severity: Severity
    sentence: str
    way_out: str = ""
    values: dict[str, str] = {}
    sheet: str = ""
    row: int | None = None
    column: str = ""
    value: str = ""
    subject: str = ""


class Place(Part):
    """Where a row stands."""

    sheet: str = ""
    row: int | None = None


class Disk(Part):
    """A disk: GB (2^30 bytes) as decimal text; `grade` None where nobody says it."""

    size_gb: str
    grade: str | None = None


class Common(Part):
    """What every row may say. `opened_on` is the latest day that the text can mean."""

    name: str
    system: str = ""
    unit: str = ""
    opened_on: date | None = None
    place: Place = Place()


class Machine(Common):
    """A machine with its disks and addresses; `uuid` where a hypervisor told it, `running` None where nobody looked."""

    physical: bool = False
    vcpus: str | None = None
    memory_gb: str | None = None
    system_disk: Disk | None = None
    disks: tuple[Disk, ...] = ()
    ips: tuple[str, ...] = ()
    public_ips: tuple[str, ...] = ()
    bandwidth_mbit: str | None = None
    uuid: str = ""
    running: bool | None = None


class LooseDisk(Common):
    """A disk in a row of its own; `server` names the machine that has it."""

    disk: Disk
    server: str = ""


class Address(Common):
    """A public address, or bandwidth, in a row of its own."""

    address: str = ""
    bandwidth_mbit: str | None = None


class Account(Common):
    """Anything else that is counted: accounts, licences, services; `item` is a code of the catalogue."""

    item: str
    count: str


class Inventory(Part):
    """One inventory."""

    machines: tuple[Machine, ...] = ()
    disks: tuple[LooseDisk, ...] = ()
    addresses: tuple[Address, ...] = ()
    accounts: tuple[Account, ...] = ()
    notes: tuple[Note, ...] = ()

    @property
    def rows(self) -> int:
        """How many things it holds."""
        return len(self.machines) + len(self.disks) + len(self.addresses) + len(self.accounts)


def note_of(  # the words are those of a Problem, so that they are collected and translated as all others
    problem: Problem,
    severity: Severity,
    *,
    place: Place | None = None,
    column: str = "",
    value: str = "",
    subject: str = "",
) -> Note:
    """A note with a problem's words."""
    where = place or Place()
    return Note(
        code=problem.code,
        severity=severity,
        sentence=problem.sentence,
        way_out=problem.way_out,
        values={name: str(one) for name, one in problem.values.items()},
        sheet=where.sheet,
        row=where.row,
        column=column,
        value=value[:200],
        subject=subject,
    )


def problem_of(note: Note, kind: type[Problem] = Problem) -> Problem:
    """The note as a problem, to be worded in the language of who reads it."""
    values: dict[str, str] = dict(note.values)
    if "what" in values:
        figures = {"cpu": _("CPU"), "memory": _("内存"), "disk": _("磁盘")}
        values["what"] = figures.get(values["what"], values["what"])
    return kind(note.code, note.sentence, way_out=note.way_out, **values)


def text_of(quantity: Fraction) -> str:
    """A quantity as decimal text; cut after six places, as the ledger counts millionths."""
    micro = 10**6
    return decimal_text(Fraction(quantity.numerator * micro // quantity.denominator, micro))
