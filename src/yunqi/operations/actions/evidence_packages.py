"""What somebody else checks evidence with: the signed package, with the program that works a month out again."""

from __future__ import annotations

import tempfile
from pathlib import Path

from yunqi.kernel.clock import render_local
from yunqi.kernel.errors import Problem
from yunqi.kernel.words import _
from yunqi.operations.actions import aims
from yunqi.operations.actions.base import Desk, action
from yunqi.operations.actions.evidence import FILE_LIMIT_BYTES, tell_records, visible_contract
from yunqi.operations.actions.made import keep_made, safe_name
from yunqi.operations.evidence_package import export_package
from yunqi.wire.evidence import MadeFile, PackageEvidence

_ZIP = "application/zip"


@action(
    "evidence.package",
    "POST",
    "/contracts/{contract}/evidence-packages",
    "导出核验包",
    request=PackageEvidence,
    answer=MadeFile,
    aim=aims.contract,
    kind="run",
)
def package(desk: Desk, request: PackageEvidence) -> MadeFile:
    """Writes a package that somebody else can check and work out again; raises `Problem` evidence.too_much."""
    found = visible_contract(desk, request.contract)
    name = f"{_('核验包')}-{safe_name(found.number or found.id)}-{render_local(desk.now)[:10]}.zip"
    with tempfile.TemporaryDirectory(prefix="yunqi-") as folder:
        path = Path(folder) / "package.zip"
        export_package(desk.site, found.id, path, on_line=tell_records(desk, found, _("正在导出证据")))
        if path.stat().st_size > FILE_LIMIT_BYTES:
            raise Problem(
                "evidence.too_much",
                "证据文件超过 {limit} MB，不能经网页下载",
                field="contract",
                limit=FILE_LIMIT_BYTES // 2**20,
                way_out="请在安装所在的机器上执行 yunqi evidence package",
            )
        content = path.read_bytes()
    return keep_made(desk, name=name, media_type=_ZIP, content=content, contract_id=found.id)
