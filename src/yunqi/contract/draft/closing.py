"""The closing articles of a drafted contract: secrecy, exit, force majeure, notices, disputes, changes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from yunqi.contract.clauses.code_words import BLANK, say_duration
from yunqi.contract.draft.blocks import Block, Text

Data = Mapping[str, Any]


def say_confidentiality(data: Data, annexes: Mapping[str, str]) -> Iterator[Block]:
    """Who keeps what secret, for how long, and when it goes back."""
    found = data.get("confidentiality")
    if not found:
        return
    yield Text(
        f"双方对因履行本合同知悉的对方秘密予以保密{'，详见' + annexes['secrecy'] if 'secrecy' in annexes else ''}。"
    )
    if found.get("return_within"):
        when = "收到对方书面通知后" if found.get("return_from") == "notice" else "保密事项终止后"
        yield Text(f"{when}{say_duration(found['return_within'])}内归还或者销毁涉密资料。")
    if found.get("term") == "indefinite":
        yield Text("保密义务的期限为长期，不因本合同终止而消灭。")
    elif found.get("term_length"):
        yield Text(f"保密义务的期限为{say_duration(found['term_length'])}。")


def say_exit(data: Data, _annexes: Mapping[str, str]) -> Iterator[Block]:
    """How the contract is left."""
    found = data.get("exit")
    if found is None:
        return
    yield Text("甲方信息系统离开云平台的，双方按本条办理。")
    if found.get("notice"):
        before = say_duration(found["notice"])
        yield Text(
            f"乙方提前至少{before}告知甲方后方可退出。"
            if found.get("notice_before") == "exit"
            else f"服务期限届满前至少{before}，乙方将不再续约的意向告知甲方。"
        )
    if found.get("migration"):
        yield Text(f"甲方提出迁出要求后{say_duration(found['migration'])}内，双方完成数据和系统的迁移。")
    if found.get("switch_over"):
        yield Text(f"新旧云平台的切换期为{say_duration(found['switch_over'])}。")
    if found.get("free_of_charge"):
        yield Text("退出过程中乙方的配合工作免费。")
    if found.get("erase"):
        yield Text("迁出完成后，乙方对甲方数据进行安全擦除。")
    if found.get("refund_within"):
        yield Text(f"合同解除之日起{say_duration(found['refund_within'])}内，乙方向甲方退还未服务期间的费用。")
    if found.get("extendable"):
        yield Text("因不可抗力影响退出的，上述期限相应顺延。")


def say_force_majeure(data: Data, _annexes: Mapping[str, str]) -> Iterator[Block]:
    """What excuses a party, and what it must then do."""
    found = data.get("force_majeure")
    if found is None:
        return
    events = found.get("events") or ()
    yield Text(
        f"不可抗力指{'、'.join(events)}等事件。" if events else "不能预见、不能避免且不能克服的客观情况为不可抗力。"
    )
    if found.get("carrier_fault") is not None:
        yield Text(
            "运营商原因造成的链路故障属于本合同所称不可抗力。"
            if found["carrier_fault"]
            else "运营商原因造成的链路故障不作为免责事由。"
        )
    if found.get("notice"):
        how = {"immediately": "立即", "promptly": "及时", "as_soon_as_possible": "尽快"}.get(found["notice"], BLANK)
        yield Text(f"受影响方{how}以书面通知告知对方。")
    if found.get("proof_within"):
        yield Text(f"受影响方在{say_duration(found['proof_within'])}内出具有关部门的证明。")
    if found.get("needs_proof"):
        yield Text("受影响方不能提供证明的，不得以不可抗力为由免除责任。")
    if found.get("extends_term"):
        yield Text("受影响的履行期限相应顺延。")


def say_notices(data: Data, _annexes: Mapping[str, str]) -> Iterator[Block]:
    """How the parties reach each other."""
    found = data.get("notices")
    if found is None:
        return
    form = "以书面形式" if found.get("written") else ""
    yield Text(f"双方往来文件{form}送达对方在本合同中载明的地址。")
    if found.get("change_within"):
        yield Text(f"地址变更的，变更方在{say_duration(found['change_within'])}内告知对方。")


def say_disputes(data: Data, _annexes: Mapping[str, str]) -> Iterator[Block]:
    """Where a dispute goes."""
    found = data.get("disputes")
    if found is None:
        return
    within = found.get("negotiate_within")
    yield Text(
        f"因本合同产生的争议，双方自发生之日起{say_duration(within)}内协商解决。"
        if within
        else "因本合同产生的争议，双方先行协商解决。"
    )
    if found.get("forum") == "court":
        yield Text(f"协商不成的，依法向{found.get('place') or '有管辖权的'}人民法院起诉。")
    elif found.get("forum") == "arbitration":
        yield Text(f"协商不成的，提交{found.get('place') or BLANK}仲裁。")


def say_general(data: Data, _annexes: Mapping[str, str]) -> Iterator[Block]:
    """Which document wins, and how the contract is changed."""
    documents = data.get("documents") or ()
    if documents:
        yield Text("合同文件的解释顺序为" + "、".join(one["name"] for one in documents) + "。")
    rules = data.get("amendment_rules")
    if rules and rules.get("form"):
        prevails = "，以补充协议为准" if rules.get("prevails") else ""
        yield Text(f"双方可以另行签订书面补充协议{prevails}。")
    yield Text("本合同一式肆份，甲乙双方各执贰份，附件与正文具有同等效力。")
