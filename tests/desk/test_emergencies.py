"""Words of danger print a number first; words that only look like them do not."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.desk.emergencies import emergency_advice, is_emergency


def numbers(text: str) -> list[str]:
    """Return the numbers that the advice names, in order."""
    return [
        number for advice in emergency_advice(text) for number in re.findall(r"\b1[0-9]{2,4}\b", advice.id)
    ]


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("煤气", "119"),
        ("着火", "119"),
        ("晕倒", "120"),
        ("轻生", "110"),
        ("8号楼2单元301 家里有煤气味", "119"),
        ("闻到天然气的味道", "119"),
        ("燃气泄漏了快来", "119"),
        ("液化气罐漏气", "119"),
        ("厨房起火了", "119"),
        ("楼道冒烟", "119"),
        ("电动车着火车棚全是烟", "119"),
        ("换煤气罐", "119"),
        ("煤气灶不打火", "119"),
        ("煤气没气了", "119"),
        ("老人昏迷叫不醒", "120"),
        ("心梗", "120"),
        ("爷爷胸口疼得厉害", "120"),
        ("心口一阵阵疼", "120"),
        ("奶奶中风了", "120"),
        ("喘不上气", "120"),
        ("爷爷快没气了", "120"),
        ("摔断腿", "120"),
        ("大出血", "120"),
        ("触电了", "120"),
        ("老人没反应了", "120"),
        ("想自杀", "110"),
        ("邻居想不开要跳楼", "110"),
        ("有人打人", "110"),
        ("被抢了", "110"),
        ("持刀", "110"),
        ("家暴", "110"),
        ("smell gas in the kitchen", "119"),
        ("there is a gas leak", "119"),
        ("the kitchen is on fire", "119"),
        ("Fire!", "119"),
        ("my mother fainted", "120"),
        ("heart attack", "120"),
        ("he can't breathe", "120"),
        ("Grandpa collapsed in the hall", "120"),
        ("she wants to kill herself", "110"),
        ("suicidal neighbour", "110"),
        ("a man with a knife", "110"),
        ("we were robbed", "110"),
    ],
)
def test_a_word_of_danger_names_its_number_first(text: str, first: str) -> None:
    """Each word, alone or in a line, in both languages, names the line to call before anything else."""
    assert numbers(text)[0] == first


@pytest.mark.parametrize(
    "text",
    [
        "8号楼2单元301 下水道堵了 王阿姨",
        "年轻生活馆理发",
        "坐着火车来的",
        "吃着火锅",
        "一起火锅聚餐",
        "灶打不着火，点不着火",
        "嗓子都冒烟了",
        "跳楼价甩卖",
        "电脑中毒了",
        "轮胎没气了",
        "燃气缴费",
        "燃气热水器漏水",
        "天然气灶打不着",
        "中风后康复理疗",
        "椅子腿摔断了",
        "抢修水管",
        "抢购",
        "装上吊灯",
        "落水管坏了",
        "入室检查",
        "电视没反应了",
        "发烧起来了",
        "打人工电话",
        "火灾演练",
        "骨折在家要买菜",
        "磨剪子戗菜刀",
        "fire extinguisher check",
        "smoke alarm beeping",
        "gas bill",
        "gas stove repair",
        "firewood",
        "she was fired",
        "sharpen a knife",
        "after a stroke, needs exercise",
        "",
    ],
)
def test_harmless_words_stay_silent(text: str) -> None:
    """A train, a hot pot and a lamp that hangs are no emergencies."""
    assert emergency_advice(text) == ()


def test_gas_without_smell_or_leak_speaks_more_mildly() -> None:
    """煤气 alone is often a bottle to be changed, so its sentence begins with a condition."""
    (mild,) = emergency_advice("换煤气罐")
    (strong,) = emergency_advice("煤气味很大")

    assert "if it smells" in mild.id
    assert "touch no switch" in strong.id


def test_two_dangers_give_two_sentences_with_the_fastest_first() -> None:
    """Fire comes before what it did to somebody."""
    assert numbers("着火了，老人晕倒") == ["119", "120"]


def test_somebody_who_may_harm_themselves_is_not_left_alone() -> None:
    """Police and ambulance first, and the aid line beside them."""
    assert numbers("有人要轻生") == ["110", "120", "12356"]


@given(st.text(max_size=200), st.sampled_from(["煤气", "着火", "晕倒", "轻生"]), st.text(max_size=200))
def test_the_four_words_speak_in_any_line(before: str, word: str, after: str) -> None:
    """Between spaces, nothing around one of the words of the rule can silence it."""
    assert emergency_advice(f"{before} {word} {after}")


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("被困在电梯里", "119"),
        ("8号楼2单元 电梯困人了", "119"),
        ("老人困在电梯里出不来", "119"),
        ("锅还在火上，人出来了", "119"),
        ("孩子被锁屋里", "119"),
        ("孩子反锁在家里了", "119"),
        ("出门忘关火了", "119"),
        ("stuck in the lift", "119"),
        ("奶奶摔倒了起不来", "120"),
        ("老人摔倒了，站不起来", "120"),
        ("喝了农药", "120"),
        ("喝了半瓶百草枯", "110"),
        ("孩子误服了药", "120"),
        ("老人走失了", "110"),
        ("奶奶不见了", "110"),
        ("my mother is missing", "110"),
        ("煤气味好大 头晕", "119"),
        ("煤气味好大 头晕", "120"),
        ("人没气了", "120"),
    ],
)
def test_what_people_say_of_danger_names_its_number(text: str, named: str) -> None:
    """Shut in, fallen, poisoned, missing, a pot left on the fire: the number is among those named, and it presses."""
    assert named in numbers(text)
    assert is_emergency(text)


@pytest.mark.parametrize(
    "text",
    [
        "家里没气了做不了饭",
        "奶奶家没气了",
        "爷爷的轮椅没气了",
        "钥匙锁屋里了",
        "被锁门外了进不去",
        "防走失手环怎么领",
        "家里的猫走丢了",
        "被困难补助的事难住了",
        "手机摔坏了动不了",
        "早上起不来床，要人陪着看病",
        "找不到工作",
        "妈妈的药找不到了",
        "困在家里没人说话",
        "卡在里面的钥匙",
    ],
)
def test_what_only_sounds_like_danger_stays_silent(text: str) -> None:
    """No bottle, wheelchair, key or cat is an emergency."""
    assert emergency_advice(text) == ()


@pytest.mark.parametrize("text", ["换煤气罐", "煤气罐没气了", "煤气没了", "煤气灶不打火", "送罐煤气来"])
def test_a_gas_bottle_is_a_need_of_every_day(text: str) -> None:
    """The advice is given all the same, but it waits in the queue like any other."""
    assert numbers(text) == ["119"]
    assert not is_emergency(text)


@pytest.mark.parametrize("text", ["煤气", "着火", "晕倒", "轻生", "煤气 快来", "煤气罐漏气", "换煤气罐时晕倒了"])
def test_the_words_of_the_rule_press(text: str) -> None:
    """The word alone is a person's at once, and no bottle hides a greater danger."""
    assert is_emergency(text)
