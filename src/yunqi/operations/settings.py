"""The settings of one installation: `site.toml` in its home, each with a default that runs on one machine."""

from __future__ import annotations

import hashlib
import os
import tomllib
from dataclasses import dataclass, fields
from pathlib import Path

from yunqi.kernel.errors import Problem

_SITE_ID_LENGTH = 4
SERVER = "server"
"""The name of a home's server where none is given."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Where things lie and how often things are done.

    `site_id` marks everything this installation makes in the engine, so that two on one machine never meet.
    Seconds end in `_s`. Processes that share an engine share `site_id` and `engine_dir`; all share `key_dir`, where the
    key that signs daily roots lies. `auto_upgrade`: whether a PostgreSQL database with data is brought to a new schema
    without `yunqi upgrade`. `database_url` is a SQLAlchemy URL: SQLite in the home, or PostgreSQL by this one setting.
    """

    home: Path
    database_url: str
    site_id: str
    engine: str = "libvirt"
    engine_dir: Path = Path("engine")
    key_dir: Path = Path("keys")
    image_dir: Path = Path("build/images")
    libvirt_uri: str = "qemu:///system"
    public_cidr: str = "203.0.113.0/24"
    tenant_cidr: str = "10.64.0.0/12"
    probe_interval_s: int = 60
    sample_interval_s: int = 60
    reconcile_interval_s: int = 5
    seal_interval_s: int = 10
    lease_s: int = 30
    language: str = "zh_CN"
    auto_upgrade: bool = False
    listen_host: str = "127.0.0.1"
    listen_port: int = 8600
    tls_pem: str = ""
    trusted_proxies: str = ""
    requests_per_minute: int = 1200
    strangers_per_minute: int = 60
    session_idle_s: int = 1800
    session_longest_s: int = 43200
    password_memory_mib: int = 64
    password_passes: int = 3
    oidc_issuer: str = ""
    oidc_client_id: str = ""
    oidc_secret_file: str = ""
    oidc_redirect_base: str = ""
    oidc_claim: str = ""
    webhook_hosts: str = ""
    webhook_only: str = ""
    smtp_host: str = ""
    smtp_port: int = 25
    smtp_tls: str = "starttls"
    smtp_ca_file: str = ""
    smtp_from: str = ""
    smtp_user: str = ""
    smtp_password_file: str = ""
    sms_url: str = ""
    sms_phone_field: str = "mobile"
    sms_text_field: str = "content"
    sms_token_file: str = ""
    sms_success: str = ""

    @property
    def key_path(self) -> Path:
        """The signing key of the daily roots: a file of its own, outside the database."""
        return self.key_dir / "root.sm2.pem"

    @property
    def identity_key_path(self) -> Path:
        """The key that encrypts second factors: a file of its own, outside the database."""
        return self.key_dir / "identity.key"

    @property
    def document_dir(self) -> Path:
        """Where made documents lie, a folder a statement."""
        return self.home / "documents"

    @property
    def console_key_path(self) -> Path:
        """The key that signs form tokens: one for all processes, so that a form of one is taken by another."""
        return self.key_dir / "console.key"

    @property
    def request_log_path(self) -> Path:
        """One line of JSON a request."""
        return self.home / "log" / "requests.jsonl"

    @property
    def log_path(self) -> Path:
        """The server's log."""
        return self.home / "log" / "server.log"

    @property
    def targets_path(self) -> Path:
        """What the probe process watches: written by the server, read anew each round."""
        return self.home / "probe-targets.json"

    @property
    def pid_path(self) -> Path:
        """Holds the number of the running server."""
        return self.claim_path(SERVER)

    @property
    def journal_path(self) -> Path:
        """What a restore has left to move; whoever opens the installation next finishes it."""
        return self.home / "restore.json"

    def claim_path(self, name: str) -> Path:
        """Locked by the running server of that name, and holds its number."""
        return self.home / (f"{SERVER}.pid" if name == SERVER else f"{SERVER}-{name}.pid")


def default_home() -> Path:
    """`YUNQI_HOME`, else `var` beside a checkout, else a folder of the user."""
    if "YUNQI_HOME" in os.environ:
        return Path(os.environ["YUNQI_HOME"])
    root = project_root()
    return root / "var" if root else Path.home() / ".local" / "share" / "yunqi"


def project_root() -> Path | None:
    """The checkout this package runs from, or None when it is installed elsewhere."""
    root = Path(__file__).resolve().parents[3]
    return root if (root / "pyproject.toml").exists() else None


def load_settings(home: Path | None = None, *, site: Path | None = None) -> Settings:
    """The settings from `site.toml` in the home (or from the file `site`), defaults where it is silent.

    Raises `Problem` site.unreadable and site.unknown_field, naming the file and the field.
    """
    home = (home or default_home()).resolve()
    path = site or home / "site.toml"
    given: dict[str, object] = {}
    if path.exists():
        try:
            given = tomllib.loads(path.read_text("utf-8"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise Problem(
                "site.unreadable",
                "配置文件 {path} 无法解析:{reason}",
                path=path,
                reason=error,
                way_out="请按 TOML 语法修正该文件",
            ) from error
    known = {field.name: field.type for field in fields(Settings)}
    for name, value in given.items():
        expected = known.get(name)
        if expected == "int":  # seconds: none of them may be nothing
            fits = (
                isinstance(value, int)
                and not isinstance(value, bool)
                and (value > 0 or (value, name) == (0, "listen_port"))
            )
        elif expected == "bool":
            fits = isinstance(value, bool)
        else:
            fits = isinstance(value, str)
        if expected is None or name == "home" or not fits:
            raise Problem(
                "site.unknown_field",
                "配置文件 {path} 中的 {name} = {value} 不可用",
                field=name,
                path=path,
                name=name,
                value=value,
                way_out="可用的配置项见 docs/reference/site.md",
            )
    root = project_root()
    values: dict[str, object] = {
        "database_url": f"sqlite:///{home / 'yunqi.db'}",
        "site_id": hashlib.sha256(str(home).encode()).hexdigest()[:_SITE_ID_LENGTH],
        "image_dir": str((root or home) / "build" / "images"),
        **given,
    }
    if "YUNQI_DATABASE_URL" in os.environ:
        values["database_url"] = os.environ["YUNQI_DATABASE_URL"]
    for name, default in (("image_dir", ""), ("engine_dir", "engine"), ("key_dir", "keys")):
        values[name] = (home / str(values.get(name, default))).resolve()  # a relative one lies in the home
    return Settings(home=home, **values)  # type: ignore[arg-type]  # checked field by field above
