"""Text with characters that are more than letters."""

from random import Random
from typing import Final

_CHARACTERS: Final = (
    *"\0\a\b\t\n\v\f\r\x1b \u00a0\u00ad\x85\u2028\u2029\ufeff\ufffd\uffff\U0010ffff\ud800()[]{}<>_AA1",
    *"\u0301\u0489\u0600\u0627\u0644\u05d0\u0e33\u1100\u1161\u11a8\u3042\uac00\u200b\u200d\ufe0f",
    *"\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2067\u2068\u2069",
    *"\U0001f1e9\U0001f3fb\U0001f642\U000e0001",
    *(
        "_\bA",
        "A\bA",
        "\x1b[1m",
        "\x1b[999999C",
        "\r\n",
        "\u0627\u0301",
        "\u2067\u05d0(\u2069",
        "e" + "\u0301" * 9,
    ),
)
_WORDS: Final = (
    *("Gr\u00fc\u00dfe ", "1,000.00 ", "\u0633\u0644\u0627\u0645 "),
    *("\u0938\u094d\u0924\u094d\u0930\u0940 ", "\u0e19\u0e49\u0e33"),
)


def of_text(random: Random, octets: bytes, charset: str) -> bytes:
    """Some characters more, or in the place of others."""
    some = "".join(random.choices((*_CHARACTERS, *_WORDS), k=random.choice((1, 2, 5, 20))))
    how = "surrogatepass" if charset == "utf-8" else "replace"
    put = (some * random.choice((1, 1, 1, 3, 40))).encode(charset, how)
    at = random.randint(0, len(octets))
    return octets[:at] + put + octets[at + random.randint(0, 3) :]
