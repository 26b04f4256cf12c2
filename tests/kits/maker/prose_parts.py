"""Penalties in sentences that count by other things than days and cases, each with its truth."""

from __future__ import annotations

from typing import Any

from tests.kits.maker.draft import Draft
from tests.kits.maker.penalty_parts import start_penalties

_PERIODS = (
    ("周", "7", "day"),
    ("30分钟", "30", "minute"),
    ("1小时", "1", "hour"),
    ("个月", "1", "month"),
    ("2小时", "2", "hour"),
)
_WINDOWS = (("当月", "month"), ("当季度", "quarter"), ("当年", "year"))


def write_prose_penalties(d: Draft) -> None:
    """Some of the forms, in any order."""
    truth: list[dict[str, Any]] = start_penalties(d)["other"]
    forms = [_write_period, _write_persons, _write_doubled, _write_fee_share, _write_bands, _write_fine, _write_open]
    for form in d.random.sample(forms, d.pick(3, 4, 5)):
        form(d, truth)


def _entry(kind: str, rate: str | None, of: str | None, **more: Any) -> dict[str, Any]:
    return {"kind": kind, "rate": rate, "of": of, "amount_fen": None, "party": "provider", **more}


def _write_period(d: Draft, truth: list[dict[str, Any]]) -> None:
    word, count, unit = d.pick(*_PERIODS)
    per = {"count": int(count), "unit": unit}
    share, most = d.pick("0.01", "0.005", "0.02"), d.pick("0.1", "0.2")
    begun = d.maybe(0.5)
    said = "，不足的不计" if word == "" else ""
    if begun and word in {"周", "个月"}:
        said = f"，不足一{word}的按一{word}计"
    each = f"一{word}" if word in {"周", "个月"} else word
    fee, window = d.pick(*_WINDOWS)
    if d.maybe(0.5):
        d.item(f"乙方{d.pick('交付', '完成迁移')}每{d.pick('迟延', '逾期')}{each}，应向甲方支付合同总价{d.percent(share)}的违约金{said}，最高不超过合同总价的{d.percent(most)}。")  # fmt: skip
        truth.append(_entry("per_period", share, "contract_total", per=per, cap_share=most))
    else:
        d.item(f"乙方故障恢复每{d.pick('超时', '超过约定时限')}{each}，扣减{fee}服务费的{d.percent(share)}{said}。".replace("超过约定时限", "超过"))  # fmt: skip
        truth.append(_entry("per_period", share, "service_fee", per=per, window=window))
    if said:
        truth[-1]["begun"] = True


def _write_persons(d: Draft, truth: list[dict[str, Any]]) -> None:
    fen = d.pick(200, 500, 1000, 3000) * 100
    d.item(d.pick(f"乙方驻场人员未经同意离岗的，每人每次扣减{fen // 100}元。", f"乙方人员迟到的，每人次扣款{fen // 100}元。",
                  f"乙方驻场人员擅自离岗的，扣罚{fen // 100}元/人次。"))  # fmt: skip
    truth.append(_entry("per_case", None, None, amount_fen=fen, counted="person_time"))


def _write_doubled(d: Draft, truth: list[dict[str, Any]]) -> None:
    words, of = d.pick(("该项服务费用", "affected_fee"), ("已支付的服务费用", "paid_fee"), ("相应费用", "affected_fee"))
    d.item(f"乙方{d.pick('虚报资源用量', '未提供约定服务而收取费用')}的，应双倍返还{words}。")
    truth.append(_entry("percentage", "2", of))


def _write_fee_share(d: Draft, truth: list[dict[str, Any]]) -> None:
    fee, window = d.pick(*_WINDOWS)
    share, cap = d.pick("0.01", "0.02", "0.05"), d.pick("0.2", "0.3")
    d.item(f"乙方{d.pick('故障响应超时', '未按时提交月报', '发生一般安全事件')}的，每次扣减{fee}服务费的{d.percent(share)}，累计不超过{fee}服务费的{d.percent(cap)}。")  # fmt: skip
    truth.append(
        _entry("per_case", share, "service_fee", window=window, cap_share=cap, cap_of="service_fee", cap_over=window)
    )


def _write_bands(d: Draft, truth: list[dict[str, Any]]) -> None:
    low, high = d.pick((30, 60), (15, 45), (60, 120))
    share = d.pick("0.02", "0.03", "0.05")
    written, low_operator, high_operator = d.pick(
        (f"({low},{high}]分钟", ">", "<="), (f"{low}分钟至{high}分钟（含）", ">=", "<="),
        (f"超过{low}分钟且不超过{high}分钟", ">", "<="), (f"大于{low}分钟但小于{high}分钟", ">", "<"),
    )  # fmt: skip
    d.item(f"乙方故障恢复时间{written}的，扣减当月服务费的{d.percent(share)}。")
    band = {"metric": "recovery", "unit": "minute", "min": str(low), "min_operator": low_operator, "max": str(high), "max_operator": high_operator}  # fmt: skip
    truth.append(_entry("percentage", share, "service_fee", window="month", band=band))


def _write_fine(d: Draft, truth: list[dict[str, Any]]) -> None:
    fen = d.pick(1000, 5000, 20000) * 100
    d.item(
        d.pick(
            f"乙方提供虚假巡检记录的，处以{fen // 100}元罚款。", f"乙方提供虚假巡检记录的，扣除服务费{fen // 100}元。"
        )
    )
    truth.append(_entry("fixed", None, None, amount_fen=fen))


def _write_open(d: Draft, truth: list[dict[str, Any]]) -> None:
    share = d.pick("0.01", "0.02")
    d.item(f"乙方故障恢复每超时30分钟扣{d.percent(share)}。")
    entry = _entry("per_period", share, None, per={"count": 30, "unit": "minute"})
    truth.append(entry)
