"""Small worlds to measure in: an installation of its own, the sample contract signed and a work order approved."""

from __future__ import annotations

import secrets
import shutil
import string
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from yunqi.bootstrap import open_site
from yunqi.operations.cases import add_event, open_work_order
from yunqi.operations.contracts import import_contract, sign_contract
from yunqi.operations.installation import Installation
from yunqi.operations.orders import place_order
from yunqi.operations.settings import load_settings
from yunqi.store import parties
from yunqi.store.resources import Resource

ROOT = Path(__file__).parents[1]
SAMPLE = ROOT / "examples" / "contract-sample.docx"


@contextmanager
def temporary_folder() -> Iterator[Path]:
    """A folder that the hypervisor may enter, gone afterwards."""
    path = Path(tempfile.mkdtemp(prefix="yunqi-bench-", dir="/var/tmp"))
    path.chmod(0o755)
    try:
        yield path
    finally:
        shutil.rmtree(path)


def make_home(folder: Path, **settings: str | int) -> Path:
    """A home with its `site.toml`; its site id is drawn, so that no other installation's is met."""
    home = folder / "home"
    home.mkdir(mode=0o755)
    site_id = "z" + "".join(secrets.choice(string.ascii_lowercase + string.digits) for _ in range(3))
    lines = {"site_id": site_id, "listen_port": 0, **settings}
    text = "".join(
        f"{key} = {value if isinstance(value, int) else chr(34) + value + chr(34)}\n" for key, value in lines.items()
    )
    (home / "site.toml").write_text(text, "utf-8")
    return home


@contextmanager
def temporary_installation(**settings: str | int) -> Iterator[Installation]:
    """An installation that is gone afterwards."""
    with temporary_folder() as folder:
        installation = open_site(load_settings(make_home(folder, **settings)))
        try:
            yield installation
        finally:
            installation.close()


@dataclass
class Agency:
    """The using unit of a signed contract, with the people who act."""

    installation: Installation
    contract: str
    contract_id: str
    using_unit_id: str
    tenant_id: str
    clerk: str
    lead: str
    work_order: str

    def order(self, kind: str, name: str, **fields: Any) -> Resource:
        """Orders a resource within the approved work order."""
        return place_order(
            self.installation,
            contract=self.contract,
            kind=kind,
            name=name,
            fields=fields,
            work_order=self.work_order,
            person_id=self.clerk,
        )


def settle_in(installation: Installation) -> Agency:
    """Imports and signs the sample contract; its using unit gets a tenant and an approved work order."""
    kept = import_contract(installation, SAMPLE).contract
    now = installation.clock.now()
    with installation.database.write() as connection:
        office = parties.add_organisation(connection, name="云管理单位", role="administration", now=now)
        owners = (kept.using_unit_id, kept.provider_id, office)
        clerk, lead, officer = (
            parties.add_person(connection, organisation_id=owner, name=name, now=now)
            for owner, name in zip(owners, ("经办", "主管", "备案"), strict=True)
        )
        tenant = parties.add_tenant(
            connection, organisation_id=kept.using_unit_id, provider_id=kept.provider_id, name="租户", now=now
        )
    for person in (clerk, lead):
        sign_contract(installation, kept.id, person)
    opened = open_work_order(
        installation, contract_id=kept.id, kind="onboarding", title="入云", tenant_id=tenant, person_id=clerk
    )
    add_event(installation, opened.id, "file", person_id=officer, data={"filing_number": "BA-1"})
    add_event(installation, opened.id, "approve", person_id=lead)
    return Agency(installation, kept.number or kept.id, kept.id, kept.using_unit_id, tenant, clerk, lead, opened.number)
