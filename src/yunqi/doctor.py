"""What is missing or wrong on this machine, each with its mend. Looks, and changes nothing."""

from __future__ import annotations

import ctypes
import importlib.util
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from yunqi.contract.workdays import load_work_calendar
from yunqi.kernel.errors import Problem, YunqiError
from yunqi.kernel.words import _, render_sentence, render_way_out
from yunqi.operations.settings import Settings
from yunqi.reports.fonts import find_fonts

_DEADLINE_S = 20
_GIB = 1 << 30
_DISK_NEEDED_BYTES = 8 * _GIB
_MEMORY_NEEDED_BYTES = 2 * _GIB
_NOTICE_DUE = (12, 15)
_CLOCK_UNSYNCHRONISED = 0x0040  # STA_UNSYNC of adjtimex(2)

# program, arguments that make it name its version (none: it is only looked for), Debian package
_PROGRAMS = (
    ("libvirtd", ("--version",), "libvirt-daemon"),
    ("virtlogd", ("--version",), "libvirt-daemon"),
    ("virsh", ("--version",), "libvirt-clients"),
    ("qemu-system-x86_64", ("--version",), "qemu-system-x86"),
    ("qemu-img", ("--version",), "qemu-utils"),
    ("nft", ("--version",), "nftables"),
    ("ip", ("-V",), "iproute2"),
    ("tc", ("-V",), "iproute2"),
    ("ping", ("-V",), "iputils-ping"),
    ("curl", ("--version",), "curl"),
    ("busybox", (), "busybox-static"),
    ("cpio", ("--version",), "cpio"),
    ("openssl", ("version",), "openssl"),
)
_LIBRARIES = ("alembic", "click", "cryptography", "docx", "libvirt", "psycopg", "pydantic", "sqlalchemy", "tongsuopy")

# Tried in a network namespace that ends with the command, so that nothing is left.
_PAIR = "ip link add name yqd0 type veth peer name yqd1"
_CAP = """ && tc qdisc add dev yqd0 root handle 1: htb
 && tc class add dev yqd0 parent 1: classid 1:1 htb rate 1mbit
 && tc filter add dev yqd0 parent 1: protocol ip u32 match ip dst 192.0.2.1/32 flowid 1:1"""
_TURN = """ && tc qdisc add dev yqd0 ingress
 && tc filter add dev yqd0 parent ffff: protocol ip u32 match u32 0 0 action mirred egress redirect dev yqd1"""
_NAT = """nft 'add table ip yqd; add chain ip yqd post { type nat hook postrouting priority 100; };
 add rule ip yqd post masquerade'"""
_BRIDGE = "nft 'add table bridge yqd; add chain bridge yqd in { type filter hook prerouting priority 0; }'"
_KERNEL = (
    ("tun", "ip tuntap add dev yqd0 mode tap"),
    ("bridge", "ip link add name yqd0 type bridge"),
    ("veth", _PAIR),
    ("ifb", "ip link add name yqd0 type ifb"),
    ("htb, u32", _PAIR + _CAP),
    ("ingress, mirred", _PAIR + _TURN),
    ("nft nat", _NAT),
    ("nft bridge", _BRIDGE),
)


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at: what was found, and what mends it ("" when all is well). Not `needed`: a hint only."""

    name: str
    ok: bool
    found: str
    mend: str = ""
    needed: bool = True


def run_checks(settings: Settings, *, now: datetime | None = None) -> list[Check]:
    """All checks, in the order in which one would mend them. A check that breaks is a failed one."""
    now = now or datetime.now(UTC)
    checks = [check_root()]
    checks += [check_program(name, arguments, package) for name, arguments, package in _PROGRAMS]
    checks += [
        check_libraries(),
        *check_kernel(),
        *(_check_machine(settings) if settings.engine == "libvirt" else []),
        *_guarded(_("字体"), lambda: [check_fonts()]),
        check_disk(settings.home),
        check_memory(Path("/proc/meminfo")),
        *_guarded(_("数据库"), lambda: [check_database(settings.database_url)]),
        check_clock(now),
        *check_workdays(now.date()),
    ]
    return checks


def _check_machine(settings: Settings) -> list[Check]:
    """What only an installation needs that runs guests on this machine."""
    image = _guarded(_("来宾镜像"), lambda: [check_image(settings.image_dir)])
    checks = [check_libvirt(settings), *image]
    if all(check.ok for check in image):
        checks += _guarded(_("虚拟化加速"), lambda: [check_acceleration(settings)])
    checks += _guarded(_("介质"), lambda: [check_medium(settings.home)])
    return checks + _guarded(_("残留"), lambda: [check_leftovers(settings)])


def _guarded(name: str, look: Callable[[], list[Check]]) -> list[Check]:
    try:
        return look()
    except YunqiError as error:
        return [
            Check(name, ok=False, found=render_sentence(error), mend=render_way_out(error) or _("请按左侧说明处理"))
        ]
    except Exception as error:  # noqa: BLE001  # a doctor that falls ill must say so and look on
        return [
            Check(name, ok=False, found=f"{type(error).__name__}: {error}", mend=_("检查本身出错,请将此行报告给开发者"))
        ]


def _read_output(*command: str, deadline_s: int = _DEADLINE_S) -> tuple[int, str]:
    """Exit code and all output of a command; 127 when there is none of that name, 124 when it takes too long."""
    try:
        done = subprocess.run(
            command, check=False, capture_output=True, text=True, timeout=deadline_s, errors="replace"
        )
    except FileNotFoundError:
        return 127, ""
    except subprocess.TimeoutExpired:
        return 124, _("{seconds} 秒内没有结果", seconds=deadline_s)
    return done.returncode, (done.stdout + done.stderr).strip()


def check_root() -> Check:
    """Whether this process may make network namespaces and drive libvirt."""
    name = _("权限")
    if os.geteuid() == 0:
        return Check(name, ok=True, found="root")
    return Check(name, ok=False, found=_("不是 root 用户"), mend=_("请以 root 运行,或在命令前加 sudo"))


def check_program(program: str, arguments: tuple[str, ...], package: str) -> Check:
    """Whether a program is there, with its version."""
    path = shutil.which(program) or shutil.which(program, path="/usr/sbin:/sbin:/usr/local/sbin")
    if path is None:
        return Check(program, ok=False, found=_("未安装"), mend=f"apt-get install {package}")
    if not arguments:
        return Check(program, ok=True, found=path)
    code, output = _read_output(path, *arguments)
    version = re.search(r"\d+(\.\d+)+\w*|iproute2-[\w.]+|iputils \d+", output)
    if code != 0 or version is None:
        return Check(program, ok=False, found=output[:80], mend=f"apt-get install --reinstall {package}")
    return Check(program, ok=True, found=version.group(0))


def check_libraries() -> Check:
    """Whether the Python libraries are installed."""
    missing = [name for name in _LIBRARIES if importlib.util.find_spec(name) is None]
    if missing:
        return Check(_("Python 库"), ok=False, found=_("缺少 {names}", names="、".join(missing)), mend="make setup")
    return Check(_("Python 库"), ok=True, found=_("齐全"))


def check_kernel() -> list[Check]:
    """Whether the kernel has what networks need, found by making each thing in a namespace that ends at once."""
    return [check_kernel_feature(feature, script) for feature, script in _KERNEL]


def check_kernel_feature(feature: str, script: str) -> Check:
    """One feature of the kernel, tried."""
    name = _("内核 {feature}", feature=feature)
    if os.geteuid() != 0:
        return Check(name, ok=False, found=_("不是 root 用户,无法试验"), mend=_("请以 root 运行,或在命令前加 sudo"))
    code, output = _read_output(
        "unshare", "--net", "--", "sh", "-c", f"PATH=$PATH:/usr/sbin:/sbin; {script}".replace("\n", "")
    )
    if code == 0:
        return Check(name, ok=True, found=_("可用"))
    return Check(
        name,
        ok=False,
        found=output.splitlines()[-1][:120] if output else f"exit {code}",
        mend=_("请换用带有此功能的内核,Debian 12 自带的内核即可"),
    )


def check_libvirt(settings: Settings) -> Check:
    """Whether libvirt answers or can be started."""
    code, output = _read_output("virsh", "-c", settings.libvirt_uri, "version")
    hypervisor = re.search(r"(?<=hypervisor: )QEMU [\d.]+", output)
    if code == 0:
        found = _("运行中,{version}", version=hypervisor.group(0) if hypervisor else settings.libvirt_uri)
        return Check("libvirt", ok=True, found=found)
    if os.geteuid() == 0 and shutil.which("libvirtd") and not Path("/run/systemd/system").exists():
        return Check("libvirt", ok=True, found=_("未运行,云契启动时会启动它"))
    found = output.splitlines()[-1][:120] if output else _("没有应答")
    return Check("libvirt", ok=False, found=found, mend="systemctl start libvirtd")


def check_acceleration(settings: Settings) -> Check:
    """Whether guests are accelerated, asked of a tiny guest once and remembered; slow guests are a hint, no fault."""
    from yunqi.engines.libvirt.accelerator import read_accelerator

    name = _("虚拟化加速")
    memory = settings.image_dir / "accelerator.json"
    with tempfile.TemporaryDirectory() as folder:
        kept = memory if memory.parent.is_dir() else Path(folder) / memory.name
        accelerator = read_accelerator(settings.image_dir, kept)
    if accelerator == "kvm":
        return Check(name, ok=True, found="KVM")
    device = _("有 /dev/kvm,但来宾用它起不来") if Path("/dev/kvm").exists() else _("没有 /dev/kvm")
    mend = _("可以运行,只是慢;要加速,请在 BIOS 或上层虚拟化中打开(嵌套)虚拟化")
    return Check(name, ok=False, found=_("软件模拟(TCG):{reason}", reason=device), mend=mend, needed=False)


def check_leftovers(settings: Settings) -> Check:
    """Whether a crash left something half made; the reconciler removes what holds no data by itself."""
    from yunqi.engines.libvirt.driver import LibvirtEngine
    from yunqi.engines.libvirt.settings import LibvirtSettings

    name = _("残留")
    code, _output = _read_output("virsh", "-c", settings.libvirt_uri, "list")
    if not settings.engine_dir.is_dir() or code != 0:
        return Check(name, ok=True, found=_("没有"))
    place = LibvirtSettings(
        site=settings.site_id,
        state_dir=settings.engine_dir,
        image_dir=settings.image_dir,
        uri=settings.libvirt_uri,
        edge_cidr=settings.public_cidr,
    )
    engine = LibvirtEngine(place)
    try:
        strays = engine.observe().strays
    finally:
        engine.close()
    if not strays:
        return Check(name, ok=True, found=_("没有"))
    mend = _("启动云契(yunqi serve):不含数据的残留会自动清理")
    return Check(name, ok=False, found="、".join(strays), mend=mend, needed=False)


def check_image(image_dir: Path) -> Check:
    """Whether there is a guest image."""
    from yunqi.engines.guest.catalogue import load_images

    names = [image.name for image in load_images(image_dir)]
    if not names:
        return Check(_("来宾镜像"), ok=False, found=_("{path} 中没有镜像", path=image_dir), mend="make setup")
    return Check(_("来宾镜像"), ok=True, found="、".join(names))


def check_fonts() -> Check:
    """Whether Chinese type for PDF is there."""
    return Check(_("字体"), ok=True, found=str(find_fonts()))


def _existing(path: Path) -> Path:
    """The path itself or its nearest parent that exists."""
    return path if path.exists() else _existing(path.parent)


def check_disk(home: Path) -> Check:
    """Whether there is room for volumes."""
    free_bytes = shutil.disk_usage(_existing(home)).free
    found = _("{path} 可用 {free} GiB", path=home, free=free_bytes // _GIB)
    if free_bytes < _DISK_NEEDED_BYTES:
        return Check(
            _("磁盘空间"),
            ok=False,
            found=found,
            mend=_("请腾出至少 {need} GiB,或用 YUNQI_HOME 换到别的磁盘", need=_DISK_NEEDED_BYTES // _GIB),
        )
    return Check(_("磁盘空间"), ok=True, found=found)


def check_medium(home: Path) -> Check:
    """Whether overwriting a file there overwrites its old blocks; on a copy-on-write file system it does not."""
    from yunqi.engines.libvirt.media import require_in_place

    path = _existing(home).resolve()
    return Check(_("介质"), ok=True, found=f"{path}: {require_in_place(path)}")


def check_memory(meminfo: Path) -> Check:
    """Whether there is memory for the server and a few guests."""
    fields = dict(line.split(":", 1) for line in meminfo.read_text(encoding="utf-8").splitlines())
    free_bytes = int(fields["MemAvailable"].split()[0]) << 10
    found = _("可用 {free} MiB", free=free_bytes >> 20)
    if free_bytes < _MEMORY_NEEDED_BYTES:
        return Check(
            _("内存"), ok=False, found=found, mend=_("请腾出至少 {need} MiB 内存", need=_MEMORY_NEEDED_BYTES >> 20)
        )
    return Check(_("内存"), ok=True, found=found)


def check_database(url: str) -> Check:
    """Whether the database answers and stands at the schema this program needs.

    A SQLite file that isn't there yet is made at the first start.
    """
    from yunqi.store.database import open_database
    from yunqi.store.upgrade import read_revision

    if url.startswith("sqlite") and not Path(url.split("///", 1)[-1]).exists():
        return Check(_("数据库"), ok=True, found=_("尚未建立,首次启动时建立"))
    database = open_database(url)
    try:
        present, wanted = read_revision(database)
    finally:
        database.close()
    if present == wanted:
        return Check(_("数据库"), ok=True, found=_("结构版本 {revision}", revision=present))
    found = _("结构版本 {present},程序需要 {wanted}", present=present or _("(空)"), wanted=wanted)
    return Check(_("数据库"), ok=False, found=found, mend=_("请先预演再升级：yunqi upgrade --check，yunqi upgrade"))


def check_clock(now: datetime) -> Check:
    """Whether the clock can be right: not before this program was written, and in step with a time source (a hint)."""
    newest = max(path.stat().st_mtime for path in Path(__file__).parent.glob("*/*.py"))
    if now < datetime.fromtimestamp(newest, UTC) - timedelta(days=1):
        found = _("本机时间 {now} 早于程序文件的时间", now=f"{now:%Y-%m-%d %H:%M}Z")
        return Check(_("时钟"), ok=False, found=found, mend=_("请校准本机时钟:时钟决定每一条证据"))
    if is_synchronised():
        return Check(_("时钟"), ok=True, found=_("与时间源同步"))
    return Check(
        _("时钟"),
        ok=False,
        found=_("没有与时间源同步"),
        mend=_("正式运行前请安装 chrony 并指向可信的时间源"),
        needed=False,
    )


def is_synchronised() -> bool:
    """Whether the kernel says that its clock follows a time source.

    Source: adjtimex(2); the status field stands after modes (int, padded) and four longs.
    """
    buffer = (ctypes.c_long * 32)()
    state = ctypes.CDLL(None, use_errno=True).adjtimex(ctypes.byref(buffer))
    status = ctypes.c_int.from_buffer(buffer, 5 * ctypes.sizeof(ctypes.c_long)).value
    return bool(state >= 0 and not status & _CLOCK_UNSYNCHRONISED)


def check_workdays(today: date) -> list[Check]:
    """Whether the holiday notices of this year and the next are recorded; the next year's is due in mid-December."""
    calendar = load_work_calendar()
    checks = []
    for year in (today.year, today.year + 1):
        name = _("{year} 年工作日", year=year)
        try:
            notice = calendar.notice_of(year)
        except Problem as error:
            needed = year == today.year or (today.month, today.day) >= _NOTICE_DUE
            mend = _("国务院办公厅发布通知后,请录入 contract/workdays/{year}.yaml", year=year)
            checks.append(Check(name, ok=False, found=render_sentence(error), mend=mend, needed=needed))
        else:
            checks.append(Check(name, ok=True, found=notice.notice))
    return checks
