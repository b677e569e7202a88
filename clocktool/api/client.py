"""The service's client: the twelve operations on time entries, and the directory."""

from clocktool.api.directory import Directory
from clocktool.api.entries import TimeEntries, TimerListener
from clocktool.api.routes import GUIDE, Routes
from clocktool.api.session import Book, Session
from clocktool.backends.base import Backend


class Client:
    """The client of the service on one backend; ``book`` has the names that flat replies lack."""

    def __init__(
        self,
        backend: Backend,
        routes: Routes = GUIDE,
        book: Book | None = None,
        listener: TimerListener | None = None,
    ) -> None:
        session = Session(backend, book)
        self.entries = TimeEntries(session, routes, listener)
        self.directory = Directory(session, routes)
