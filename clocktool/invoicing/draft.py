"""Makes the draft of an invoice from entries: one client, one currency, lines and their tax."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Literal

import msgspec

from clocktool.domain.document import Document, DocumentLine, Party, Tax, Work, line, share
from clocktool.domain.entry import Entry
from clocktool.domain.money import Rate
from clocktool.domain.naming import natural_order
from clocktool.domain.report import rounded_lengths
from clocktool.domain.rounding import Rounding
from clocktool.domain.time.instant import Instant
from clocktool.domain.time.spelling import offset_text
from clocktool.domain.time.zone import Zone
from clocktool.errors import RefusedError, quoted

Group = Literal["entry", "day", "task", "project"]


class Terms(msgspec.Struct, frozen=True):
    """What an invoice says besides its lines. ``rounding`` is the rule of its time."""

    dated: date
    due: date
    tax: Tax
    group: Group = "project"
    rounding: Rounding | None = None
    with_work: bool = False
    language: str = "en"
    template: str = ""
    logo: str = ""
    note: str = ""
    items: tuple[DocumentLine, ...] = ()
    discount: int = 0
    discount_percent: int = 0


def client_of(entries: Sequence[Entry]) -> str:
    """Return the client of entries. Raises RefusedError if there are several, or none."""
    without = _projects(each for each in entries if not (each.project and each.project.client))
    if without:
        names = ", ".join(without)
        raise RefusedError(
            f"entries without a client: {names}",
            "set it: clocktool projects edit NAME --client CLIENT; or choose: --client NAME",
        )
    clients = sorted({each.project.client for each in entries if each.project}, key=natural_order)
    if len(clients) > 1:
        raise RefusedError(
            f"an invoice is for one client; these entries are of {', '.join(clients)}",
            f"choose one: --client {quoted(clients[0])}",
        )
    return clients[0]


def currency_of(entries: Sequence[Entry], client: str, wanted: str, default: str) -> str:
    """Return the currency of entries; ``wanted`` is that of the client, if one is set.

    ``default`` is that of rates without one. Raises RefusedError for several, for another than
    that, and for entries without a rate.
    """
    unpriced = _projects(each for each in entries if each.hourly_rate is None)
    if unpriced:
        raise RefusedError(
            f"billable entries without a rate: {', '.join(unpriced)}",
            "set one: clocktool rates set 105 EUR -p NAME; 0 is a rate, too",
        )
    default = wanted or default
    found = sorted({each.hourly_rate.currency or default for each in entries if each.hourly_rate})
    if wanted and found != [wanted]:
        others = [each for each in found if each != wanted]
        raise RefusedError(
            f"invoices of {client} are in {wanted}; these entries are in {', '.join(others)}",
            "see: clocktool rates",
        )
    if len(found) > 1:
        raise RefusedError(
            f"an invoice has one currency; these entries are in {', '.join(found)}",
            "choose entries of one: -p NAME; see: clocktool rates",
        )
    if not found[0]:
        raise RefusedError(
            "the currency of the rates is unknown", "clocktool rates set 105 EUR -p NAME"
        )
    return found[0]


def _projects(entries: Iterable[Entry]) -> list[str]:
    names = {each.project.label if each.project else "no project" for each in entries}
    return sorted(names, key=natural_order)


def draft(  # noqa: PLR0917
    entries: Sequence[Entry],
    seller: Party,
    buyer: Party,
    currency: str,
    terms: Terms,
    zone: Zone,
    now: Instant,
) -> Document:
    """Return the draft of an invoice over finished entries with rates."""
    ordered = sorted(entries, key=lambda each: (each.start, str(each.id)))
    lengths = rounded_lengths(ordered, terms.rounding, zone, now)
    days = [zone.day(each.start) for each in ordered]
    lines = (*_lines(ordered, lengths, terms, zone), *terms.items)
    discount = terms.discount
    if terms.discount_percent:
        discount = share(sum(each.amount for each in lines), terms.discount_percent)
    return Document(
        dated=terms.dated,
        due=terms.due,
        first=min(days),
        last=max(days),
        seller=seller,
        buyer=buyer,
        currency=currency,
        language=terms.language,
        lines=lines,
        discount=discount,
        discount_percent=terms.discount_percent,
        tax=terms.tax,
        work=tuple(_work(ordered, lengths, zone)) if terms.with_work else (),
        rounding="" if terms.rounding is None else terms.rounding.text,
        template=terms.template,
        logo=terms.logo,
        note=terms.note,
    )


def _lines(
    entries: Sequence[Entry], lengths: Sequence[int], terms: Terms, zone: Zone
) -> list[DocumentLine]:
    """Return the lines: entries of a group and of one rate."""
    groups: dict[tuple[object, ...], list[tuple[Entry, int]]] = {}
    for entry, length in zip(entries, lengths, strict=True):
        key = (*_key(entry, terms.group, zone), entry.hourly_rate)
        groups.setdefault(key, []).append((entry, length))
    keys = list(groups)
    if terms.group in ("project", "task"):
        keys.sort(key=_order)
    return [_line(groups[key], terms, zone) for key in keys]


def _key(entry: Entry, group: Group, zone: Zone) -> tuple[object, ...]:
    project, task = entry.project, entry.task
    match group:
        case "entry":
            return (str(entry.id),)
        case "day":
            return (zone.day(entry.start),)
        case "task":
            return (
                project.label if project else "",
                task.label if task else "",
                str(project.id) if project else "",
                str(task.id) if task else "",
            )
        case "project":
            return (project.label if project else "", str(project.id) if project else "")


def _order(key: tuple[object, ...]) -> tuple[object, ...]:
    *names, rate = key
    return (
        *(natural_order(str(name)) for name in names),
        rate.amount if isinstance(rate, Rate) else -1,
    )


def _line(parts: Sequence[tuple[Entry, int]], terms: Terms, zone: Zone) -> DocumentLine:
    first = parts[0][0]
    seconds = sum(length for _, length in parts)
    if terms.rounding is not None and terms.rounding.scope == "total":
        seconds = terms.rounding.length(seconds)
    made = line(
        _text(parts, terms.group),
        seconds,
        first.hourly_rate or Rate(0),
        [str(entry.id) for entry, _ in parts],
    )
    if terms.group in ("entry", "day"):
        made = msgspec.structs.replace(made, day=zone.day(first.start))
    return made


def _text(parts: Sequence[tuple[Entry, int]], group: Group) -> str:
    first = parts[0][0]
    project = first.project.label if first.project else ""
    task = first.task.label if first.task else ""
    match group:
        case "entry":
            what = first.description or task
        case "task":
            what = task
        case "day":
            names = dict.fromkeys(each.project.label for each, _ in parts if each.project)
            return ", ".join(names)
        case "project":
            what = ""
    return f"{project}: {what}" if what else project


def _clock(at: Instant, start: Instant, zone: Zone) -> str:
    """Return a time of day: ``01:30``, ``01:30 +1`` the day after that of ``start``.

    A time that happens twice, in an autumn night, has its offset: ``02:30 (+01:00)``.
    """
    local, days = zone.local_time(at), (zone.day(at) - zone.day(start)).days
    is_twice = len(zone.instants(local.date(), local.time())) > 1
    text = f"{local:%H:%M}" + (f" +{days}" if days else "")
    return f"{text} ({offset_text(at, zone)})" if is_twice else text


def _work(entries: Sequence[Entry], lengths: Sequence[int], zone: Zone) -> list[Work]:
    return [
        Work(
            day=zone.day(entry.start),
            start=_clock(entry.start, entry.start, zone),
            end=_clock(entry.end or entry.start, entry.start, zone),
            seconds=length,
            project=entry.project.label if entry.project else "",
            task=entry.task.label if entry.task else "",
            description=entry.description,
        )
        for entry, length in zip(entries, lengths, strict=True)
    ]
