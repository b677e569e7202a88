"""What the machine knows of time: the clock and its own zone."""

import time
from collections.abc import Mapping
from pathlib import Path
from zoneinfo import ZoneInfo

from clocktool.domain.instant import Instant
from clocktool.domain.zone import Zone
from clocktool.errors import SetupError

LOCALTIME = Path("/etc/localtime")


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
            name = name.removeprefix(":") or "UTC"
            return _system_zone(Path(name)) if name.startswith("/") else Zone(name)
        return _system_zone(localtime)
    except ValueError as error:
        raise SetupError(
            f"this machine's time zone is unknown: {error}",
            "say it: clocktool config set timezone Europe/Berlin",
        ) from error


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
