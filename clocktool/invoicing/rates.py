"""A person's own rates: read from the configuration, and the changes of its rows."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from typing import TYPE_CHECKING

import msgspec

from clocktool.config.declaration import dotted
from clocktool.domain.rates import (
    ALWAYS,
    OwnRate,
    RateBook,
    Subject,
    parse_subject,
    read_rows,
)
from clocktool.errors import NotFoundError, UnknownNameError

if TYPE_CHECKING:
    from clocktool.config.config import Setting
    from clocktool.domain.directory import Project
    from clocktool.tracking.names import Names

TABLE = "rates"


class Change(msgspec.Struct, frozen=True):
    """New values of the configuration by key (None removes one), and the rate that changes."""

    values: dict[str, object]
    rate: OwnRate


def own_rates(table: "Mapping[str, Setting]") -> Iterator[OwnRate]:
    """Yield the rates of ``[rates]``, which is valid."""
    for name, setting in table.items():
        for since, rate in read_rows(setting.value):
            yield OwnRate(parse_subject(name), since, rate)


def rate_book(
    table: "Mapping[str, Setting]",
    currency: Callable[[], str],
    currencies: Mapping[str, str] = {},
) -> RateBook:
    """Return the rates in force; ``currency`` is asked for if a rate has none.

    ``currencies`` are those of clients, by their names in lower case.
    """
    rates = list(own_rates(table))
    needs = any(not each.rate.currency for each in rates)
    return RateBook(rates, currency() if needs else "", currencies)


def key_of(table: "Mapping[str, Setting]", subject: Subject) -> str:
    """Return the key of a subject as it is written in a table, or as it is to be written."""
    found = (name for name in table if parse_subject(name).folded == subject.folded)
    return next(found, subject.key)


def unknown_names(
    subjects: Iterable[Subject], projects: "Iterable[Project]", names: "Names"
) -> Iterator[str]:
    """Yield the keys of subjects that do not exist, each once.

    Tasks and clients without a project are searched for by ``names``.
    """
    of_project = {Subject(each.client, each.name).folded: each for each in projects}
    clients = {each.client for each in of_project if each.client}
    for subject in dict.fromkeys(subjects):
        client, project, task = msgspec.structs.astuple(subject)
        if client is None or (not project and client.casefold() in clients):
            continue
        found = of_project.get(Subject(client, project).folded)
        try:
            if found is not None and task is None:
                continue
            if found is not None and _same(names.task(found.id, task or "").name, task):
                continue
            if not project and _same(names.client(client).name, client):
                continue
        except UnknownNameError:
            pass
        yield subject.key


def _same(one: str, other: str | None) -> bool:
    return one.casefold() == (other or "").casefold()


def set_rate(table: "Mapping[str, Setting]", new: OwnRate, source: str) -> Change:
    """Return the change that sets a rate from a day on, or from the beginning.

    ``source`` is what is changed: the file, or a profile. Rows that come from above a profile are
    copied to it, as its value replaces them.
    """
    key = key_of(table, new.subject)
    rows = _rows(table, key)
    day = ALWAYS if new.since is None else new.since.isoformat()
    if rows.keys() <= {day} and day == ALWAYS:
        return Change({dotted((TABLE, key)): new.rate.short}, new)
    is_here = key in table and table[key].source == source
    if is_here and isinstance(_value(table, key), Mapping):
        return Change({dotted((TABLE, key, day)): new.rate.short}, new)
    return Change({dotted((TABLE, key)): {**rows, day: new.rate.short}}, new)


def remove_rate(
    table: "Mapping[str, Setting]", subject: Subject, since: date | None, source: str
) -> Change:
    """Return the change that removes the row of a day; without a day, that of the beginning.

    Raises NotFoundError where ``source``, the file or a profile, has none.
    """
    table = {key: setting for key, setting in table.items() if setting.source == source}
    key = key_of(table, subject)
    rows = _rows(table, key)
    day = ALWAYS if since is None else since.isoformat()
    if day not in rows:
        of = "no own rate" if subject == Subject() else f"no own rate of {key}"
        from_day = "" if since is None else f" from {day}"
        days = ", ".join(f"--from {each}" for each in rows)
        hint = f"there is one with {days}" if rows else "clocktool rates lists them"
        raise NotFoundError(f"{of}{from_day}", hint)
    removed = OwnRate(subject, since, dict(read_rows(rows))[since])
    if len(rows) == 1:
        return Change({dotted((TABLE, key)): None}, removed)
    return Change({dotted((TABLE, key, day)): None}, removed)


def _value(table: "Mapping[str, Setting]", key: str) -> object:
    setting = table.get(key)
    return None if setting is None else setting.value


def _rows(table: "Mapping[str, Setting]", key: str) -> dict[str, object]:
    value = _value(table, key)
    if value is None:
        return {}
    return dict(value) if isinstance(value, Mapping) else {ALWAYS: value}
