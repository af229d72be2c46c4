"""What the column titles of other offices' sheets mean: a first guess, which a person confirms.

A title may stand in several rows (征收户数 over 已签约); its parts from the top down are its path. The words are those
of 项目台账 and 征拆进度表 as offices keep them (domain.md section 3.4).
"""

import hashlib
import re
import unicodedata
from collections.abc import Mapping, Sequence
from functools import lru_cache
from types import MappingProxyType

from tracker.domain import units
from tracker.domain.ledger import Cell
from tracker.domain.states import Status

Path = tuple[str, ...]

ONCE: tuple[str, ...] = ("code", "name", "project", "unit", "due", "target", "status", "progress")
ONCE += ("actual_start", "actual_finish", "forecast", "measure", "as_of")
"""What one column at most can say."""
OFTEN = ("quantity", "note")
"""What several columns may say: figures of several metrics; remarks, which are put one after the other."""
ROLES = (*ONCE, *OFTEN)
IGNORED = ""

# Looked for in this order within a title without its brackets; the first that is found counts. '=' wants all of it.
_RULES: Sequence[tuple[str, tuple[str, ...]]] = (
    (IGNORED, ("=序号", "=no.", "=no", "=#", "联系", "电话", "责任人", "领导", "计划开工",
        "计划开始", "起止", "地点", "项目类型")),
    ("code", ("编号", "编码", "代码", "=code")),
    ("as_of", ("截至", "填报日期", "填报时间", "统计日期", "数据日期", "更新日期", "stateasof", "=asof")),
    ("measure", ("=单位", "计量单位", "unitofmeasure")),
    ("unit", ("单位", "责任部门", "牵头部门", "=unit")),
    ("forecast", ("预计", "预期", "expected", "forecast")),
    ("due", ("计划完成", "完成时限", "时限", "截止", "计划竣工", "要求完成", "计划时间", "节点时间",
        "=planned", "=due")),
    ("actual_start", ("开工时间", "开工日期", "实际开工", "实际开始", "启动时间", "开始时间", "started")),
    ("actual_finish", ("实际完成", "实际竣工", "完成时间", "完成日期", "竣工时间", "竣工日期", "办结", "finished")),
    ("progress", ("进度%", "完成进度", "总体进度", "工程进度", "=进度", "完成百分比", "progress")),
    ("note", ("形象进度", "完成情况", "进展", "情况", "说明", "备注", "问题", "下步", "计划安排",
        "措施", "note", "remark")),
    ("status", ("状态", "是否完成", "是否开工", "status")),
    ("measure", ("=measure",)),
    ("target", ("目标", "任务数", "任务量", "计划数", "计划值", "年度计划", "target")),
    ("quantity", ("累计", "完成数", "完成值", "完成量", "数值", "当前值", "实际值", "=value", "=完成", "=已完成")),
    ("name", ("事项", "节点", "指标", "任务", "工作内容", "重点工作", "项目/地块", "地块", "=名称",
        "=item", "milestone", "metric")),
    ("project", ("项目名称", "项目", "工程名称", "=工程", "专项", "project")),
)  # fmt: skip
_DONE = re.compile("已|完成|累计")
_NOT_DONE = re.compile("未|应|总|拟|任务|目标|计划|剩余|本月|本周|当月")
_RATE = re.compile("率$|占比|比例|百分比|^%$|%$")
_BRACKETS = re.compile(r"[(\[【]([^()\[\]【】]*)[)\]】]")
_WORKED_UP = re.compile(r"\d+")

STATUS_WORDS: Mapping[str, Status] = MappingProxyType(
    {
        **dict.fromkeys(("已完成", "完成", "完工", "已完工", "竣工", "已竣工", "办结", "已办结",
            "是", "done"), Status.DONE),
        **dict.fromkeys(("进行中", "在建", "推进中", "正在推进", "正在实施", "实施中", "已开工",
            "已启动"), Status.IN_PROGRESS),
        **dict.fromkeys(("正在办理", "办理中", "施工中", "正常推进", "续建", "inprogress"), Status.IN_PROGRESS),
        **dict.fromkeys(("未开工", "未启动", "未开始", "尚未启动", "尚未开工", "前期", "否",
            "notstarted"), Status.NOT_STARTED),
        **dict.fromkeys(("停工", "暂停", "已停工", "已暂停", "中止", "suspended"), Status.SUSPENDED),
    }
)  # fmt: skip
"""Words for a status that offices write beside our own."""
BLANKS = frozenset({"", "/", "／", "-", "—", "——", "–", "无", "空", "…", "……", "n/a", "na"})
"""What people write into a cell that says nothing."""


def folded(text: str) -> str:
    """A title as it is looked up: half width, lower case, no blanks."""
    return "".join(unicodedata.normalize("NFKC", text).lower().split())


@lru_cache(maxsize=4096)
def guess(path: Path) -> str:
    """What a column says, by its title; IGNORED where no word is known, and for rates, which are only checked."""
    if not path:
        return IGNORED
    leaf = folded(path[-1])
    bare = _BRACKETS.sub("", leaf)
    role = _by_words(bare)
    if role == IGNORED and len(path) > 1 and not rate(path):
        role = _by_words(_BRACKETS.sub("", folded(path[-2]))) if _known(bare) is None else IGNORED
        role = role if role in ("note", "status") else IGNORED
    if rate(path) and role != "progress":
        return IGNORED
    return _figure(path, bare, role)


def known(path: Path) -> bool:
    """Whether the title means anything to us, be it that the column is left out."""
    leaf = _BRACKETS.sub("", folded(path[-1])) if path else ""
    return bool(path) and (_known(leaf) is not None or rate(path) or (measure(path) is not None and len(leaf) < 12))


def _figure(path: Path, bare: str, role: str) -> str:
    """Beside a unit of measure, what was done is a figure, not a day; what there is to do is the target."""
    if measure(path) is None:
        return role
    if role in ("actual_finish", IGNORED, "note") and _DONE.search(bare) and not _NOT_DONE.search(bare):
        return "quantity"
    return "target" if role in ("due", "name") and _NOT_DONE.search(bare) else role


def _by_words(bare: str) -> str:
    return _known(bare) or IGNORED


def _known(bare: str) -> str | None:
    for role, words in _RULES:
        for word in words:
            if bare == word[1:] if word.startswith("=") else word in bare:
                return role
    return None


def guesses(paths: Sequence[Path], samples: Sequence[Sequence[Cell]]) -> list[str]:
    """What each column says, by titles and first cells; what can be said once is said by the first column that fits."""
    found = [_fitting(guess(path), path, cells) for path, cells in zip(paths, samples, strict=True)]
    for role in ONCE:
        places = [place for place, one in enumerate(found) if one == role]
        for place in places[1:]:
            found[place] = IGNORED
    if "name" not in found and "project" in found:
        found[found.index("project")] = "name"
    if any("累计" in "".join(paths[place]) for place, one in enumerate(found) if one == "quantity"):
        found = [
            IGNORED if one == "quantity" and re.search("本[月周期]|当月", "".join(path)) else one
            for one, path in zip(found, paths, strict=True)
        ]
    return found


def _fitting(role: str, path: Path, cells: Sequence[Cell]) -> str:
    texts = [folded(cell.text) for cell in cells if folded(cell.text) not in BLANKS]
    if role == "measure" and texts and not all(_is_measure(text) for text in texts):
        return "unit"
    if role == "note" and texts and "形象进度" in "".join(path):
        if all(text.endswith("%") for text in texts):
            return "progress"
        return "status" if all(text in STATUS_WORDS for text in texts) else role
    return role


def rate(path: Path) -> bool:
    """Whether the column prints a rate or a share, which can be recomputed."""
    leaf = folded(path[-1]) if path else ""
    bare = _BRACKETS.sub("", leaf)
    return bool(_RATE.search(bare) or (_RATE.search(leaf) and not bare.endswith("进度"))) or "(%)" in leaf


def stem(path: Path) -> str:
    """What a rate is of: 签约 of 签约率; '' for a bare %."""
    bare = _BRACKETS.sub("", folded(path[-1]))
    return re.sub("率$|占比|比例|百分比|%", "", bare)


@lru_cache(maxsize=4096)
def measure(path: Path) -> str | None:
    """The unit of measure a title names, in brackets or at its end: 万元 of 总投资（万元）, 亩 of 任务亩; else None."""
    for text in reversed(path):
        leaf = folded(text)
        inside = _BRACKETS.findall(leaf)
        for part in inside:
            named = part.removeprefix("单位:").removeprefix("单位")
            if _is_measure(named):
                return units.measure(named).symbol
        bare = _BRACKETS.sub("", leaf).removesuffix("数")
        for symbol in _ENDINGS:
            if bare.endswith(symbol) and len(bare) > len(symbol):
                return units.measure(symbol).symbol
    return None


_ENDINGS = ("万平方米", "平方米", "万㎡", "㎡", "万m2", "公顷", "亩", "户", "套", "万元", "亿元", "栋", "公里")


@lru_cache(maxsize=4096)
def scale(path: Path) -> str:
    """The multiplier a title names without a unit: 万 of 完成数（万）; '' for none."""
    for text in path:
        for part in _BRACKETS.findall(folded(text)):
            if part.removeprefix("单位:") in ("万", "亿"):
                return str(part[-1])
    return ""


def stated_measure(texts: Sequence[str]) -> str | None:
    """The one unit of measure stated above a table (单位：万元); None where there is none, or several."""
    for text in texts:
        found = re.search(r"(?:计量)?单位[::]\s*([^\s,;)]+)", unicodedata.normalize("NFKC", text))
        if found and _is_measure(found[1]):
            return units.measure(found[1]).symbol
    return None


def stated_day(texts: Sequence[str]) -> str:
    """The day of the state as stated above a table (截至2026年8月31日); '' where none is."""
    for text in texts:
        plain = unicodedata.normalize("NFKC", text)
        found = re.search(
            r"(?:截[至止](?:日期|时间)?|填报日期|填报时间)[::]?\s*"
            r"([0-9][0-9年月日.\-/]*[上中下旬初底末]*)",
            plain,
        )
        if found:
            return found[1].rstrip(".-/")
    return ""


def _is_measure(text: str) -> bool:
    try:
        units.measure(text)
    except units.UnknownMeasure:
        return False
    return True


def fingerprint(paths: Sequence[Path]) -> str:
    """What a header is remembered by: its titles in order; figures in them (8月) may change from month to month."""
    titles = ["\x1e".join(_WORKED_UP.sub("#", folded(part)) for part in path) for path in paths]
    while titles and not titles[-1]:
        titles.pop()
    return hashlib.sha256("\x1f".join(titles).encode()).hexdigest()[:40]
