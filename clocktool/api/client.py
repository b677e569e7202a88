"""The service's client: the twelve operations on time entries, and the directory."""

from clocktool.api.directory import Directory
from clocktool.api.entries import EntryListener, TimeEntries, TimerListener
from clocktool.api.routes import GUIDE, Routes
from clocktool.api.session import NameStore, Session
from clocktool.backends.base import Backend


class Client:
    """The client of the service; ``name_store`` has the names that flat replies lack."""

    def __init__(
        self,
        backend: Backend,
        routes: Routes = GUIDE,
        name_store: NameStore | None = None,
        listener: TimerListener | None = None,
        entry_listener: EntryListener | None = None,
    ) -> None:
        session = Session(backend, name_store)
        self.entries = TimeEntries(session, routes, listener, entry_listener)
        self.directory = Directory(session, routes)
