"""The service's client: every request goes through ``Client.call``."""

from collections.abc import Callable
from typing import TypeVar

import msgspec

from clocktool.api.directory import Directory
from clocktool.api.entries import TimeEntries
from clocktool.api.errors import error_of
from clocktool.api.routes import GUIDE, Routes
from clocktool.errors import ServerError
from clocktool.transport import Reply, Request, Transport

T = TypeVar("T")


class Client:
    """The twelve operations on time entries, and the directory, over one transport."""

    def __init__(self, transport: Transport, routes: Routes = GUIDE) -> None:
        self._transport = transport
        self.entries = TimeEntries(self, routes)
        self.directory = Directory(self)

    def send(self, request: Request) -> Reply:
        """Send a request; raise the error that the reply stands for when its status is no 2xx."""
        reply = self._transport.send(request)
        if not 200 <= reply.status < 300:
            raise error_of(request, reply)
        return reply

    def call(self, request: Request, read: Callable[[bytes], T]) -> T:
        """Send a request and read its reply's body."""
        return readable(request, self.send(request), read)


def readable(request: Request, reply: Reply, read: Callable[[bytes], T]) -> T:
    """Read a reply's body; raises ServerError when it is not what was asked for."""
    try:
        return read(reply.body)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise ServerError(
            f"the reply to {request.method} {request.path} is not what was asked for: {error}",
            "check that 'base_url' is the address of a Clockify API (clocktool config)",
        ) from error
