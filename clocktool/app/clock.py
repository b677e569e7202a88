"""What the machine knows of time: the clock and its own zone."""

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

POSIX = re.compile(
    r"(?:[A-Za-z]{3,}|<[A-Za-z0-9+-]{3,}>)[+-]?\d{1,2}(?::\d\d){0,2}"
    r"(?P<summer>(?:[A-Za-z]{3,}|<[A-Za-z0-9+-]{3,}>)(?:[+-]?\d{1,2}(?::\d\d){0,2})?)?"
    r"(?P<rules>,[^,]+,[^,]+)?"
)
"""The form of a zone that says its own offsets: ``CET-1CEST,M3.5.0,M10.5.0/3`` (POSIX, ``TZ``)."""

DAY_FROM_0 = re.compile(r"(?<=,)\d+")
"""A day of the year in a rule, where the first one is 0."""

USUAL_RULES = ",M3.2.0,M11.1.0"
"""When summer time begins and ends where the zone does not say: what the C library takes."""


def now() -> Instant:
    """Return the instant it is, in whole seconds."""
    return Instant(int(time.time()))


def machine_zone(env: Mapping[str, str], localtime: Path = LOCALTIME) -> Zone:
    """Return the zone of this machine: ``TZ`` of the environment, else the system's.

    Raises SetupError when it cannot be told: hours in the wrong zone are worse than none.
    """
    name = env.get("TZ")
    try:
        if name is not None:
            return _zone_of(name.removeprefix(":") or "UTC")
        return _system_zone(localtime)
    except ValueError as error:
        raise SetupError(
            "this machine's time zone is unknown",
            "say it: clocktool config set timezone Europe/Berlin",
            why=str(error),
        ) from error


def _zone_of(name: str) -> Zone:
    """Return the zone that ``TZ`` says: a file, a name of the database, or offsets with rules."""
    if name.startswith("/"):
        return _system_zone(Path(name))
    try:
        return Zone(name)
    except ValueError:
        found = POSIX.fullmatch(name)
        if found is None:
            raise
        rules = USUAL_RULES if found["summer"] and not found["rules"] else ""
        return Zone(name, _posix_zone(name + rules))


def _posix_zone(rule: str) -> ZoneInfo:
    """Return the zone of a rule in POSIX form. Raises ValueError where it is out of range.

    Days that are counted from 0 are a day early in versions of ``zoneinfo`` that have that mistake.
    """
    probe = _zone_file("AAA0BBB,59,300")  # from 1 March on
    if datetime(2026, 2, 28, 12, tzinfo=probe).utcoffset():
        rule = DAY_FROM_0.sub(lambda day: str(int(day[0]) + 1), rule)
    return _zone_file(rule)


def _zone_file(rule: str) -> ZoneInfo:
    """Return what a zone file says that has nothing but its last line (RFC 8536)."""
    # One kind of time, with one byte of name, in both the old and the new form.
    block = struct.pack(">5s15x6llBBx", b"TZif2", 0, 0, 0, 0, 1, 1, 0, 0, 0)
    return ZoneInfo.from_file(io.BytesIO(block + block + f"\n{rule}\n".encode()), rule)


def _system_zone(localtime: Path) -> Zone:
    try:
        where = localtime.resolve(strict=True)
    except OSError:
        return _asked_of_the_system(localtime)
    _, found, name = where.as_posix().partition("/zoneinfo/")
    if found:
        return Zone(name.removeprefix("posix/").removeprefix("right/"))
    with where.open("rb") as file:
        return Zone("local", ZoneInfo.from_file(file, "local"))


def _asked_of_the_system(localtime: Path) -> Zone:
    try:
        from tzlocal import get_localzone_name  # type: ignore[import-not-found,unused-ignore]
    except ImportError:  # it is needed, and so installed, on Windows alone
        if localtime.is_symlink():
            raise ValueError(f"{localtime} points to nothing") from None
        return Zone("UTC")  # as the C library reads a machine without the file
    return Zone(get_localzone_name())
