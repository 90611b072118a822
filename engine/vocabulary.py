"""The words of the service: every code list with its Chinese labels, and the synonyms taken as input.

A code is what APIs, tables and diagrams carry; a label is what a person reads. Codes of whole numbers
(satisfaction, tier) stand here as their digits. Source: PROCESS.md, "Vocabulary" and "Words".
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

Words = Mapping[str, str]


def _words(**labels: str) -> Words:
    return MappingProxyType(labels)


# ------------------------------------------------------------------ registration
CHANNEL = _words(
    window="窗口",
    outreach="窗口主动发现",
    hotline="12345转办",
    phone="电话",
    online="网上",
    box="意见箱",
    town="镇街窗口",
    park="园区企业服务站",
    counter="否定报备",
)
APPEAL_TYPE = _words(undone="办不成事", consult="咨询", help="求助", complaint="投诉", report="举报")
APPLICANT_KIND = _words(person="个人", company="企业", sole_trader="个体", group="群体", anonymous="匿名")
AGE_BAND: Words = MappingProxyType({"0-17": "未满18岁", "18-59": "18至59岁", "60-79": "60至79岁", "80+": "80岁及以上"})
CONTACT_PREF = _words(phone="电话", sms="短信", in_person="当面", visit="上门", letter="书面")
PORT = _words(web="网页", app="手机应用", machine="自助机", counter="柜台", phone="电话", other="其他")

# ------------------------------------------------------------------ acceptance and classification
ACCEPTANCE = _words(
    accept="受理", decline="不予受理", transfer="转出", consult="咨询答复", duplicate="并单", restricted="限密移送"
)
GRADE = _words(simple="简单", general="一般", complex="复杂")
CAUSE: Words = MappingProxyType(
    {
        word: word
        for word in (
            "材料类",
            "线上操作类",
            "系统类",
            "部门类",
            "政策类",
            "历史遗留",
            "跨部门",
            "适老助残",
            "服务类",
            "申请人自身",
            "非受理范围",
            "其他",
        )
    }
)

# ------------------------------------------------------------------ handling
SERVICE_KIND = _words(
    bangban="帮办", daiban="代办", jiaoban="教办", extended="延时", large_print="大字清单", courier="寄递"
)
ONSITE_RESULT = _words(solved="当场办结", regrade="现场办不了，调为一般", waiting_citizen="等反映人补件")
ACKNOWLEDGE_ACTION = _words(sign="签收", **{"return": "退单"})
FIRST_CONTACT_ACTION = _words(contact="已联系反映人", **{"return": "退单"})
CONTACT_METHOD = _words(phone="电话", in_person="当面", sms="短信", visit="上门")
HANDLE_ACTION = _words(
    reply="答复",
    request_extension="申请延期",
    request_pause="申请挂起",
    request_regrade="申请调为复杂",
    **{"return": "退单"},
)
ORDER_RESULT = _words(done="办成", partly="部分办成", explained="解释说明", undone="未办成")
RETURN_DECISION = _words(reassign="改派其他单位", uphold="维持原派单")

# ------------------------------------------------------------------ completion, feedback, return visit
REVIEW_RESULT = _words(**{"pass": "通过"}, send_back="退回重办", pending="挂账")
COMPLETED_OUTCOME = _words(done="办成", partly="部分办成", explained="解释说明")  # what an officer may enter
OUTCOME = _words(
    **COMPLETED_OUTCOME,
    pending="挂账",
    declined="不予受理",
    transferred="转出",
    consulted="咨询",
    merged="并单",
    restricted="限密移送",
    withdrawn="撤回",
)
FEEDBACK_METHOD = _words(
    in_person="当面", phone="电话", sms="短信", courier="寄递", letter="书面", public_posting="公示"
)
SATISFACTION: Words = MappingProxyType(
    {"5": "非常满意", "4": "满意", "3": "基本满意", "2": "不满意", "1": "非常不满意"}
)
RATED_BY = _words(return_visit="回访时评价", counter="窗口当场评价", citizen="反映人评价")
DISSATISFIED_REASON = _words(
    result="结果没解决问题",
    attitude="服务态度",
    time="办得太慢",
    not_contacted="没人联系",
    policy="政策规定",
    other="其他",
)
RATE = _words(in_time="按期率", responded="响应率", solved="解决率", satisfied="满意率")
UNCOUNTED = _words(  # why a case does not count for a rate
    declined="不予受理",
    transferred="转出",
    consulted="咨询",
    merged="并单",
    withdrawn="撤回",
    restricted="限密移送",
    open="逾期未办结",
    anonymous="匿名",
    no_call_back="没有有效回访",
    not_asked="回访时没有问到",
    unrated="没有评价",
)
CHIEF_DECISION = _words(new_measure="另定措施再办", close_with_reasons="说明理由后办结")
SUPERVISE_ACTION = _words(
    instruct="督促办理", escalate="提到上一层级", reassign="改派", consultation_letter="函商", note="记录情况"
)
CONFIRMED_BY = _words(citizen_code="反映人凭回执码确认", signed_slip="签字单", phone_record="电话记录")

# ------------------------------------------------------------------ the state of a case
STATUS = _words(
    registered="已登记",
    accepted="已受理",
    classified="已定级",
    awaiting_signature="待签收",
    in_progress="办理中",
    paused="已暂停",
    returned="退单裁定中",
    in_review="审核中",
    completed="已办结",
    fed_back="已反馈",
    redo="重办",
    pending="挂账",
    merged="已并单",
    archived="已归档",
)
WHAT_NEXT = _words(  # by status: what the citizen may expect, in words for them
    registered="已经登记，最迟下一个工作日下班前答复您是否受理。",
    accepted="已经受理，正在确定难易；定下来就有答复您的最后日期。",
    classified="正在确定由哪个单位办理。",
    awaiting_signature="已经派给承办单位，等单位签收。",
    in_progress="正在办理。",
    paused="暂时停下来等材料或等条件，恢复后接着办，期限相应顺延。",
    returned="正在重新确定由哪个单位办理。",
    in_review="承办单位已经答复，正在审核。",
    completed="已经有了结果，窗口会尽快告诉您。",
    fed_back="结果已经告诉您。回访人员可能打电话，听听您满意不满意。",
    redo="正在重新办理。",
    pending="一时办不成，已经列入挂账，每月更新进展。",
    merged="与同一件事的另一件合在一起办，结果一并告诉您。",
    archived="办理已经结束。还有问题，请打电话或者到窗口来。",
)
PHASE = _words(acceptance="受理", classification="分类", dispatch="转办", completion="办结", feedback="反馈")
LIGHT = _words(green="正常", yellow="临期", red="超期", grey="已暂停", blue="按期办结")
WORK_ORDER_STATUS = _words(
    awaiting_signature="待签收",
    signed="已签收",
    contacted="已联系",
    paused="已暂停",
    replied="已答复",
    returned="已退单",
    withdrawn="已撤回",
)
TIER: Words = MappingProxyType(
    {
        "0": "窗口",
        "1": "窗口负责人",
        "2": "承办单位科室负责人",
        "3": "工作小组和承办单位分管领导",
        "4": "区政务服务局和承办单位主要领导",
        "5": "区级领导小组",
    }
)
NOTICE = _words(
    escalation="提级通知",
    letter="函商",
    bureau_plain="不含内容的提示",
    reminder="催办通知",
    order_dispatched="工单已派到本单位",
    order_sent_back="审核退回，请补办",
    order_withdrawn="工单已撤回，不用再办",
    return_filed="单位退单，待裁定",
    return_accepted="退单已采纳，已改派其他单位",
    return_upheld="退单未采纳，请继续办理",
    request_filed="单位提出申请，待审批",
    request_granted="申请已批准",
    request_refused="申请未批准，请按原期限办理",
    unsigned="工单未按时签收，已自动签收",
    on_site_yellow="现场办理已满30分钟",
    external_warn="外部期限将到",
    extension_granted="延期已获批准，请告知反映人",
    lead_closed="主件已办结",
    lead_moved="主件期限有变",
    supplemented="反映人补充了情况",
    urged="有人催办",
    handed_on="已转给您",
    delegated="请您协助办理",
    resolved="协助办完，已交回给您",
    liaison_due="联络簿请在本月内核对",
    finding_put="抽查发现问题，请答复",
    finding_sent_back="整改答复被退回，请重新答复",
    finding_late="整改到期未答复，请马上答复",
    finding_raised="本单位整改到期未答复，请督促或答复",
    finding_silent="整改仍未答复",
    finding_unchecked="整改答复待复核，已过3个工作日",
    finding_accepted="整改已认可",
    finding_withdrawn="问题已撤销，不用再答复",
)
NOTICE_OVER = _words(done="已办理", dropped="不用再办", in_hand="同事已接手", own="已在您手里")

# ------------------------------------------------------------------ who
GROUP = _words(  # those of a unit carry its code: unit:SC-SS
    window="窗口",
    window_lead="窗口负责人",
    callback="回访专员",
    work_group="工作小组",
    bureau="区政务服务局",
    leading_group="区级领导小组",
    supervisor="流程管理员",
    auditor="审计员",
    admin="系统管理员",
    restricted="限密专员",
    unit="承办单位",
    unit_head="科室负责人",
    unit_deputy="分管领导",
    unit_chief="主要领导",
)
LIAISON_POST = _words(a="联络员A", b="联络员B", head="科室负责人", deputy="分管领导", chief="主要领导")
FRESHNESS = _words(fresh="本季度已核对", due="本季度待核对", overdue="超期未核对")
ACTIVE = _words(yes="在用", no="已停用")
UNIT_KIND = _words(
    district="区政府",
    leading_group="领导小组",
    window_host="窗口主管单位",
    center="政务服务中心",
    workgroup="工作小组",
    bureau="委办局",
    subcenter="分中心",
    town_center="镇街中心",
    external="区外及其他渠道",
    window="反映窗口",
)

# ------------------------------------------------------------------ tasks and timers, by id in the diagrams
TASK = _words(
    start="登记",
    accept="受理",
    confirm_exit="复核",
    classify="分类定级",
    handle_on_site="现场办理",
    await_citizen="待补件",
    dispatch="转办派单",
    review="审核办结",
    approve_pending="挂账审批",
    give_feedback="反馈",
    return_visit="回访",
    approve_redo="重办审批",
    chief_review="领导复核",
    review_pending="挂账更新",
    handle_restricted="限密移送",
    acknowledge="签收",
    first_contact="首次联系",
    handle="办理",
    adjudicate_return="退单裁定",
    decide_extension="延期审批",
    decide_pause="挂起审批",
    decide_regrade="调级审批",
    await_resume="挂起中",
    supervise="督办",
)
ACT = _words(  # beside the tasks, each with a form of its own
    withdraw="撤回",
    courier="寄递",
    supplement="补充情况",
    urge="催办",
    hold_escalation="暂缓提级",
    amend="更正",
    rating="评价",
    attachment="附件",
    comment="备注",
    hand_on="转给同事",
    unmask="查看联系方式",
)
RUNG = _words(  # timers of the ladder after the deadline, by id in the diagrams
    overdue="到期提到三级",
    overdue_2="超期2个工作日提到四级",
    overdue_5="超期5个工作日提到五级",
)
RAISED_BY = _words(  # what moved the ladder, by the reasons the diagrams give
    task_late="这一步未按时办理",
    overdue="已到答复期限",
    overdue_2="超期2个工作日",
    overdue_5="超期5个工作日",
    uncontacted="1个工作日内未联系反映人",
    second_return="第二次退单",
    urgent="紧急",
    raised="上一层级提请",
)
WATCH_ORDER = _words(deadline="期限早的在前", tier="层级高的在前", received="登记早的在前")
WATCH = _words(
    late="已超期", raised="未超期已提级", soon="将到期", pending="挂账"
)  # what is under supervision, and why
TRAIL_ACT = _words(  # what a line of the trail is about, where it is no task, timer or message of the diagrams
    registered="登记",
    completed="办结一步",
    timer_fired="到时",
    message="收到消息",
    decided="按决策表决定",
    deadline_moved="期限变动",
    calendar_changed="放假安排变动",
    lead_moved="主件期限变动",
    notice="通知",
    escalated="提级",
    regraded="调级",
    signed_by_clock="自动签收",
    concluded="得出办理结果",
    archived="归档",
    courier="寄递",
    rated="评价",
    supplemented="补充情况",
    urged="催办",
    escalation_held="暂缓提级",
    attached="上传附件",
    commented="备注",
    claimed="领取",
    unclaimed="退回本组",
    handed_on="转给同事",
    delegated="请同事协助",
    resolved="协助办完交回",
    moved="计时改期",
    unmasked="查看联系方式",
    erased="清除个人信息",
    amended="更正",
    reminder_skipped="催办未发",
    reasons_given="说明理由",
    repaired="按留痕修复",
    migrated="迁移到另一版流程",
    migration_undone="撤销迁移",
    armed="加上计时",
    disarmed="撤去计时",
)
MARK = _words(intervened="干预", jumped="跳转", found="问题")  # on what an auditor reads of a case
MIGRATION = _words(  # what another version would mean for a case, and what has become of it
    stays="已在这一版", moves="可以迁移", blocked="迁不过去", waiting="等着", moved="已迁移", refused="留在原地"
)
ACCESS = _words(  # what somebody looked at of a case
    case="反映件", paper="附件", unmask="联系方式", pack="证据包", audit="审计页面", sheet="审计单"
)
PRESERVATION = _words(  # why a case must be kept whole
    review="行政复议", court="诉讼", discipline="纪检监察", petition="信访核查", audit="审计", other="其他法定事由"
)
ERASURE_GROUND = _words(retention="保存期满", request="本人要求", restored="恢复备份后重做")
ERASURE_STATE = _words(asked="等另一人确认", dropped="已撤销", done="已清除")
PACK_REASON = _words(  # why papers leave the house with an evidence pack
    review="行政复议", court="行政诉讼", discipline="纪检监察调取", petition="信访核查", audit="审计机关调取"
)
AMENDABLE: Words = MappingProxyType(  # fields of a case that may be corrected
    {
        "title": "标题",
        "description": "反映的问题",
        "channel": "来源渠道",
        "appeal_type": "诉求类型",
        "matter_code": "事项",
        "port": "在哪里没办成",
        "window": "受理窗口",
        "received_at": "收到时间",
        "external_no": "来单编号",
        "external_due": "来单要求的办结时间",
        "applicant.name": "姓名或名称",
        "applicant.phone": "联系电话",
        "applicant.age_band": "年龄段",
        "applicant.contact_pref": "希望怎样联系",
        "applicant.special_needs": "需要的照顾",
        "applicant.consent_callback": "同意接受回访",
        "cause": "原因",
        "cause_detail": "原因细分",
    }
)
TIMER: Words = MappingProxyType(
    {
        "remind": "催办",
        "overdue": "超期提级",
        "overdue_2": "超期2个工作日提级",
        "overdue_5": "超期5个工作日提级",
        "external_warn": "外部期限临近",
        "onsite_yellow": "现场办理30分钟提醒",
        "onsite_red": "现场办理到时，转为一般",
        "unsigned": "逾时未签收",
        "uncontacted": "逾期未联系",
        "pause_until": "挂起到期",
        **{f"{task}_late": f"{name}超时" for task, name in TASK.items() if task != "start"},
    }
)

# ------------------------------------------------------------------ what the diagrams reckon with
VARIABLE = _words(  # variables that no form asks for, and those that several forms call differently
    unit="承办单位",
    lead="主办单位",
    is_lead="是主办单位",
    anonymous="匿名",
    confidential="涉密",
    consent_callback="同意接受回访",
    tier="层级",
    round="第几轮",
    groups="督办岗位",
    notice="通知",
    kind="主办单位性质",
    reopen="退回补办",
    has_reply="已填答复",
    until="约定的日期",
    action="所选",
    decision="所作决定",
    approved="同意",
    reason="理由",
    grade="等级",
    urgent="紧急",
    orders="要派的工单",
    co_units="协办单位",
    close_co_units="协办单位不用再办",
    returned_by="退单的单位",
    visits="第几次回访",
    course="接下来",
    outcome="办理结果",
    limit_days="时限工作日数",
    redo_days="重办时限工作日数",
    warn_days="提前几个工作日临期",
    dispatch_group="由谁派单",
    acceptance="是否受理",
)
LEAD_KIND = _words(none="尚未派单", district="区管", vertical="垂直管理")
COURSE = _words(visit="回访", month="每月更新", archive="归档")  # after the feedback
MEDIA: Words = MappingProxyType({"application/pdf": "PDF 文件", "image/jpeg": "JPEG 图片", "image/png": "PNG 图片"})

# ------------------------------------------------------------------ definitions that are being changed
DRAFT_STATE = _words(open="起草中", submitted="等待审核", published="已发布", discarded="已放弃")
APPROVAL_STATE = _words(waiting="等待审核", approved="已通过", refused="已退回", void="已失效")

# ------------------------------------------------------------------ what auditors look at
LATE = _words(design="设计所致", earlier="前面的步骤所致", person="本步人为")  # whose doing it is that a step came late
LIES = _words(unclaimed="没人接手", held="有人在办", paused="暂停中", pending="挂账中")  # where an open step is now
_lies_now = {where: f"现在{words}的" for where, words in LIES.items()}
HEAT_LIST = _words(  # which of the steps at an element a figure of the heat counts
    **LATE, late="超期的", open="还没办完的", overdue="没办完、已超期的", again="再次进入的", **_lies_now
)
RULE = _words(  # what cases are held against by their trail alone (engine/audit/rules)
    four_eyes="不予受理、转出由另一人复核",
    callback="回访的人没有办过本件",
    order="五步按先后办",
    feedback="归档前给过反馈",
    promise="期限没有提前",
    punctual="到时按时处理",
    escalated="超期的因超期提过级",
    pause="挂起由另一人批准",
    extension="延期只批一次，由另一人批准",
    pending="挂账由另一人批准",
    transfer="不予受理、转出经过复核确认",
    held="提级只暂缓一次",
    unmask="查看联系方式后办了本件",
    consult="按咨询办结的没有给过期限",
    supplement="等补件由人提出，不超过5个工作日",
)

HOUSE_ACT = _words(  # what a line of the trail that belongs to no case is about (engine/audit/house.py)
    signed_in="登录",
    signed_out="退出",
    sign_in_failed="登录没有成功",
    locked_out="连续登录不成功，暂时锁住",
    unlocked="解除锁定",
    confirmed="再次输入口令确认",
    second_factor_enrolled="绑定手机",
    second_factor_given="手机验证码通过",
    second_factor_reset="解除手机绑定",
    password_changed="修改口令",
    password_reset="重设口令，下次登录须修改",
    session_ended="结束一处登录",
    sessions_ended="结束各处登录",
    refused="请求被拒绝",
    refusals_not_listed="被拒绝太多，没有逐条记",
    ledger_exported="导出台账",
    events_exported="导出留痕",
    people_exported="导出人员名单",
    evidence_packed="出具证据包",
    case_preserved="保全",
    preservation_lifted="解除保全",
    erasure_asked="提出清除个人信息",
    erasure_dropped="撤销清除申请",
    case_erased="清除个人信息",
    published="发布流程",
    approval_asked="申请发布",
    approval_approved="审核通过",
    approval_refused="审核退回",
    approval_void="审核申请失效",
    draft_begun="起草流程",
    draft_changed="修改草稿",
    draft_discarded="放弃草稿",
    migration_ordered="迁移在办件",
    migration_ended="迁移做完",
    what_if_asked="试算",
    user_added="添加用户",
    user_changed="改资料",
    user_disabled="停用",
    user_enabled="重新启用",
    groups_changed="改岗位",
    post_asked="申请岗位，等另一位系统管理员批准",
    post_granted="批准岗位",
    post_declined="不批准岗位",
    substitution_entered="设置代办",
    substitution_ended="提前结束代办",
    token_issued="发接口令牌",
    token_revoked="收回接口令牌",
    calendar_imported="导入放假安排",
    liaison_changed="改联络簿",
    liaison_confirmed="核对联络簿",
    canned_added="添加常用答复",
    canned_changed="改常用答复",
    canned_retired="停用常用答复",
    key_changed="更换密钥",
    resealed="用现在的密钥重新加密",
    incident_taken="认领故障",
    incident_retried="重试故障",
    incident_resolved="处理故障",
    incident_repaired="按留痕修复",
    incident_failed_again="重试没有成功",
)
HOUSE_KIND = _words(  # what sort of act that is
    entrance="登录和口令",
    refused="被拒绝的请求",
    taken_out="导出和证据包",
    kept="保全和清除",
    definitions="流程发布和迁移",
    people="人员、岗位和令牌",
    office="日历、联络簿和常用答复",
    keys="密钥",
    incidents="故障",
)

FINDING_STATUS = _words(asked="待单位答复", answered="待复核", accepted="已认可", withdrawn="已撤销")
FINDING_KIND = _words(late="到期未答复", **FINDING_STATUS)  # which ones a list shows
FINDING_VERDICT = _words(accept="认可，销号", send_back="退回重答", withdraw="撤销问题")

VOCABULARIES: Mapping[str, Words] = MappingProxyType(
    {name.lower(): words for name, words in list(globals().items()) if name.isupper()}
)

# ------------------------------------------------------------------ other words people write
_SYNONYMS: Mapping[str, Words] = {
    "channel": {
        "12345": "hotline",
        "热线": "hotline",
        "12345热线": "hotline",
        "主动发现": "outreach",
        "网络": "online",
        "来电": "phone",
        "镇街": "town",
        "园区": "park",
        "企业服务站": "park",
    },
    "applicant_kind": {"个体工商户": "sole_trader", "法人": "company"},
    "amendable": {"姓名": "applicant.name", "电话": "applicant.phone", "渠道": "channel", "描述": "description"},
    "acceptance": {"咨询": "consult", "重复": "duplicate", "限密": "restricted"},
    "port": {"网站": "web", "手机": "app", "APP": "app", "自助终端": "machine", "窗口": "counter"},
    "feedback_method": {"快递": "courier", "邮寄": "courier", "公告": "public_posting"},
}


def label(name: str, code: str | int | None) -> str:
    """The Chinese label of `code` in vocabulary `name`; empty for None, the code itself when it is not listed.

    An unlisted code can only come from old data or a foreign diagram: better shown as it is than hidden.
    """
    return "" if code is None else VOCABULARIES[name.lower()].get(str(code), str(code))


def code(name: str, text: str) -> str | None:
    """The code that `text` means in vocabulary `name`: a code, a label or a synonym; None when it means none.

    A remark in brackets at the end is left out: 窗口(周六延时) is 窗口.
    """
    plain = text.strip().replace("（", "(").replace("）", ")")
    without_remark = plain.partition("(")[0].strip() if plain.endswith(")") else plain
    return _meaning(name.lower(), plain) or _meaning(name.lower(), without_remark)


def _meaning(name: str, text: str) -> str | None:
    known = VOCABULARIES[name]
    if text in known:
        return text
    labelled = (key for key, word in known.items() if word == text)
    return next(labelled, None) or _SYNONYMS.get(name, {}).get(text)
