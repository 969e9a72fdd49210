"""Words of danger to life in a line of text, and the number to call before anything else.

The words are few and broad: one call too many costs a minute. What is removed first are the phrases that
hold such a word by accident (年轻生活, 坐着火车, 跳楼价) or for an old illness (中风后), and nothing else.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Final

from dispatch.desk.numerals import plain
from dispatch.i18n import Sentence, sentence


def _words(text: str) -> re.Pattern[str]:
    return re.compile(text, re.IGNORECASE | re.ASCII)


_HARMLESS: Final = _words(
    r"不着火|[坐等赶乘挤追开看]着火车|着火[锅腿炬]|一起火锅|起火锅|嗓子[都快要直]{0,2}冒烟|年轻生|打人工|火灾(?:演[练习]|隐患|保险|报警)|跳楼[价机甩]"
    r"|(?:电脑|手机|U盘|系统|软件)[都又也已经老总]{0,2}中毒"
    r"|(?:胎|罐|灶|车|椅|球|家里?|液化气|煤气|燃气|天然气|暖气|热水器)[里都又也已经快老总]{0,2}没气"
    r"|(?:中风|心梗|脑梗)(?:之?后|康复|恢复|多年|病史|偏瘫|的?后遗症)|得过(?:中风|心梗|脑梗)"
    r"|(?:桌|椅|凳|柜|床|架|手机|眼镜|杯|拐|伞)[子腿上的脚把]{0,3}摔断"
    r"|防走失|(?:猫|狗|宠物|鸟|鹦鹉)[^,.;。!?]{0,4}(?:走失|走丢|失踪|丢了)|钥匙[^,.;。!?]{0,4}锁|被困[难扰惑]"
    r"|\bfire\s(?:extinguisher|alarm|door|drill|hydrant|escape|safety|exit|lane|station|truck|hose|inspection|place)s?"
    r"|\bsmoke\s(?:alarm|detector)s?|\b(?:after|since|from)\s(?:a|his|her|the)\sstroke|\bstroke\s(?:rehab|patient|survivor)"
    r"|\bstrokes?\s(?:of|the|a)\b|\bgas\s(?:bill|card|station|meter)s?|\bheart\sattack\s(?:last|years)"
    r"|\bpillow\sfight|\b(?:sharpen|sharpening)\s(?:a\s|the\s|my\s)?kni(?:fe|ves)"
)
_GAS: Final = r"(?:煤气|燃气|天然气|液化气)"
_PERSON: Final = (
    r"(?:he|she|they|man|woman|mother|father|mom|mum|dad|grand\w{2,6}|person|neighbou?r|someone|somebody|wife|husband|child"
    r"|resident|uncle|aunt(?:ie)?|lady)"
)

_SOMEBODY: Final = (
    r"(?:人|爷|奶|姥|公|婆|爸|妈|父亲|母亲|大[爷妈娘叔姐哥伯]|阿姨|[叔伯婶姑舅]|老伴|老太太?|老头|孩子|小孩|宝宝|[他她])"
)

# In the order in which they are read out: what kills fastest first.
_FIRE: Final = _words(
    r"着火|起火|失火|火灾|冒烟|浓烟|(?<![发高])烧起来|爆炸(?!头)"
    r"|\bon\sfire\b|\b(?:catch|catches|catching|caught)\sfire\b|\bfire\b(?!d)|\bin\sflames\b|\bsmell\w{0,3}\s(?:of\s)?burning\b"
    r"|\bsmoke\s(?:is\s)?(?:coming|everywhere|from|in)\b|\bheavy\ssmoke\b|\bexplosion\b"
)
_GAS_LEAK: Final = _words(
    rf"{_GAS}[^,.;。!?]{{0,8}}(?:泄|漏(?!水)|味|臭|跑气)|(?:闻|味|漏|泄)[^,.;。!?水]{{0,6}}{_GAS}|{_GAS}中毒|一氧化碳"
    r"|\bgas\s(?:is\s)?(?:leak\w{0,3}|smell\w{0,3})|\b(?:smell\w{0,3}|leak\w{0,3}|stink\w{0,3})\s(?:of\s|like\s)?gas\b|\bcarbon\smonoxide\b"
)
_GAS_EVERYDAY: Final = _words(
    r"[换送灌充买订扛搬][^,.;。!?]{0,4}(?:煤气|液化气)|(?:煤气|液化气)(?:罐|瓶|灶|炉|本|卡|表|费|公司|阀?软?管)|(?:煤气|液化气)[都又也已经快老总]{0,3}(?:没|用完|烧完|用光)"
)
_UNWELL: Final = _words(
    r"头晕|头昏|头疼|头痛|恶心|想吐|呕吐|发晕|迷糊|难受"
    r"|\bdizz\w{1,4}\b|\bheadaches?\b|\bnause\w{2,4}\b|\bsick\b"
)
_STOVE: Final = _words(
    r"锅[还正都]?(?:在|坐在)(?:火|灶|炉子?)上|[火灶]上[还正]?(?:坐|炖|烧|煮|熬)着|忘了?关(?:火|煤气|燃气|天然气|灶)|(?:火|煤气|燃气|天然气|灶)[还都]?(?:没|忘了?)关|没关(?:火|煤气|燃气|天然气|灶)|锅烧干"
    r"|\bleft\sthe\s(?:stove|gas|cooker|oven)\son\b|\b(?:pot|pan)\s(?:is\s)?(?:still\s)?on\sthe\sstove\b"
)
_SHUT_IN: Final = _words(
    r"被困|困在(?!家)|困住|困人|[关卡]在电梯|关在[屋家里]|电梯[^,.;。!?]{0,4}[困关]|(?:被|反)锁(?!门外|外)[^,.;。!?外]{0,3}[屋家房里间]|(?:孩子|小孩|宝宝|老人|爷爷|奶奶|[他她人])[^,.;。!?]{0,3}锁在?(?!门外|外)[^,.;。!?外]{0,3}[屋家房里间车]"
    r"|\btrapped\b|\bstuck\sin\s(?:the|a|an)\s(?:lift|elevator)\b|\blocked\s(?:in|inside)\b"
)
_MISSING: Final = _words(
    r"走失|走丢|失踪|失联|(?:老人|孩子|小孩|爷爷|奶奶|姥姥|姥爷|爸|妈|父亲|母亲|老伴|[他她人])(?:[一就]?直?找?不见|丢)了|找不[到着](?:老人|孩子|小孩|爷爷|奶奶|姥姥|姥爷|我?[爸妈]|老伴|[他她]|人[^,.;。]{0,3}[急怎])|(?:老人|孩子|小孩|爷爷|奶奶|姥姥|姥爷|爸|妈|老伴|[他她人])[^,.;。的]{0,3}找不[到着](?!工作|对象|人|地|路|合适|东西|药)"
    rf"|\b{_PERSON}\b[^,.;]{{0,20}}\b(?:is|are|gone|went|has\sgone)\smissing\b|\bmissing\s(?:person|child|boy|girl|{_PERSON})\b|\bwandered\soff\b"
)
_GAS_WORD: Final = _words(r"煤气|\bgas\b(?!\s(?:bottle|stove|cooker|company|bill|card|station|meter))")
_BODY: Final = _words(
    r"晕倒|晕过去|昏迷|昏倒|昏过去|不省人事|叫不醒|人[^,.;。]{0,4}没反应|心梗|心肌梗|心脏病发|心脏骤停|脑梗|脑出血|中风|没呼吸|没有呼吸|停止呼吸"
    rf"|{_SOMEBODY}[^,.;。!?\s家里灶罐]{{0,3}}没气"
    r"|(?:摔(?![坏碎裂])|跌|滑倒)[^.;。!?]{0,8}(?:起不来|[站爬坐]不起来?|站不住|动不了|不能动|动弹不得)|倒地不起|[倒躺摔]在地上"
    r"|喘不[上过]来?气|上不来气|呼吸困难|窒息|噎住|卡住?喉|休克|抽搐|胸口?[^,.;。!?]{0,2}[疼痛闷]|心口[^,.;。!?]{0,4}[疼痛]|摔断|大出血|流血不止|血流不止|血止不住|吐血"
    r"|触电|电击|溺水|落水(?![管口斗])|(?:食物|农药|酒精|煤气|药物)中毒|(?:喝|服)了?[^,.;。!?]{0,3}(?:农药|百草枯|敌敌畏|毒药)|误[服食吞]|[吃吞]了[^,.;。!?]{0,4}安眠药|坠楼|从楼上摔"
    r"|\bfaint(?:ed|ing|s)?\b|\bunconscious\b|\bpassed\sout\b|\bheart\sattack\b|\bcardiac\b|\bstroke\b"
    r"|\b(?:can'?t|can\snot|cannot|not|stopped)\sbreath(?:e|ing)\b|\btrouble\sbreathing\b|\bchest\spain"
    r"|\bbleeding\s(?:heavily|badly|a\slot)|\bheavy\sbleeding\b|\bchoking\b|\boverdose|\belectrocuted\b|\bdrown(?:ed|ing)\b"
    r"|\bbro(?:ke|ken)\s(?:his|her|my|a|an|the|their)?\s?(?:leg|arm|hip|neck|back)\b(?!\sof)"
    rf"|\b{_PERSON}\b[^,.;]{{0,20}}\bcollapsed\b"
)
_LIFE: Final = _words(
    r"轻生|自杀|想不开|跳楼|寻短见|不想活|活不下去|想死|割腕|自残|上吊(?![灯扇顶柜兰])|服毒|(?:喝|服)了?[^,.;。!?]{0,3}(?:农药|百草枯|敌敌畏|毒药)|[吃吞]了(?:一[瓶把盒]|[半整好]瓶|很多|好多|大量)[^,.;。!?]{0,2}安眠药|跳河|遗书|结束生命"
    r"|\bsuicid\w{1,5}\b|\bkill\s(?:him|her|my|them)sel(?:f|ves)\b|\bwants?\sto\sdie\b|\bend\s(?:his|her|my|their)\s(?:own\s)?life\b"
    r"|\bjump(?:ing|ed)?\s(?:off|from)\s(?:the|a|his|her|my)\s(?:roof|building|balcony|window|bridge)\b|\bself-?harm"
)
_VIOLENCE: Final = _words(
    r"打人|打架|打起来|被打(?![扫断湿碎破翻开电听招包])|挨打|殴打|家暴|持刀|拿刀|砍人|砍伤|捅人|捅伤|行凶|抢劫|被抢(?![修购救险])|抢[钱包]|抢东西|抢走|抢手机"
    r"|小偷|入室(?:盗窃|抢劫|行窃|偷)|进贼|绑架|拐卖|拐走|强奸|猥亵|杀人"
    r"|\bfight(?:s|ing)?\b(?!\sfor)|\bbeat(?:en|ing)\s(?:up\s)?(?:by|him|her|his|my|a|the|someone|somebody|people)\b|\bbeaten\sup\b"
    r"|\battack(?:ed|ing)\b|\bassault\w{0,3}\b|\bdomestic\s(?:violence|abuse)\b|\bwith\sa\sknife\b|\bhas\sa\sknife\b|\bstabb\w{2,3}\b"
    r"|\brobb(?:ed|ery|er|ing)\b|\bburgl\w{2,4}\b|\bbreak-?in\b|\bkidnap\w{0,5}\b|\brape\w?\b|\bmurder\w{0,3}\b"
)

_MILD: Final = sentence("gas is mentioned: if it smells of gas, go outside and call 119 first")


@lru_cache(maxsize=4096)
def emergency_advice(text: str) -> tuple[Sentence, ...]:
    """Return which numbers are called first, most pressing first; nothing where there is no word of danger.

    Whether the need is a person's at once, and not only one of the queue, is what ``is_emergency`` says.

    The numbers are China's: 110 police, 119 fire, 120 ambulance, 12356 psychological aid (one number for the
    whole country since May 2025, set up by the National Health Commission). 煤气 without a word of smell or
    leak is often only a bottle to be changed, but it speaks all the same, mildly; 燃气 and 天然气 alone, as
    on a bill, do not.

    Args:
        text: In either language; the time taken grows with its length only.
    """
    written = plain(text)
    line = _HARMLESS.sub(" ", written)
    advice = []
    if _FIRE.search(line):
        advice.append(
            sentence("fire or smoke: call 119 first; everybody out by the stairs, never by the lift")
        )
    leaks = _GAS_LEAK.search(line) is not None
    if leaks:
        advice.append(
            sentence(
                "gas: call 119 first, from outside; open windows, close the valve, touch no switch; "
                "then call the gas company"
            )
        )
    gas = leaks or _GAS_WORD.search(written) is not None
    if _BODY.search(line) or (gas and _UNWELL.search(line)):
        advice.append(sentence("a life may depend on it: call 120 first and stay beside the person"))
    if _LIFE.search(line):
        advice.append(
            sentence(
                "somebody may harm themselves: call 110 and 120 first and stay on the line with them; "
                "12356 is the psychological aid line"
            )
        )
    if _VIOLENCE.search(line):
        advice.append(sentence("violence or crime: call 110 first and keep away from whoever is dangerous"))
    if _SHUT_IN.search(line):
        advice.append(
            sentence(
                "somebody is shut in: call 119 first, in a lift its alarm button too; "
                "keep talking to them and let nobody force the door"
            )
        )
    if _STOVE.search(line):
        advice.append(sentence("a flame is left burning: call 119 first unless somebody can turn it off at once"))
    if _MISSING.search(line):
        advice.append(
            sentence(
                "somebody is missing: call 110 first, there is no time to wait out; "
                "say where they were last seen and what they wear"
            )
        )
    if gas and not leaks:
        advice.append(_MILD)
    return tuple(advice)


def is_emergency(text: str) -> bool:
    """Return whether a text must be urgent and in a person's hands at once.

    So it is wherever ``emergency_advice`` says anything, except where it speaks mildly of a gas bottle to be
    changed, a stove or a bill: that is a service of every day, and waits in the queue like any other.

    Args:
        text: In either language.
    """
    advice = emergency_advice(text)
    return bool(advice) and (advice != (_MILD,) or _GAS_EVERYDAY.search(plain(text)) is None)


def first_number(advice: Iterable[Sentence]) -> str:
    """Return the number that the advice names first; without any advice that of the police, who pass everything on."""
    found = re.search(r"\b1[0-9]{2}\b", " ".join(one.id for one in advice))
    return found[0] if found else "110"
