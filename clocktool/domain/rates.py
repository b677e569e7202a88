r"""A person's own hourly rates, each from a day on: by default, for a client, a project or a task.

A rate is named as in ``[rates]`` of the configuration: ``default``, ``ACME/`` (a client),
``/Ops`` (a project of no client), ``ACME/Site`` (a project), ``ACME/Site#Bugfix`` (a task); ``\/``
and ``\#`` are plain characters of a name. The rate of a task goes before that of its project, then
that of the client, then the default. Any of them goes before a rate of the service.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import date

import msgspec

from clocktool.domain.currency import USUAL_DECIMALS, decimals
from clocktool.domain.entry import Entry
from clocktool.domain.money import Rate, parse_money
from clocktool.domain.naming import JOINT
from clocktool.errors import UsageError, literal

DEFAULT = "default"
"""The name of the rate of all that has no other."""

ALWAYS = "always"
"""The day of a rate that holds from the beginning, beside others that hold from a day on."""


class Subject(msgspec.Struct, frozen=True):
    """What a rate is for. All three are None for the default; an empty client means no client."""

    client: str | None = None
    project: str | None = None
    task: str | None = None

    @property
    def key(self) -> str:
        """The name in the configuration."""
        if self.client is None:
            return DEFAULT
        task = "" if self.task is None else f"#{_escape(self.task)}"
        return f"{_escape(self.client)}/{_escape(self.project or '')}{task}"

    @property
    def folded(self) -> "Subject":
        """The subject in lower case, to compare."""
        return Subject(*(each and each.casefold() for each in msgspec.structs.astuple(self)))


class OwnRate(msgspec.Struct, frozen=True):
    """A rate from the configuration. ``since`` is None for one that holds from the beginning."""

    subject: Subject
    since: date | None
    rate: Rate


class RateBook:
    """A person's own rates.

    ``currencies`` has the currency of each client, in lower case, for rates written without one;
    ``currency`` is that of all other clients.
    """

    def __init__(
        self,
        rates: Iterable[OwnRate] = (),
        currency: str = "",
        currencies: Mapping[str, str] = {},
    ) -> None:
        rates = list(rates)
        self._currency, self._currencies = currency, currencies
        self.rates = tuple(
            msgspec.structs.replace(each, rate=self._with_currency(each.rate, each.subject.client))
            for each in rates
        )
        self._rows: dict[Subject, list[tuple[date, Rate]]] = {}
        for each in rates:
            rows = self._rows.setdefault(each.subject.folded, [])
            rows.append((each.since or date.min, each.rate))
        for rows in self._rows.values():
            rows.sort(key=lambda row: row[0])
        self._found: dict[tuple[Subject, date], Rate | None] = {}

    def __bool__(self) -> bool:
        """Whether there are any rates."""
        return bool(self._rows)

    @property
    def days(self) -> list[date]:
        """The days on which a rate begins to count, in order."""
        return sorted({since for rows in self._rows.values() for since, _ in rows} - {date.min})

    def applied(self, entry: Entry, day: date) -> Entry:
        """Return an entry with its own rate in force on ``day``, the day of its start."""
        key = (subject_of(entry), day)
        if key not in self._found:
            self._found[key] = self.rate(*key)
        rate = self._found[key]
        return entry if rate is None else msgspec.structs.replace(entry, hourly_rate=rate)

    def rate(self, subject: Subject, day: date) -> Rate | None:
        """Return the rate of a subject on a day, None if no row applies."""
        client, project, task = msgspec.structs.astuple(subject.folded)
        for of in (
            Subject(client, project, task) if task is not None else None,
            Subject(client, project) if project is not None else None,
            Subject(client, "") if client else None,
            Subject(),
        ):
            rows = self._rows.get(of) if of is not None else None
            if rows and rows[0][0] <= day:
                found = next(rate for since, rate in reversed(rows) if since <= day)
                return self._with_currency(found, client)
        return None

    def _with_currency(self, rate: Rate, client: str | None) -> Rate:
        if rate.currency:
            return rate
        currency = self._currencies.get((client or "").casefold(), self._currency)
        return Rate(_scaled(rate.amount, decimals(currency)), currency)


def _scaled(amount: int, count: int) -> int:
    """Return an amount of hundredths with another number of decimals, rounded half up."""
    if count >= USUAL_DECIMALS:
        return int(amount * 10 ** (count - USUAL_DECIMALS))
    unit = int(10 ** (USUAL_DECIMALS - count))
    return (2 * amount + unit) // (2 * unit)


def subject_of(entry: Entry) -> Subject:
    """Return what an entry's rate is looked up by."""
    of = entry.project
    if of is None:
        return Subject("", None)
    return Subject(of.client, of.name, entry.task.name if entry.task else None)


def parse_subject(key: str) -> Subject:
    """Parse the name of a rate. Raises UsageError unless it has one of the five forms.

    A project may be written as it is shown, too: ``Site · ACME``.
    """
    if key.strip().casefold() == DEFAULT:
        return Subject()
    name, *tasks = re.split(r"(?<!\\)#", key)
    project, joint, client = name.rpartition(JOINT)
    if joint and not re.search(r"(?<!\\)/", name):
        name = f"{client}/{project}"
    halves = [_unescape(each) for each in re.split(r"(?<!\\)/", name)]
    task = _unescape(tasks[0]) if tasks else None
    named = [each for each in (*halves, task) if each]
    bad = len(halves) != 2 or len(tasks) > 1 or not named or (tasks and not (task and halves[1]))
    if bad:
        raise UsageError(
            f"{literal(key)} names neither a client, a project nor a task",
            r"write default, ACME/, /Ops, ACME/Site or ACME/Site#Bugfix; \/ and \# are plain",
        )
    return Subject(halves[0], halves[1], task)


def read_rows(value: object) -> list[tuple[date | None, Rate]]:
    """Read the rates of a subject: ``"110 EUR"``, or a table of days.

    The table is like ``{ always = "90 EUR", 2026-07-01 = "110 EUR" }``. Raises UsageError.
    """
    rows = value if isinstance(value, Mapping) else {ALWAYS: value}
    return [(parse_since(str(day)), parse_own_rate(text)) for day, text in rows.items()]


def parse_since(text: str) -> date | None:
    """Return the day from which a rate counts, None for ``always``. Raises UsageError."""
    if text == ALWAYS:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise UsageError(
            f"invalid day {literal(text)}", f"write a day like 2026-07-01, or {ALWAYS}"
        ) from error


def parse_own_rate(value: object) -> Rate:
    """Return the rate of ``"110 EUR"`` or ``110``. Raises UsageError for anything else."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise UsageError(f"invalid rate {literal(str(value))}", 'write it like "110 EUR"')
    return Rate(*parse_money(str(value), "rate"))


def _escape(name: str) -> str:
    return re.sub(r"[/#]", r"\\\g<0>", name)


def _unescape(name: str) -> str:
    return re.sub(r"\\([/#])", r"\1", name).strip()
