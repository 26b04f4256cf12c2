"""What an inspection (巡检) of a cloud platform looks at: what the ledger shows by itself, what a person must look at.

Each is a name, how it is looked at, and how often where the contract says nothing. Our own list, to be changed by
whoever writes the plan.
"""

from __future__ import annotations

AUTOMATIC: tuple[tuple[str, str, str], ...] = (
    ("云平台、信息系统和资源的可用性", "探针按周期访问，逐日封存结果；没有结果的时间记为未知", "持续"),
    ("资源与订购的一致性", "逐轮读取平台实际状态，与订购不一致的自动修复并记录", "持续"),
    ("额度占用与用量", "按占用起止时间计算平均、峰值和期末数量", "持续"),
    ("事件处置时钟", "响应、定位、恢复、到场时间逐项与合同时限比较", "每起事件"),
    ("值班与无人值守", "按值班表和到岗、交班登记计算", "每班"),
    ("证据封存", "每日封存并签名，缺日即可见", "每日"),
    ("报告与整改期限", "按报告日历和整改通知的期限比较", "每日"),
)
MANUAL: tuple[tuple[str, str, str], ...] = (
    ("机房环境（供电、制冷、消防、门禁）", "现场查看并记录读数", "每周"),
    ("物理服务器、存储和网络设备告警", "查看带外管理与设备指示", "每周"),
    ("宿主机与存储池容量余量", "查看处理器、内存、存储的已分配量与总量", "每周"),
    ("备份任务执行与可恢复性", "查看备份任务结果，按计划抽查恢复", "每周"),
    ("数字证书、密钥和口令的有效期", "逐项核对到期日", "每月"),
    ("操作系统与安全补丁", "核对补丁清单与已知漏洞", "每月"),
    ("账号与权限", "复核特权账号、离岗人员账号", "每月"),
    ("安全告警与日志", "复核未处置的告警", "每周"),
)
