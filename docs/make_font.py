"""Make the font of the printed phone list from Noto Sans CJK: ``python docs/make_font.py NotoSansCJK-Regular.ttc``.

The collection is that of Debian's package ``fonts-noto-cjk``. Needs fontTools and cffsubr, and two minutes. The
same collection gives the same file.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

TARGET = Path(__file__).parents[1] / "dispatch" / "desk" / "phone_list" / "fonts" / "sandan-sans-sc.otf"
FAMILY = "Sandan Sans SC"

LETTERS = (range(0x20, 0x7F), range(0xA0, 0x250), range(0x300, 0x370), range(0x1E00, 0x1F00), range(0x2000, 0x2070))
"""Latin with every accent that pinyin and the names of foreigners need, and its punctuation."""

BEYOND = (range(0x4E00, 0xA000), range(0x2A700, 0x30000))
"""Where what the collection has beyond GBK is mostly of 通用规范汉字表 (2013), which names may be chosen from."""

ALSO = (
    "㐂𠮷䶮㖞㤘㧐㧟㱮㳠㸆䁖䌷䌽䏝䓖䙌䝼䞍䥽䦃䦅䦆䯄䲡䲣䜣㧑㕮㑇㳇䢺䢼㭎㟃㑊䌹㛃㭕䴓䏡㶲㳚㳘㛚䂮㙍䓫䓬䓨䓛䴕㫰䎃㿠䝙䏲䴔㥄"
    "㙘䐃㺄㴔㛹䴖䃅䣘㬊䅟䲟䃎䴗㬎㙦㽏㮾㻬䗖㠇䴘㵐䗛㬚㠓㘎䲠䗪䗴䲢䎖䴙㰀㸌𠙶𨙸𣲘𣲗𨚕𦭜𪾢𦰡𦙶𨐈𨺙𧿹𡎚𠅤𤧛𣸣𨱇𦝼𡐓𣗋𥔲𨱏𩽾𩾃"
    "𥕢𨱑𤩽𨱔𦈡𥖨𦒍𩾌𨟠𨭉𤫉"
)
"""The rest of that table beyond GBK, and three characters that stand in names without being in it."""


def main(collection: str) -> None:
    """Write the font."""
    import cffsubr
    from fontTools import subset
    from fontTools.ttLib import TTCollection

    fonts = TTCollection(collection).fonts
    font = next(one for one in fonts if one["name"].getDebugName(4) == "Noto Sans CJK SC")
    wanted = set(_gbk()) | {code for part in (*LETTERS, *BEYOND) for code in part} | set(map(ord, ALSO))
    options = subset.Options(
        layout_features=[],
        hinting=False,
        notdef_outline=True,
        drop_tables=[*subset.Options().drop_tables, "BASE", "GDEF", "GPOS", "GSUB", "VORG", "vhea", "vmtx"],
    )
    tool = subset.Subsetter(options)
    tool.populate(unicodes=wanted)
    tool.subset(font)
    in_one_word = FAMILY.replace(" ", "")
    for number, text in ((1, FAMILY), (3, f"{FAMILY} from Noto Sans CJK SC"), (4, FAMILY), (6, in_one_word)):
        font["name"].setName(text, number, 3, 1, 0x409)
    font["CFF "].cff.fontNames = [in_one_word]
    font.recalcTimestamp = False
    cffsubr.subroutinize(font)
    font.save(TARGET)
    print(f"{TARGET.name}: {len(font.getBestCmap())} characters, {TARGET.stat().st_size} bytes")


def _gbk() -> Iterator[int]:
    """Give every character of GBK."""
    for high in range(0x81, 0xFF):
        for low in range(0x40, 0xFF):
            try:
                yield from map(ord, bytes((high, low)).decode("gbk"))
            except UnicodeDecodeError:
                continue


if __name__ == "__main__":
    main(*sys.argv[1:])
