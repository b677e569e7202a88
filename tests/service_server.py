"""A service-shaped server on a real socket: Clockify's routes, flat replies, and its traps."""

from collections.abc import Callable
from typing import Any

import msgspec

from clocktool.backends.base import Backend, Request
from tests.guide_server import Answer, GuideServer, is_of_the_service
from tests.service_names import body_of, kind_of, problem_of

NESTED = ("project", "task", "tags", "user")


class ServiceServer(GuideServer):
    """Answers as Clockify does.

    Bounds of a list are read as its workspace reads them: as wall clock of that one's zone.
    ``cap`` gives no more than that many a page, silently; ``most`` refuses larger pages.
    ``last_page`` sends the header. A workspace of a ``plan`` has ``allowed`` requests an hour.
    """

    def __init__(
        self,
        workspace: Backend,
        *,
        zone: str | None = None,
        cap: int = 1000,
        last_page: bool = True,
        most: int = 5000,
    ) -> None:
        super().__init__(workspace, zone)
        self.cap = cap
        self.most = most
        self.last_page = last_page
        self.plan: str | None = None
        self.allowed: int | None = None
        self.now: Callable[[], int] = int
        self.made: list[int] = []
        """When the requests that were let in were made."""
        self.in_vain: list[str] = []
        """The requests that were refused because too many had been made."""
        self.limited = 0
        """How many requests are still answered with 429."""
        self.is_member = False
        """Whether the key is a plain member's, who may not change names or list users."""

    def knows(self, method: str, path: str) -> bool:
        """Whether the service has this route; ``bulk-edit`` and ``in-progress`` are ids to it."""
        guide_only = path.endswith(("/time-entries/bulk-edit", "/time-entries/in-progress"))
        duplicate = path.endswith("/duplicate") and not is_of_the_service(method, path)
        return not (guide_only or duplicate)

    def shaped(self, request: Request) -> Answer:
        """Answer from the workspace: flat unless hydrated is asked for, in capped pages."""
        if self.allowed is not None:
            now = self.now()
            self.made = [each for each in self.made if each > now - 3600]
            if len(self.made) >= self.allowed:
                self.in_vain.append(f"{request.method} {request.path}")
                wait = self.made[-self.allowed] + 3600 - now
                headers = {"Retry-After": str(wait)}
                return 429, headers, {"message": "Too many requests", "code": 429}
            self.made.append(now)
        if self.limited > 0:
            self.limited -= 1
            return 429, {"Retry-After": "1"}, {"message": "Too many requests", "code": 429}
        query = dict(request.query)
        if int(query.get("page-size", 1)) > self.most:
            message = f"Value '{query['page-size']}' is not valid for 'page-size'"
            return 400, {}, {"message": message, "code": 3000}
        if request.method == "DELETE" and "/user/" in request.path and not query:
            return 400, {}, {"message": "time-entry-ids is required", "code": 3000}
        listed = request.method == "GET" and request.path.endswith("/users")
        if self.is_member and (listed or kind_of(request) is not None):
            return 403, {}, {"message": "Access Denied", "code": 501}
        problem = problem_of(request)
        if problem is not None:
            return 400, {}, {"message": problem, "code": 501}
        reply = self.workspace.send(self._read(request))
        found = msgspec.json.decode(reply.body) if reply.body else None
        headers = {}
        if self.last_page and "last-page" in reply.headers:
            headers["Last-Page"] = reply.headers["last-page"]
        if request.path.endswith("/invoiced") and reply.status == 200:
            return 200, headers, None
        found = self.located(request, found)
        if self.plan is not None and request.method == "GET" and reply.status == 200:
            parts = request.path.split("/")
            if parts[1] == "workspaces" and len(parts) <= 3:
                for each in found if len(parts) == 2 else [found]:
                    each["featureSubscriptionType"] = self.plan
        return reply.status, headers, _flat(found, hydrated=query.get("hydrated") == "true")

    def _read(self, request: Request) -> Request:
        """Return the request as this server understands it."""
        changed = tuple(
            (name, str(min(int(value), self.cap)) if name == "page-size" else value)
            for name, value in request.query
        )
        return msgspec.structs.replace(request, query=changed, body=body_of(request))


def _flat(value: Any, *, hydrated: bool) -> Any:
    """Return a reply without the objects that only a hydrated one has."""
    if isinstance(value, list):
        return [_flat(each, hydrated=hydrated) for each in value]
    if isinstance(value, dict) and "timeInterval" in value and not hydrated:
        return {name: each for name, each in value.items() if name not in NESTED}
    return value
