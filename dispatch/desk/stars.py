"""How satisfied somebody says they are: stars, or one of three faces."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from dispatch.desk.numerals import number_with, plain
from dispatch.errors import Refused

FACES: Final[Mapping[str, int]] = {
    **dict.fromkeys((":)", ":-)", "☺", "😊", "🙂", "😀", "😄", "👍", "good", "very good", "great", "satisfied"), 5),
    **dict.fromkeys(("满意", "很满意", "非常满意", "十分满意", "好", "很好", "非常好", "挺好", "好评", "笑脸"), 5),
    **dict.fromkeys((":|", ":-|", "😐", "😑", "fair", "so-so", "ok", "okay"), 3),
    **dict.fromkeys(("一般", "一般般", "还行", "还可以", "凑合", "马马虎虎", "普通", "中评", "平脸"), 3),
    **dict.fromkeys((":(", ":-(", "☹", "🙁", "😞", "😠", "😡", "👎", "bad", "poor", "very bad", "not satisfied"), 1),
    **dict.fromkeys(("不满意", "很不满意", "非常不满意", "不好", "很不好", "差", "很差", "差评", "太差", "哭脸"), 1),
}
"""The faces of the phone list and what people say for them; between two faces there is no word that is certain."""

MOST: Final = 5
_STARS: Final = re.compile(r"[★⭐🌟]{1,5}")
_SILENT: Final = re.compile("[☆\ufe0f]")
_FULL: Final = "颗星|个星|星级?|分|stars?"


def read_stars(text: str) -> int:
    """Return how many stars a text gives: "5", "五星", "4分", "★★★☆☆", "很好", "☹"; 0 and 6 are said as they are.

    Raises:
        Refused: It is neither stars nor a face.
    """
    said = _SILENT.sub("", plain(text)).strip(" 。.!").casefold()
    if _STARS.fullmatch(said):
        return len(said)
    stars = FACES.get(" ".join(said.split()), number_with(said, after=_FULL))
    if stars is None:
        raise Refused(
            "{stars} is neither stars nor a face",
            stars=text.strip()[:40],
            hint="1 to 5 stars, such as 5 or 五星; or one of three faces: 满意 (5), 一般 (3), 不满意 (1)",
        )
    return stars
