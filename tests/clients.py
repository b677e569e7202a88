"""Makes clients of a backend, for tests below the command line."""

from clocktool.api.client import Client
from clocktool.api.directory import Directory
from clocktool.api.entries import TimeEntries
from clocktool.api.routes import GUIDE, Routes
from clocktool.api.session import NameStore, Session
from clocktool.backends.base import Backend


def client_of(
    backend: Backend, routes: Routes = GUIDE, name_store: NameStore | None = None
) -> Client:
    """Return the client of a backend."""
    session = Session(backend, name_store)
    return Client(TimeEntries(session, routes), Directory(session, routes))
