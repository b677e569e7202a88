"""A service-shaped server on a real socket: Clockify's routes, flat replies, and its traps."""

from typing import Any

import msgspec

from clocktool.domain.instant import format_iso, parse_iso
from clocktool.domain.zone import Zone
from clocktool.transport import Request, Transport
from tests.guide_server import Answer, GuideServer, is_of_the_service

NESTED = ("project", "task", "tags", "user")


class ServiceServer(GuideServer):
    """Answers as Clockify does.

    ``wall_clock`` reads the bounds of a list as wall clock in that zone, whatever the ``Z`` says;
    ``cap`` gives no more than that many a page, silently; ``last_page`` sends the header.
    """

    def __init__(
        self,
        workspace: Transport,
        *,
        wall_clock: str | None = None,
        cap: int = 1000,
        last_page: bool = True,
    ) -> None:
        super().__init__(workspace)
        self.wall_clock = wall_clock
        self.cap = cap
        self.last_page = last_page
        self.limited = 0
        """How many requests are still answered with 429."""

    def knows(self, method: str, path: str) -> bool:
        """Whether the service has this route; ``bulk-edit`` and ``in-progress`` are ids to it."""
        guide_only = path.endswith(("/time-entries/bulk-edit", "/time-entries/in-progress"))
        duplicate = path.endswith("/duplicate") and not is_of_the_service(method, path)
        return not (guide_only or duplicate)

    def shaped(self, request: Request) -> Answer:
        """Answer from the workspace: flat unless hydrated is asked for, in capped pages."""
        if self.limited > 0:
            self.limited -= 1
            return 429, {"Retry-After": "1"}, {"message": "Too many requests", "code": 429}
        query = dict(request.query)
        if request.method == "DELETE" and "/user/" in request.path and not query:
            return 400, {}, {"message": "time-entry-ids is required", "code": 3000}
        reply = self.workspace.send(self._read(request, query))
        found = msgspec.json.decode(reply.body) if reply.body else None
        headers = {}
        if self.last_page and "last-page" in reply.headers:
            headers["Last-Page"] = reply.headers["last-page"]
        if request.path.endswith("/invoiced") and reply.status == 200:
            return 200, headers, None
        return reply.status, headers, _flat(found, hydrated=query.get("hydrated") == "true")

    def _read(self, request: Request, query: dict[str, str]) -> Request:
        """Return the request as this server understands it."""
        changed = []
        for name, value in request.query:
            read = value
            if name == "page-size":
                read = str(min(int(value), self.cap))
            elif name in ("start", "end") and self.wall_clock is not None:
                read = _on_the_wall(value, Zone(self.wall_clock))
            changed.append((name, read))
        return msgspec.structs.replace(request, query=tuple(changed))


def _on_the_wall(text: str, zone: Zone) -> str:
    """Return the instant at which the clocks of a zone show what a UTC time says."""
    shown = Zone("UTC").wall(parse_iso(text))
    return format_iso(zone.moment(shown.date(), shown.time()).instant)


def _flat(value: Any, *, hydrated: bool) -> Any:
    """Return a reply without the objects that only a hydrated one has."""
    if isinstance(value, list):
        return [_flat(each, hydrated=hydrated) for each in value]
    if isinstance(value, dict) and "timeInterval" in value and not hydrated:
        return {name: each for name, each in value.items() if name not in NESTED}
    return value
