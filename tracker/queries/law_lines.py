"""A statutory window beside a step or a milestone, worded: what it asks for, and what it comes to there."""

from dataclasses import dataclass

from tracker.domain.windows import Window
from tracker.words import windows as law


@dataclass(frozen=True, slots=True)
class LawLine:
    """What a window asks for, its law, and the days it lies between.

    `binds`: it sets a latest day of the plan. `colour`, `room` and `version` are said where days are known: how much
    they leave, and which text they were checked against.
    """

    code: str
    name: str
    rule: str
    citation: str
    verified: bool
    between: str
    binds: bool
    colour: str
    room: str
    version: str


def law_line(
    window: Window, between: str, *, binds: bool = False, colour: str = "", room: str = "", version: str = ""
) -> LawLine:
    """A window in words, with what is said of it at its place."""
    named = law.name(window), law.rule(window), law.citation(window)
    return LawLine(window.id, *named, window.verified, between, binds, colour, room, version)
