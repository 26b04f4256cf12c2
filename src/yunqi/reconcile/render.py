"""A plan in words, for people: what would be made, changed, taken away, and what waits for whom."""

from __future__ import annotations

from collections.abc import Mapping

from yunqi.kernel.words import _
from yunqi.reconcile.steps import (
    DropAddress,
    DropDomain,
    DropNetwork,
    DropVolume,
    EraseVolume,
    MarkGone,
    MarkPhase,
    MarkReady,
    Plan,
    PutAddress,
    PutDomain,
    PutNetwork,
    PutVolume,
    Reserve,
    StartDomain,
    Step,
    StopDomain,
    SweepStrays,
    Wait,
)
from yunqi.services.base import ResourceView
from yunqi.services.catalogue import owner_of


def render_plan(plan: Plan, resources: Mapping[str, ResourceView]) -> str:
    """One line a step: `+` makes or changes, `-` takes away, `=` records, `!` waits. Empty when there is nothing."""
    lines = [_render_step(step, resources) for step in plan.steps]
    lines += [f"! {_name(wait.subject, resources)}: {render_wait(wait, resources)}" for wait in plan.waits]
    return "\n".join(lines)


def _name(thing_id: str, resources: Mapping[str, ResourceView]) -> str:
    resource = resources.get(owner_of(thing_id))
    return f"{resource.name} ({thing_id})" if resource else thing_id


def _render_step(step: Step, resources: Mapping[str, ResourceView]) -> str:
    def name(thing_id: str) -> str:
        return _name(thing_id, resources)

    match step:
        case Reserve():
            return _("= {name}：分配 {pool} {value}", name=name(step.resource), pool=step.pool, value=step.value)
        case PutNetwork():
            return _("+ 网络 {name}：网段 {cidr}", name=name(step.key), cidr=step.network.cidr)
        case PutVolume():
            size_gb = step.volume.size_bytes >> 30
            return _(
                "+ 云硬盘 {name}：{size} GB，上限 {iops} IOPS",
                name=name(step.key),
                size=size_gb,
                iops=step.volume.iops_max,
            )
        case PutDomain():
            domain = step.domain
            return _(
                "+ 虚拟机 {name}：{vcpus} 核，{memory} MiB，{disks} 块盘",
                name=name(step.key),
                vcpus=domain.vcpus,
                memory=domain.memory_mib,
                disks=len(domain.volumes),
            )
        case StartDomain():
            return _("+ 启动虚拟机 {name}", name=name(step.key))
        case StopDomain():
            return _("- 停止虚拟机 {name}（使变更生效）", name=name(step.key))
        case DropDomain():
            return _("- 移除虚拟机 {name}", name=name(step.key))
        case EraseVolume():
            return _("- 销毁云硬盘 {name} 的数据并出具证明", name=name(step.key))
        case DropVolume():
            return _("- 移除已销毁的云硬盘 {name}", name=name(step.key))
        case PutAddress():
            return _(
                "+ 公网地址 {name}：{ip}，{rate} Mbit/s",
                name=name(step.key),
                ip=step.address.public_ip,
                rate=step.address.rate_mbit,
            )
        case DropAddress():
            return _("- 移除公网地址 {name}", name=name(step.key))
        case DropNetwork():
            return _("- 移除网络 {name}", name=name(step.key))
        case SweepStrays():
            return _("- 清理残留 {names}", names="、".join(step.strays))
        case MarkReady():
            return _("= {name}：记为就绪", name=name(step.resource))
        case MarkGone():
            return _("= {name}：记为已注销", name=name(step.resource))
        case MarkPhase():
            return _("= {name}：记为{phase}", name=name(step.resource), phase=render_phase(step.phase))


def render_phase(phase: str) -> str:
    """A phase of a resource, in words."""
    words = {
        "ordered": _("已订购"),
        "building": _("开通中"),
        "ready": _("就绪"),
        "repairing": _("修复中"),
        "waiting": _("等待"),
        "erasing": _("注销中"),
        "gone": _("已注销"),
        "failed": _("失败"),
    }
    return words[phase]


def render_wait(wait: Wait, resources: Mapping[str, ResourceView]) -> str:
    """Why something waits, in words, with whom to ask."""
    others = "、".join(_name(other, resources) for other in wait.others)
    words = {
        "erase.approval": _("退订将销毁数据，等待有权人员批准销毁"),
        "resource.in_use": _("仍被使用：{others}；请先退订使用它的资源", others=others),
        "pool.exhausted": _("地址已用尽；请扩大地址范围或退订闲置资源"),
        "cidr.overlaps": _("网段与本租户另一网络重叠；请改用其他网段"),
        "neighbour.waits": _("等待 {others} 先分配地址", others=others),
        "reference.missing": _("所引用的资源 {others} 不存在", others=others),
        "volume.lost": _("云硬盘 {others} 在引擎中不见了；不会以空盘代替，请人工查找数据", others=others),
        "volume.erased": _("云硬盘 {others} 已被销毁数据", others=others),
        "volume.grade": _("云硬盘 {others} 的存储级别与订购不符，请人工迁移", others=others),
        "volume.attached": _("云硬盘仍被 {others} 使用", others=others),
        "network.used": _("网络仍被 {others} 使用", others=others),
        "data.not_found": _("引擎中找不到应销毁的数据；请找回介质，或登记其已物理销毁"),
        "orphan.volume": _("引擎中有不属于任何资源、但含有数据的云硬盘；请人工处理"),
        "guest.silent": _("已建成，等待其在网络上应答"),
    }
    return words[wait.code]
