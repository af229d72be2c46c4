"""How Chinese names sort: by pinyin, stored beside the name since the embedded server has no Chinese collation."""

from functools import lru_cache


@lru_cache(maxsize=4096)
def sort_key(name: str) -> str:
    """The pinyin of a name, syllables by spaces; Latin letters and digits stay, in lower case. At most 400 long."""
    # Imported here: the dictionary takes a moment to load and only writers of names need it.
    from pypinyin import lazy_pinyin

    return " ".join(lazy_pinyin(name)).lower()[:400]
