"""What offices write over their columns, and what we write over ours."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from dispatch.i18n import Language

REQUEST_HEADINGS: Final[Mapping[str, tuple[str, ...]]] = {
    "number": ("工单编号", "number", "工单号", "单号", "受理编号", "诉求编号", "request number", "case id"),
    "source": ("来源渠道", "source", "来源", "渠道", "受理渠道"),
    "received_at": (
        *("受理时间", "received at", "受理日期", "登记时间", "登记日期", "来电时间", "反映时间", "下单时间"),
        *("日期", "时间", "received", "date", "received on", "opened"),
    ),
    "name": (
        *("诉求人", "name", "姓名", "居民姓名", "诉求人姓名", "求助人", "申请人", "联系人", "居民"),
        *("resident", "requester", "contact"),
    ),
    "phone": (
        *("联系电话", "phone", "电话", "手机", "手机号", "手机号码", "电话号码", "联系方式", "居民电话"),
        *("mobile", "telephone", "tel", "phone number"),
    ),
    "service": (
        *(
            "诉求类别",
            "service",
            "诉求类型",
            "服务",
            "服务项目",
            "服务类型",
            "服务类别",
            "需求类型",
            "需求类别",
        ),
        *("事项类别", "事项类型", "类别", "类型", "category", "type"),
    ),
    "urgency": ("紧急程度", "urgency", "缓急", "紧急", "缓急程度", "优先级", "priority"),
    "address": (
        *("地址", "address", "住址", "详细地址", "家庭住址", "家庭地址", "居住地址", "诉求地址", "楼门号"),
        "exact address",
    ),
    "place": ("地点", "place", "place code", "位置"),
    "building": ("楼栋", "building", "楼号", "楼栋号", "栋号", "幢号", "楼"),
    "unit": ("单元", "unit", "单元号", "门洞", "楼门", "楼道门"),
    "room": ("房号", "room", "室", "房间号", "门牌号", "门号", "室号", "door", "flat"),
    "inside": (
        *("单元门牌", "inside the building", "单元门牌号", "单元房号", "单元室", "单元/门牌", "单元-房号"),
        *("单元及房号", "楼内地址", "室内地址", "单元门户", "单元门", "门户号", "户室", "unit and door", "unit door"),
    ),
    "latitude": ("纬度", "latitude", "lat"),
    "longitude": ("经度", "longitude", "lon", "lng", "long"),
    "note": (
        *("诉求内容", "note", "内容", "事项", "诉求", "诉求事项", "需求", "需求内容", "服务内容", "问题描述"),
        *("情况描述", "反映内容", "description", "details", "need", "what"),
    ),
    "remark": ("备注", "remark", "说明", "备注说明", "notes", "remarks", "comment", "comments"),
    "headcount": ("人数", "headcount", "需要人数", "所需人数", "需求人数", "people", "people needed"),
    "window_from": (
        *("期望时间起", "window from", "期望上门时间", "上门时间", "预约时间", "期望时间", "开始时间"),
        *("上门时间起", "from", "start"),
    ),
    "window_to": ("期望时间止", "window to", "结束时间", "上门时间止", "最晚时间", "until", "to", "end"),
    "household": ("户编号", "household", "户号", "家庭编号", "household code"),
    "state": ("状态", "state", "办理状态", "工单状态", "status"),
    "offered_at": ("派单时间", "offered at", "派遣时间", "派单日期"),
    "helper": ("接单人", "helper", "办理人", "接单人员", "服务人员", "处理人"),
    "helper_phone": ("接单人电话", "helper phone", "办理人电话", "服务人员电话"),
    "accepted_at": ("接单时间", "accepted at", "签收时间"),
    "done_at": ("办结时间", "done at", "办结日期", "完成时间", "完成日期"),
    "result": ("办理结果", "result", "办理情况", "处理结果", "处理情况", "反馈"),
    "rating": ("评价", "rating", "满意度", "评分", "是否满意", "stars"),
}
"""Each field of a request with its headings: ours in Chinese, ours in English, then others that are met."""

RESPONDER_HEADINGS: Final[Mapping[str, tuple[str, ...]]] = {
    "code": ("编号", "code", "人员编号", "接单人编号"),
    "name": ("姓名", "name", "名称", "姓名或名称"),
    "phone": REQUEST_HEADINGS["phone"],
    "kind": ("类别", "kind", "身份", "类型", "人员类别", "type"),
    "place": ("地点", "place", "所在楼栋", "所属网格"),
    "address": REQUEST_HEADINGS["address"],
    "skills": ("技能", "skills", "特长", "服务特长", "技能特长"),
    "licences": ("证照", "licences", "证书", "资质", "licenses"),
    "hours": ("可接单时间", "hours", "服务时间", "空闲时间"),
    "capacity": ("同时接单上限", "capacity", "接单上限"),
    "reach": ("服务半径（米）", "reach in metres", "服务半径", "服务范围", "reach"),
    "is_paid": ("有偿/无偿", "paid or free", "是否有偿", "收费情况", "paid"),
    "paused_until": ("暂停至", "paused until", "休息至"),
    "notes": ("备注", "notes", "说明", "remark"),
}
"""Each field of a responder with its headings, in the same order."""

SERIAL_HEADINGS: Final = ("序号", "no", "no.", "#", "编号", "行号", "index")
"""Columns that only count the rows of one sheet: they say nothing about a request."""

DOOR_HEADINGS: Final = (
    *("单元", "门牌", "房号", "房间", "室号", "门号", "户室", "楼层"),
    *("door", "flat", "apartment", "floor"),
)
"""What a heading says of a column that tells where in a building somebody lives, whatever else it says."""

REASON_HEADINGS: Final[Mapping[Language, str]] = {"zh": "错误原因", "en": "why refused"}
"""What stands over the column in which refused rows come back with their reason."""

IMPORTED_FIELDS: Final = (
    *("service", "place", "address", "building", "inside", "unit", "room", "latitude", "longitude", "name", "phone"),
    *("note", "urgency", "headcount", "window_from", "window_to", "received_at", "key", "household"),
)
"""What a mapping may name, in the order in which a row's content is compared."""


def our_heading(headings: tuple[str, ...], language: Language) -> str:
    """Return the heading that we write ourselves."""
    return headings[0] if language == "zh" else headings[1]
