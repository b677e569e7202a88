"""The clock and the time zone of this machine."""

import io
import re
import struct
import time
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from clocktool.domain.time.instant import Instant
from clocktool.domain.time.zone import Zone
from clocktool.errors import SetupError

LOCALTIME = Path("/etc/localtime")

POSIX = (
    r"(?:[A-Za-z]{3,}|<[A-Za-z0-9+-]{3,}>)[+-]?\d{1,2}(?::\d\d){0,2}"
    r"(?P<summer>(?:[A-Za-z]{3,}|<[A-Za-z0-9+-]{3,}>)(?:[+-]?\d{1,2}(?::\d\d){0,2})?)?"
    r"(?P<rules>,[^,]+,[^,]+)?"
)
"""The form of a zone with its own offsets and rules: ``CET-1CEST,M3.5.0,M10.5.0/3`` (POSIX)."""

DAY_FROM_0 = r"(?<=,)\d+"
"""A day of the year in a rule, counted from 0."""

USUAL_RULES = ",M3.2.0,M11.1.0"
"""Begin and end of summer time where ``TZ`` names no dates: the default of the C library."""


def now() -> Instant:
    """Return the current instant, in whole seconds."""
    return Instant(int(time.time()))


def machine_zone(env: Mapping[str, str], localtime: Path = LOCALTIME) -> Zone:
    """Return the time zone of this machine: ``TZ`` of the environment, else the system's.

    Raises SetupError when there is none that is valid: a guess would record wrong times.
    """
    name = env.get("TZ")
    try:
        if name is not None:
            return _zone_of(name.removeprefix(":") or "UTC")
        return _system_zone(localtime)
    except ValueError as error:
        raise SetupError(
            "this machine's time zone is unknown",
            "set it: clocktool config set timezone Europe/Berlin",
            why=str(error),
        ) from error


def _zone_of(name: str) -> Zone:
    """Return the zone of a ``TZ`` value: a file, an IANA name, or offsets with rules."""
    if name.startswith("/"):
        return _system_zone(Path(name))
    try:
        return Zone(name)
    except ValueError:
        found = re.fullmatch(POSIX, name)
        if found is None:
            raise
        rules = USUAL_RULES if found["summer"] and not found["rules"] else ""
        return Zone(name, _zone_of_posix_rule(name + rules))


def _zone_of_posix_rule(rule: str) -> ZoneInfo:
    """Return the zone of a POSIX rule. Raises ValueError where a number is out of range.

    Some versions of ``zoneinfo`` take days counted from 0 a day too early; the probe finds them.
    """
    probe = _zone_file("AAA0BBB,59,300")  # from 1 March on
    if datetime(2026, 2, 28, 12, tzinfo=probe).utcoffset():
        rule = re.sub(DAY_FROM_0, lambda day: str(int(day[0]) + 1), rule)
    return _zone_file(rule)


def _zone_file(rule: str) -> ZoneInfo:
    """Return the zone of a zone file (RFC 8536) with no transitions, only a rule in its footer."""
    # Version 1 and version 2 data blocks, each with one local time type and a name of one byte.
    block = struct.pack(">5s15x6llBBx", b"TZif2", 0, 0, 0, 0, 1, 1, 0, 0, 0)
    return ZoneInfo.from_file(io.BytesIO(block + block + f"\n{rule}\n".encode()), rule)


def _system_zone(localtime: Path) -> Zone:
    try:
        where = localtime.resolve(strict=True)
    except OSError:
        return _zone_from_tzlocal(localtime)
    _, found, name = where.as_posix().partition("/zoneinfo/")
    if found:
        return Zone(name.removeprefix("posix/").removeprefix("right/"))
    with where.open("rb") as file:
        return Zone("local", ZoneInfo.from_file(file, "local"))


def _zone_from_tzlocal(localtime: Path) -> Zone:
    try:
        from tzlocal import get_localzone_name  # type: ignore[import-not-found,unused-ignore]
    except ImportError:  # it is a dependency only on Windows
        if localtime.is_symlink():
            raise ValueError(f"{localtime} points to nothing") from None
        return Zone("UTC")  # the C library does the same without /etc/localtime
    return Zone(get_localzone_name())
