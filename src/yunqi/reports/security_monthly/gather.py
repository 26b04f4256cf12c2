"""What the monthly security inspection shows; what nobody inspected is listed at its end."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from yunqi.reports import figures
from yunqi.reports.period_view import (
    View,
    day_numbers,
    plot_objects,
    plot_weeks,
    require,
    view_heading,
    view_incidents,
    view_notices,
    view_objects,
)

PARTIES = {"provider": "云服务商", "using_unit": "使用单位"}
_KINDS = {"network": "租户网络", "address": "公网地址"}
_CHANGES = {"ordered": "本期开通", "gone": "本期收回"}
_STATES = {"drafted": "拟稿", "approved": "已审批", "delivered": "已报送", "received": "已签收"}
_NEEDED = (
    "contract",
    "first_on",
    "last_on",
    "end_at",
    "to_date",
    "made_at",
    "by",
    "days",
    "objects",
    "incidents",
    "weeks",
    "exposed",
    "services",
    "deliveries",
    "signing",
    "privileged",
    "assumed",
    "evidence",
    "keys",
    "certificate",
    "notices",
)


def gather(data: Mapping[str, Any]) -> View:
    """The words and figures of the document. Raises `Problem` report.data."""
    require(data, _NEEDED)
    evidence = data["evidence"]
    alarm, calm = _verdict(evidence)
    return view_heading(data, "安全巡检月报") | {
        "summary": _summary(data),
        "objects": view_objects(data["objects"]),
        "plot_days": plot_objects("各对象逐日情况", day_numbers(data["days"]), data["objects"]),
        "incidents": view_incidents(data["incidents"]),
        "plot_weeks": plot_weeks(data["weeks"]),
        "exposed": [_exposure(one) for one in data["exposed"]],
        "services": [_service(one) for one in data["services"]],
        "deliveries": [_delivery(one) for one in data["deliveries"]],
        "signing": [_signing(one) for one in data["signing"]],
        "privileged": [
            {
                "party": PARTIES[one["party"]],
                "title": one["title"],
                "done": str(one["done"]),
                "refused": str(one["refused"]),
            }
            for one in data["privileged"]
        ],
        "assumed": [
            {
                "person": one["person"],
                "reason": one["reason"],
                "begun_at": figures.local(one["begun_at"]),
                "ended_at": figures.local(one["ended_at"]),
                "deeds": str(one["deeds"]),
            }
            for one in data["assumed"]
        ],
        "evidence": [
            {"name": "核验结论", "alarm": alarm, "calm": calm},
            *(
                {"name": name, "alarm": "", "calm": text}
                for name, text in (
                    ("已核验记录", f"{evidence['facts']} 条事实，{evidence['verdict_days']} 条每日判定"),
                    ("每日签名", f"{evidence['roots']} 日"),
                    ("尚未封存 / 尚未签名", f"{evidence['unsealed']} 条 / {evidence['unsigned']} 条"),
                    ("最后一日的根（SM3）", evidence["last_root_sm3"] or figures.NONE),
                )
            ),
            {
                "name": "平台审计记录",
                "alarm": "" if evidence["trail_passed"] else f"发现 {evidence['trail_findings']} 处不符",
                "calm": "一致" * evidence["trail_passed"],
            },
            {"name": "审计链末端（SM3）", "alarm": "", "calm": evidence["trail_head"]},
        ],
        "findings": [f"{one['record']}（{one['code']}）" for one in evidence["findings"]],
        "keys": [
            {
                "key": one["key_id"],
                "since": figures.local(one["since"]),
                "days": f"{figures.day(one['first_on'])}至{figures.day(one['last_on'])}，{one['days']} 日",
            }
            for one in data["keys"]
        ],
        "certificate": _certificate(data["certificate"]),
        "notices": view_notices(data["notices"]),
        "left_out": _left_out(data),
    }


def _summary(data: Mapping[str, Any]) -> list[str]:
    signing, evidence = data["signing"], data["evidence"]
    failed, shut = (sum(one[key] for one in signing) for key in ("failed", "shut"))
    unsettled = [one for one in data["notices"] if one["open"]]
    down = [one for one in data["objects"] if Fraction(one["down"])]
    unseen = [one for one in data["objects"] if Fraction(one["unknown"])]
    lines = [
        (
            f"立案事件 {len(data['incidents'])} 起；观测对象 {len(data['objects'])} 个，其中有中断的 {len(down)} 个"
            f"、有未知时间的 {len(unseen)} 个。"
        ),
        f"登录失败 {failed} 次，因连续失败锁定 {shut} 次；代入角色 {len(data['assumed'])} 次。",
        f"证据逐条核验：{''.join(_verdict(evidence))}。",
        "平台审计记录核验：一致。" if evidence["trail_passed"] else "平台审计记录核验：有不符，须立即查明。",
        (
            f"整改通知 {len(data['notices'])} 件，未办结 {len(unsettled)} 件，其中逾期 "
            f"{sum(one['overdue'] for one in unsettled)} 件。"
        ),
    ]
    if not data["objects"]:
        lines[0] = f"立案事件 {len(data['incidents'])} 起；本期没有任何探测证据，可用情况未知。"
    return lines


def _verdict(evidence: Mapping[str, Any]) -> tuple[str, str]:
    """What the check of the evidence says, as an alarm or plainly; of nothing sealed nothing can be checked."""
    if evidence["findings"]:
        return f"发现 {len(evidence['findings'])} 处不符，须立即查明", ""
    if not evidence["facts"]:
        return f"没有已封存的事实可核验，尚未封存 {evidence['unsealed']} 条", ""
    left = [f"尚未封存 {evidence['unsealed']} 条"] * bool(evidence["unsealed"])
    left += [f"尚未签名 {evidence['unsigned']} 条"] * bool(evidence["unsigned"])
    return "", "，".join(["已封存的一致", *left])


def _exposure(one: Mapping[str, Any]) -> View:
    spec = "，".join(f"{key}={value}" for key, value in one["spec"].items())
    changes = [_CHANGES[each] for each in one["changes"]]
    if one["generation"] > 1:
        changes.append(f"累计变更 {one['generation'] - 1} 次")
    return {
        "kind": _KINDS[one["kind"]],
        "name": one["name"],
        "system": one["system"] or figures.NONE,
        "spec": spec or figures.NONE,
        "changes": "、".join(changes) or "无变化",
        "origin": "接管" if one["adopted"] else "本平台开通",
    }


def _service(one: Mapping[str, Any]) -> View:
    return {
        "no": str(one["no"]),
        "name": one["name"],
        "unit": one["unit"] or figures.NONE,
        "contracted": figures.quantity(one["contracted"]),
        "standing": figures.quantity(one["standing"]) if one["recorded"] else figures.NONE,
        "done": figures.quantity(one["done"]) if one["recorded"] else figures.NONE,
        "alarm": "" if one["recorded"] else "没有记录",
        "calm": "有记录" if one["recorded"] else "",
    }


def _delivery(one: Mapping[str, Any]) -> View:
    return {
        "title": one["title"],
        "state": _STATES[one["state"]],
        "delivered_at": figures.local(one["delivered_at"]),
        "received_at": figures.local(one["received_at"]),
    }


def _signing(one: Mapping[str, Any]) -> View:
    count = one["accounts"] or dict.fromkeys(("all", "disabled", "locked", "one_factor", "stale"))
    return {
        "party": PARTIES[one["party"]],
        **{name: str(one[name]) for name in ("signed_in", "failed", "shut", "refused")},
        **{
            name: "0" if one["accounts"] is None else str(count[name])
            for name in ("all", "disabled", "locked", "one_factor", "stale")
        },
    }


def _certificate(one: Mapping[str, Any] | None) -> str:
    if one is None:
        return "控制台由本平台直接提供时没有启用证书（明文，仅限本机）；由前置设备加密的，证书须另行检查。"
    if one["not_after"] is None:
        return "控制台所用的证书文件无法读取，有效期未知。"
    kind = "自签" if one["self_signed"] else "外部签发"
    return f"控制台证书（{kind}）有效期至 {figures.local(one['not_after'])}。"


def _left_out(data: Mapping[str, Any]) -> list[str]:
    """What this month nobody inspected here: by what the ledger lacks, and what it never holds."""
    lines = [
        f"{one['name']}：没有执行或交付的记录，本报告不作结论。" for one in data["services"] if not one["recorded"]
    ]
    if not data["services"]:
        lines.append("合同价目中没有安全类服务项，未检查其执行情况。")
    if not data["deliveries"]:
        lines.append("登记簿中没有本期的漏洞扫描、渗透测试、病毒查杀等报告，其结果未检查。")
    if not data["objects"]:
        lines.append("没有探测证据，可用情况未检查。")
    return [
        *lines,
        "云主机内部的补丁、弱口令、恶意程序和日志：本平台不进入云主机，未检查。",
        "逐条的防火墙与安全组策略：隔离由平台按租户网络自动生成，没有逐条策略的台账，未检查。",
        "网络攻击、入侵和流量异常：没有相应的检测数据，未检查。",
        "登录名不存在的失败登录：不属于任何单位，没有计入；须由审计管理员在审计记录中查看。",
        "机房、人员和介质的物理安全：未检查。",
    ]
