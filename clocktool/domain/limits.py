"""Limits of the service: lengths of texts, the first and last time, characters, requests."""

from collections.abc import Mapping
from typing import Final

import msgspec

from clocktool.domain.time.instant import Instant, parse_iso
from clocktool.errors import quoted

MAX_DESCRIPTION: Final = 3000
MAX_NAME: Final = 250
MAX_TASK_NAME: Final = 1000
"""All in characters."""


class NameLimits(msgspec.Struct, frozen=True):
    """The names that a server accepts: lengths by noun, and characters that it refuses."""

    longest: Mapping[str, int] = {}
    shortest: Mapping[str, int] = {}
    forbidden: str = ""

    def most(self, noun: str) -> int:
        """Return the greatest length of a name of a client, project, task or tag."""
        return self.longest.get(noun, MAX_TASK_NAME if noun == "task" else MAX_NAME)

    def problem(self, noun: str, name: str) -> tuple[str, str] | None:
        """Return what is wrong with a name, and what is accepted; None for a valid one."""
        length = len(name.strip())
        if not length:
            return f"a {noun} needs a name", "use a name that is not blank"
        if len(name) > self.most(noun):
            return (
                f"the name is too long: {len(name)} characters",
                f"use {self.most(noun)} at most",
            )
        if length < self.shortest.get(noun, 1):
            return (
                f"the name {quoted(name.strip())} is too short",
                f"use {self.shortest[noun]} characters at least",
            )
        if refused := [each for each in self.forbidden if each in name]:
            return (
                f"the name has {' and '.join(refused)}, which the service refuses",
                f"use a name without {' and '.join(self.forbidden)}",
            )
        if not is_storable(name):
            return "the name has a character that can't be stored", "leave it out"
        return None


TOKEN_REQUESTS: Final = 50
"""The number of requests that an add-on token may make in a second."""

FREE_REQUESTS: Final = 30
"""How many requests all members of a workspace on the free plan may make in an hour."""

KEPT_REQUESTS: Final = 5
"""How many of these are kept for what starts and stops timers, and for what waits."""


class Quota(msgspec.Struct, frozen=True):
    """The requests of a workspace that were made in the last hour, and how many are allowed."""

    last_hour: int
    allowed: int | None
    """None where the plan has no such limit, or is not known."""
    free_at: Instant | None
    """When a command that only reads may make its next request; None for now."""

    @property
    def left(self) -> int | None:
        """How many requests are left of the hour, None where ``allowed`` is None."""
        return None if self.allowed is None else max(0, self.allowed - self.last_hour)

    @property
    def left_to_read(self) -> int | None:
        """How many requests are left for commands that only read; None without a limit."""
        return None if self.left is None else max(0, self.left - KEPT_REQUESTS)


MAX_NUMBER: Final = 2**53 - 1
"""The largest whole number that every JSON reader keeps exact."""

EARLIEST: Final = parse_iso("1900-01-01T00:00:00Z")
LATEST: Final = parse_iso("9998-12-31T23:59:59Z")
"""The first and last time of an entry. Every zone can show these as local times."""


def is_storable(text: str) -> bool:
    """Return whether a text can be stored: it has no NUL and no lone surrogate."""
    if "\0" in text:
        return False
    if text.isascii():
        return True
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
