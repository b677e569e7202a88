"""Makes clients of a backend, and what a history reads, for tests below the command line."""

from collections.abc import Callable, Sequence

from clocktool.api.client import Client
from clocktool.api.directory import Directory
from clocktool.api.entries import TimeEntries
from clocktool.api.routes import GUIDE, Routes
from clocktool.api.session import NameStore, Session
from clocktool.backends.base import Backend
from clocktool.domain.directory import Account
from clocktool.domain.entry import Entry
from clocktool.domain.rates import RateBook
from clocktool.domain.time.calendar import Calendar
from clocktool.domain.time.instant import Instant
from clocktool.domain.time.zone import Zone
from clocktool.history.history import PendingChanges, Source
from clocktool.history.loader import Loader


def client_of(
    backend: Backend, routes: Routes = GUIDE, name_store: NameStore | None = None
) -> Client:
    """Return the client of a backend."""
    session = Session(backend, name_store)
    return Client(TimeEntries(session, routes), Directory(session, routes))


class OneUser(Source):
    """What a history reads: the entries of one user, by a client."""

    def __init__(
        self,
        client: Client,
        account: Account,
        now: Instant,
        *,
        book: RateBook | None = None,
        zone: Zone | None = None,
        queue: PendingChanges | None = None,
        loader: Loader | None = None,
    ) -> None:
        self._client = client
        self._account = account
        self.now = now
        self._book = book or RateBook()
        self._calendar = Calendar(zone or Zone("UTC"))
        self._zone = zone or Zone("UTC")
        self._queue = queue
        self._loader = loader

    def connect(self) -> Client:
        """Return the client."""
        return self._client

    @property
    def account(self) -> Account:
        """The user and the workspace."""
        return self._account

    @property
    def queue(self) -> PendingChanges | None:
        """The pending changes that were given."""
        return self._queue

    @property
    def loader(self) -> Loader | None:
        """The loader that was given."""
        return self._loader

    @property
    def rated(self) -> Callable[[Entry], Entry]:
        """Sets the rate of the book."""
        return lambda entry: self._book.applied(entry, self._calendar.of(entry.start))

    @property
    def rate_changes(self) -> Sequence[Instant]:
        """The days from which rates of the book count."""
        return [self._zone.start_of_day(day) for day in self._book.days]
