"""The twelve micro-help services of Jinsong: three that the article names, nine editable defaults."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One row of services.csv, the cells as they are written."""

    code: str
    name_zh: str
    name_en: str
    skills: str
    words: str
    small_kind: str
    minutes: int
    licence: str | None = None
    urgency: str = "normal"
    pool: str = "neighbours"
    confidential: bool = False
    proximity: bool = True
    adults_only: bool = True
    """Helpers come to the door alone, and a minor never does: all but 助学, held at the community."""
    origin: str = "default"

    def row(self) -> tuple[object, ...]:
        """Give the cells in the order of the columns."""
        return (
            *(self.code, self.name_zh, self.name_en, self.skills, self.licence, self.urgency, self.pool),
            *(self.minutes, self.confidential, self.proximity, self.adults_only, self.small_kind),
            *(self.origin, self.words),
        )


JINSONG_SERVICES: Final = (
    Entry(
        code="study",
        name_zh="助学",
        name_en="help with studies",
        skills="tutoring:1",
        urgency="low",
        minutes=60,
        proximity=False,
        adults_only=False,
        small_kind="appeal",
        origin="article",
        words="助学;辅导作业;辅导功课;作业;功课;补课;补习;写作文;背单词;学英语;学数学;跟不上课;课后辅导;没人辅导;家教;"
        "homework",
    ),
    Entry(
        code="medical",
        name_zh="助医",
        name_en="company to the doctor",
        skills="escort:1",
        minutes=120,
        small_kind="hardship",
        origin="article",
        words="助医;看病;看医生;陪诊;就诊;去医院;上医院;到医院;陪着去医院;挂号;复查;体检;打针;换药;输液;量血压;测血糖;"
        "卫生服务站;轮椅;doctor;hospital",
    ),
    Entry(
        code="hardship",
        name_zh="助困",
        name_en="help in hardship",
        skills="welfare:1",
        pool="companies",
        minutes=60,
        confidential=True,
        proximity=False,
        small_kind="hardship",
        origin="article",
        words="助困;生活困难;家里困难;困难补助;申请补助;补助;补贴;救助;低保;临时救助;填表;填个表;办手续;办证;捐赠;旧衣服;"
        "米面油;没钱;揭不开锅",
    ),
    Entry(
        code="drain",
        name_zh="疏通下水",
        name_en="clear a drain",
        skills="plumbing:2",
        urgency="urgent",
        pool="property",
        minutes=45,
        small_kind="problem",
        words="下水道堵;下水堵;堵下水;下水道;下水;疏通;通下水;马桶堵;马桶;厕所堵;厕所;蹲坑;地漏;返水;反水;反味;漏水;渗水;"
        "跑水;滴水;水管;水龙头;龙头;阀门;洗菜池;水池堵;水池;管道;水表;drain;sink;toilet;leak",
    ),
    Entry(
        code="lamp",
        name_zh="楼道灯与线路",
        name_en="corridor lamp and wiring",
        skills="electrical:2",
        licence="electrician",
        pool="property",
        minutes=30,
        small_kind="matter",
        words="楼道灯;楼道灯泡;楼道里的灯;楼道里灯;楼梯灯;走廊灯;单元门灯;门洞灯;路灯;声控灯;灯泡;灯管;灯不亮;灯坏;灯闪;"
        "开关;插座;跳闸;电闸;空开;保险丝;电线;线路;没电;停电;断电;漏电;"
        "lamp;light bulb;corridor light;power cut",
    ),
    Entry(
        code="appliance",
        name_zh="家电维修",
        name_en="repair of a home appliance",
        skills="appliance:2",
        minutes=60,
        small_kind="problem",
        words="电视收不到信号;收不到信号;收不到台;没信号;机顶盒;遥控器;电视机;电视;电器;家电;冰箱;洗衣机;空调;油烟机;"
        "抽油烟机;热水器;电饭锅;微波炉;电磁炉;电风扇;风扇;收音机;电暖气;手机不会用;不会用手机;智能手机;"
        "television;fridge;washing machine;appliance",
    ),
    Entry(
        code="company",
        name_zh="陪伴聊天",
        name_en="company for a lonely hour",
        skills="listening:1",
        minutes=60,
        small_kind="appeal",
        words="陪伴;陪聊;陪陪;陪我;陪一陪;陪一会;陪老人;说说话;说会儿话;说会话;聊聊天;聊聊;聊天;拉拉家常;拉家常;解闷;"
        "一个人在家;一个人想找人;找人说话;孤单;寂寞;闷得慌;念报纸;读报;下棋;散步;lonely;company",
    ),
    Entry(
        code="errand",
        name_zh="代买代送",
        name_en="shopping, medicine and meals",
        skills="errands:1",
        pool="once_helped",
        minutes=30,
        small_kind="matter",
        words="代买;代购;代办;代取;跑腿;买菜;买点菜;买米;买面;买粮;买油;买药;买点药;取药;拿药;取快递;拿快递;快递;取包裹;"
        "寄东西;交水费;交电费;交电话费;缴费;送饭;送餐;助餐;打饭;订餐;做顿饭;没人做饭;倒垃圾;扔垃圾;带点东西;"
        "shopping;medicine;meal;parcel",
    ),
    Entry(
        code="gas-bottle",
        name_zh="换煤气罐",
        name_en="change a gas bottle",
        skills="lifting:1",
        licence="gas_delivery",
        pool="companies",
        minutes=40,
        small_kind="matter",
        words="换煤气罐;煤气罐;换液化气罐;液化气罐;换气罐;液化气;煤气没了;气没了;没气了;灌气;送气;换煤气;"
        "gas bottle",
    ),
    Entry(
        code="counselling",
        name_zh="心理疏导",
        name_en="counselling",
        skills="counselling:3",
        pool="companies",
        minutes=60,
        confidential=True,
        proximity=False,
        small_kind="appeal",
        words="心理疏导;心理咨询;心理;咨询;解忧;解忧杂货铺;情绪;心情不好;心里难受;心里堵得慌;睡不着;失眠;焦虑;压力大;郁闷;"
        "孩子厌学;厌学;不想上学;青春期;叛逆;亲子;counselling",
    ),
    Entry(
        code="mediation",
        name_zh="邻里调解",
        name_en="mediation between neighbours",
        skills="mediation:2",
        minutes=60,
        confidential=True,
        proximity=False,
        small_kind="quarrel",
        words="调解;评评理;评理;吵架;吵起来;闹矛盾;矛盾;纠纷;占道;堆杂物;杂物;占车位;抢车位;车位;堵消防通道;消防通道;噪音;"
        "太吵;扰民;楼上吵;楼上太响;跳舞太吵;婆媳;邻居不讲理;quarrel;noise",
    ),
    Entry(
        code="haircut",
        name_zh="上门理发",
        name_en="a haircut at home",
        skills="haircut:2",
        urgency="low",
        minutes=40,
        small_kind="matter",
        words="上门理发;理发;理个发;剪头;剪头发;剪个头;剪发;推头;剃头;刮胡子;刮脸;修脚;头发长了;haircut",
    ),
)
