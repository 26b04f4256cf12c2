"""The pages of the side bar: each shows for whoever may do its action, and when there is such a page."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from yunqi.kernel.rights import Caller, Target, decide
from yunqi.kernel.rights_table import RIGHTS
from yunqi.kernel.words import _


@dataclass(frozen=True, slots=True)
class Entry:
    """One link: where, its words, its icon, and the action that opens it."""

    path: str
    words: str
    icon: str
    action: str


@dataclass(frozen=True, slots=True)
class Group:
    """Links under one heading."""

    words: str
    entries: tuple[Entry, ...]


def list_groups() -> tuple[Group, ...]:
    """All there are, in the order of daily work."""
    return (
        Group(
            "",
            (
                Entry("/", _("总览"), "layout-dashboard", "overview.read"),
                Entry("/proposals", _("待确认事项"), "user-check", "proposal.list"),
                Entry("/obligations", _("义务与期限"), "calendar-due", "obligation.list"),
            ),
        ),
        Group(
            _("合同"),
            (
                Entry("/contracts", _("合同"), "file-text", "contract.list"),
                Entry("/findings", _("审查意见"), "shield-search", "contract.list"),
                Entry("/entitlements", _("额度"), "gauge", "entitlement.list"),
                Entry("/prices", _("单价比较"), "coin-yuan", "price.compare"),
            ),
        ),
        Group(
            _("交付"),
            (
                Entry("/systems", _("信息系统"), "sitemap", "system.list"),
                Entry("/work-orders", _("统一工单"), "clipboard-list", "work_order.list"),
                Entry("/resources", _("资源"), "server", "resource.list"),
                Entry("/order", _("订购"), "plus", "resource.order"),
            ),
        ),
        Group(
            _("履约"),
            (
                Entry("/incidents", _("故障与事件"), "alert-triangle", "incident.list"),
                Entry("/notices", _("事件通知"), "send", "notice.list"),
                Entry("/duty", _("值班"), "calendar-time", "shift.list"),
                Entry("/adjudications", _("责任认定"), "gavel", "adjudication.list"),
                Entry("/exclusions", _("剔除时段"), "clock-pause", "exclusion.list"),
                Entry("/registers", _("登记"), "checklist", "register.list"),
                Entry("/logbooks", _("演练与保障"), "clipboard-list", "logbook.list"),
                Entry("/logbooks/staff", _("人员台账"), "users", "logbook.staff"),
                Entry("/evidence", _("证据"), "fingerprint", "evidence.roots"),
            ),
        ),
        Group(
            _("结算与付款"),
            (
                Entry("/statements", _("结算单"), "receipt", "statement.list"),
                Entry("/payments", _("付款与保证金"), "coin-yuan", "payment.list"),
                Entry("/invoices", _("发票"), "file-dollar", "invoice.list"),
                Entry("/deliveries", _("逐日交付"), "chart-bar", "delivery.read"),
                Entry("/allocations", _("费用分摊"), "calculator", "allocation.read"),
            ),
        ),
        Group(
            _("报告与验收"),
            (
                Entry("/reports", _("报告"), "report", "report.calendar"),
                Entry("/documents", _("文档"), "files", "document.list"),
                Entry("/acceptances", _("验收"), "clipboard-list", "acceptance.list"),
                Entry("/exits", _("退出"), "arrow-back-up", "exit.list"),
            ),
        ),
        Group(
            _("监督"),
            (
                Entry("/ratings", _("月报月评"), "scale", "rating.list"),
                Entry("/rectifications", _("整改通知"), "checklist", "rectification.list"),
                Entry("/idle-resources", _("闲置资源"), "hourglass", "idle_resource.list"),
                Entry("/audit-samples", _("抽查"), "list-check", "audit_sample.draw"),
            ),
        ),
        Group(
            _("管理"),
            (
                Entry("/organisations", _("单位与租户"), "building", "organisation.list"),
                Entry("/people", _("人员与角色"), "users", "person.list"),
                Entry("/accounts", _("账号"), "user-shield", "account.list"),
                Entry("/consents", _("授权同意"), "hand-stop", "consent.list"),
                Entry("/audit", _("审计记录"), "history", "audit.list"),
                Entry("/webhooks", _("事件推送"), "webhook", "webhook.list"),
                Entry("/runs", _("后台任务"), "progress", "run.read"),
            ),
        ),
    )


def list_visible(caller: Caller, paths: Collection[str]) -> tuple[Group, ...]:
    """What the caller sees of it: `paths` are those of the pages that exist."""
    shown = []
    for group in list_groups():
        entries = tuple(
            entry
            for entry in group.entries
            if entry.path in paths and decide(caller, RIGHTS[entry.action], Target()) is None
        )
        if entries:
            shown.append(Group(group.words, entries))
    return tuple(shown)
