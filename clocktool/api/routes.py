"""The two route sets: where the guide and the service name an operation differently.

This is the only module that holds the difference (operations 7, 9, 10 and 12).
"""

from urllib.parse import urlsplit

import msgspec

from clocktool.errors import SetupError
from clocktool.transport import Request


class Routes(msgspec.Struct, frozen=True):
    """A route set, by name."""

    name: str

    def in_progress(self, entries: str, page: int, size: int) -> Request:
        """Return the request for the running timers (operation 7).

        The guide's reply has no pages; the service gives ten unless asked for more.
        """
        if self.name == "guide":
            return Request("GET", f"{entries}/in-progress")
        paging = (("page", str(page)), ("page-size", str(size)))
        return Request("GET", f"{entries}/status/in-progress", paging)


GUIDE = Routes("guide")
SERVICE = Routes("service")


def routes_for(setting: str, base_url: str) -> Routes:
    """Return the route set of a configuration: ``auto`` is decided by the host alone.

    It is never learnt by trying: a wrong route costs a request of a small quota.
    """
    if setting == "auto":
        host = urlsplit(base_url).hostname or ""
        return SERVICE if host == "clockify.me" or host.endswith(".clockify.me") else GUIDE
    for routes in (GUIDE, SERVICE):
        if routes.name == setting:
            return routes
    raise SetupError(f"no route set {setting!r}", "'routes' is auto, guide or service")
