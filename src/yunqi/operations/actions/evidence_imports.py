"""Taking in what other systems saw, as an action."""

from __future__ import annotations

from dataclasses import asdict

from yunqi.kernel.rights import Target
from yunqi.kernel.words import _
from yunqi.operations.actions import aims
from yunqi.operations.actions.base import Desk, action
from yunqi.operations.actions.evidence import visible_contract
from yunqi.operations.actions.made import require_own_file
from yunqi.operations.foreign import import_file
from yunqi.operations.monitors import import_monitor, require_mapping
from yunqi.store.files import load_content, require_file
from yunqi.wire.evidence import ImportedEvidence, ImportEvidence


def _aim(desk: Desk, request: ImportEvidence) -> Target:
    """A contract; the files must be of the caller's own organisation."""
    for one in (request.file, request.mapping):
        if one is not None:
            require_own_file(desk, one)
    return aims.contract(desk, request)


@action(
    "evidence.import",
    "POST",
    "/contracts/{contract}/evidence-imports",
    "导入证据",
    request=ImportEvidence,
    answer=ImportedEvidence,
    aim=_aim,
    kind="run",
)
def import_(desk: Desk, request: ImportEvidence) -> ImportedEvidence:
    """Takes in what another monitoring system wrote, all of the file or nothing; the same file again adds nothing."""
    found = visible_contract(desk, request.contract)
    with desk.site.database.read() as connection:
        kept = require_file(connection, request.file)
        content = load_content(connection, request.file)
        mapping = None if request.mapping is None else load_content(connection, request.mapping)
    if desk.progress is not None:
        desk.progress(_("正在导入 {name}", name=kept.name), 0, 1)
    if request.format != "csv":
        told = import_monitor(
            desk.site,
            found.id,
            content,
            require_mapping(mapping),
            system=request.format,
            label=request.label,
            sample=request.sample,
        )
        return ImportedEvidence(**asdict(told))
    taken = import_file(
        desk.site,
        found.id,
        content,
        label=request.label,
        sample=request.sample,
        kind=request.kind,
        zone=request.zone,
    )
    return ImportedEvidence(written=taken.written, known=taken.known)
