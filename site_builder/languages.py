"""Language tags, and the direction in which their scripts are written."""

import re
from functools import lru_cache

LANGUAGE_TAG = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")
"""The form of a BCP 47 tag, without its rarer parts."""

_RTL_LANGUAGES = frozenset(
    ["ar", "arc", "ckb", "dv", "fa", "he", "nqo", "ps", "sd", "syr", "ug", "ur", "yi"]
)
_RTL_SCRIPTS = frozenset(["adlm", "arab", "hebr", "nkoo", "rohg", "syrc", "thaa"])


@lru_cache(maxsize=256)
def direction_of(language: str) -> str:
    """Return `rtl` or `ltr` for a BCP 47 language tag."""
    subtags = language.lower().split("-")
    if any(len(subtag) == 4 for subtag in subtags[1:]):
        return "rtl" if _RTL_SCRIPTS.intersection(subtags[1:]) else "ltr"
    return "rtl" if subtags[0] in _RTL_LANGUAGES else "ltr"
