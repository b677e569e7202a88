"""Rounding of time for reports and invoices: up, down or to the nearest multiple of a step.

Lengths are whole seconds. A rule rounds each entry, or the sum of a day's entries of the same
project, task and rate, or each line that is shown. Nothing is rounded twice: amounts come from the
rounded time, and 0 stays 0.
"""

from collections.abc import Sequence
from typing import Literal, get_args

import msgspec

from clocktool.errors import UsageError, literal

Direction = Literal["up", "down", "nearest"]
Scope = Literal["entry", "day", "total"]

LONGEST_STEP = 24 * 3600

NAMED_RULES = ("none", "workspace")
"""No rounding, and the rule of the workspace's settings."""

ACCEPTED = "up:15m, down:6m or nearest:1h, with /entry, /day or /total behind it"


class Rounding(msgspec.Struct, frozen=True):
    """A rule. ``step`` is in seconds, from 1 s to 24 h; ``scope`` is what is rounded."""

    direction: Direction
    step: int
    scope: Scope = "entry"

    def length(self, seconds: int) -> int:
        """Return a length rounded by this rule; half of a step goes up."""
        add = {"up": 2 * self.step - 2, "down": 0, "nearest": self.step}[self.direction]
        return (2 * seconds + add) // (2 * self.step) * self.step

    def parts(self, lengths: Sequence[int]) -> list[int]:
        """Return the parts of one length after it is rounded as a whole.

        What rounding adds is given to the last part. What it takes is taken from the end.
        """
        left = self.length(sum(lengths))
        found = []
        for length in lengths[:-1]:
            found.append(min(length, left))
            left -= found[-1]
        return [*found, left] if lengths else []

    @property
    def text(self) -> str:
        """The rule as it is typed: ``up:15m``."""
        return f"{self.direction}:{_step_text(self.step)}" + (
            "" if self.scope == "entry" else f"/{self.scope}"
        )


def parse_rounding(text: str) -> Rounding:
    """Parse a rule like ``up:15m`` or ``nearest:6m/day``.

    Raises UsageError for anything else, also for a step below 1 s or above 24 h.
    """
    from clocktool.domain.time.duration import parse_duration

    rule, slash, scope = text.strip().lower().partition("/")
    direction, colon, length = (each.strip() for each in rule.partition(":"))
    invalid = f"invalid rounding {literal(text)}"
    if direction not in get_args(Direction) or not colon:
        raise UsageError(invalid, f"use {ACCEPTED}; or none, or workspace")
    if slash and scope.strip() not in get_args(Scope):
        raise UsageError(invalid, "write /entry, /day or /total behind the step")
    try:
        step = parse_duration(length)
    except UsageError as error:
        error.hint = f"the step is a duration from 1s to 24h, like 15m: {direction}:15m"
        raise
    if step > LONGEST_STEP:
        raise UsageError(invalid, "use 24h or less", why="the step is longer than 24 h")
    return Rounding(direction, step, scope.strip() or "entry")  # type: ignore[arg-type]


def _step_text(seconds: int) -> str:
    for unit, size in (("h", 3600), ("m", 60)):
        if seconds % size == 0:
            return f"{seconds // size}{unit}"
    return f"{seconds}s"
