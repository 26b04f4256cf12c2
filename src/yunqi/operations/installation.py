"""One installation opened: its settings, its database brought to the present schema, its clock, calendar and engine."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from yunqi.kernel.clock import Clock, SystemClock
from yunqi.kernel.errors import Problem
from yunqi.operations.settings import Settings
from yunqi.store.database import Database, open_database
from yunqi.store.parties import Person, list_organisations, list_people, require_person
from yunqi.store.upgrade import read_revision

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Connection

    from yunqi.engines.base import Engine
    from yunqi.kernel.calendar import WorkCalendar


@dataclass
class Installation:
    """What every use case starts from. `make_engine` is given by the only file that knows the engines."""

    settings: Settings
    database: Database
    make_engine: Callable[[Settings], Engine]
    clock: Clock = field(default_factory=SystemClock)
    open_again: Callable[[Settings], Installation] | None = None
    """Opens the same site in a process of its own, where long work on many contracts is shared out."""

    @cached_property
    def engine(self) -> Engine:
        """The engine of the site, opened when first asked for."""
        return self.make_engine(self.settings)

    @cached_property
    def calendar(self) -> WorkCalendar:
        """The working days that notices have made."""
        from yunqi.contract.workdays import load_work_calendar

        return load_work_calendar()

    def close(self) -> None:
        """Gives the database back."""
        self.database.close()


def open_installation(settings: Settings, make_engine: Callable[[Settings], Engine]) -> Installation:
    """The installation of these settings; its home is made and its database brought to the present schema.

    Raises `Problem` upgrade.needed where a person must do that: see `operations.upgrade`.
    """
    for folder in (settings.home, settings.log_path.parent):
        folder.mkdir(parents=True, exist_ok=True)
    return Installation(settings, _open_database(settings), make_engine)


def _open_database(settings: Settings) -> Database:
    """The database at the present schema; what brings it there is loaded only when it isn't, so commands begin soon."""
    if settings.journal_path.exists():
        from yunqi.operations.restore import finish_restore

        finish_restore(settings)
    database = open_database(settings.database_url)
    try:
        present, needed = read_revision(database)
    except BaseException:
        database.close()
        raise
    if present == needed:
        return database
    database.close()
    from yunqi.operations.upgrade import open_current

    return open_current(settings)


def require_actor(connection: Connection, reference: str) -> Person:
    """The person who acts: an id, or `单位/姓名`, or a name that only one person has.

    Raises `Problem` person.unknown or person.ambiguous.
    """
    if reference.startswith("per-"):
        return require_person(connection, reference)
    organisation_name, slash, name = reference.rpartition("/")
    names = {one.id: one.name for one in list_organisations(connection)}
    found = [
        one
        for one in list_people(connection)
        if one.name == name and (not slash or names[one.organisation_id] == organisation_name)
    ]
    if not found:
        raise Problem(
            "person.unknown",
            "没有登记人员「{value}」",
            field="as",
            value=reference,
            way_out="请先登记：yunqi organisation add-person 单位 姓名；再以「单位/姓名」指明",
        )
    if len(found) > 1:
        raise Problem(
            "person.ambiguous",
            "有 {count} 人名为「{value}」",
            field="as",
            value=reference,
            count=len(found),
            way_out="请以「单位/姓名」指明",
        )
    return found[0]
