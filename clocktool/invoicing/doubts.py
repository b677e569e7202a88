"""What looks wrong on an invoice, but may be meant: said as notes before it gets its number."""

import re
from collections.abc import Iterator, Sequence
from datetime import date

from clocktool.domain.document import Document, Party
from clocktool.domain.entry import Entry, start_order
from clocktool.domain.ids import SHORT
from clocktool.domain.overlap import measure_overlap
from clocktool.domain.time.duration import format_duration
from clocktool.domain.time.instant import Instant
from clocktool.domain.time.midnight import Piece
from clocktool.errors import quoted

_COUNTRIES = {"EL": "GR", "XI": "GB"}
"""The countries of VAT identifiers that begin with another code."""

_TRANSFER = re.compile(r"überweis|\btransfer\b|\bIBAN\b", re.IGNORECASE)


def doubts(document: Document, client: str) -> Iterator[str]:
    """Yield a sentence for each; ``client`` is the table of the client in the configuration."""
    for table, party in (("seller", document.seller), (client, document.buyer)):
        yield from _vat_id(table, party)
    if not has_valid_iban(document.seller):
        yield "seller.iban may be mistyped: its check digits don't match."
    if not document.seller.iban and _asks_to_transfer(document):
        yield "The invoice asks for a transfer to no account: seller.iban is not set."
    if document.dated < document.last:
        yield (
            f"The invoice is dated {document.dated}, before its last day of service:"
            f" {document.last}."
        )


def overlap_doubt(entries: Sequence[Entry], now: Instant) -> str:
    """Return a sentence about time that is billed twice, as entries overlap; empty for none."""
    pieces = [Piece(each, date.min, each.start, each.end or now) for each in entries]
    overlap = measure_overlap(pieces)
    if not overlap.seconds:
        return ""
    of = sorted((pieces[place].entry for place in overlap.places), key=start_order)
    shown = ", ".join(f"{quoted(each.description)} ({str(each.id)[-SHORT:]})" for each in of[:6])
    more = f" and {len(of) - 6} more" if len(of) > 6 else ""
    length = format_duration(overlap.seconds)
    return f"{length} would be billed twice, as entries overlap: {shown}{more}."


def has_valid_iban(party: Party) -> bool:
    """Return whether the check digits of an IBAN match (ISO 7064, mod 97-10); True without one."""
    turned = party.iban[4:] + party.iban[:4]
    return not turned or int("".join(str(int(each, 36)) for each in turned)) % 97 == 1


def _vat_id(table: str, party: Party) -> Iterator[str]:
    """Yield what is wrong with a VAT identifier: its check digit, its country."""
    if not party.vat_id:
        return
    code = party.vat_id[:2]
    of = _COUNTRIES.get(code, code)
    if party.country and party.country != of and (code, party.country) != ("FR", "MC"):
        yield (f"{table}.vat_id {party.vat_id} is of {of}, but {table}.country is {party.country}.")
    if not _has_check_digit(party.vat_id):
        yield f"{table}.vat_id {party.vat_id} is not a VAT identifier of {of}: see its check digit."


def _has_check_digit(vat_id: str) -> bool:
    """Return whether a VAT identifier is valid in its country; True where that is not known."""
    try:
        from stdnum.eu import vat
    except ImportError:  # without the extra
        return True
    known = {*vat.MEMBER_STATES, "el"}
    return vat_id[:2].lower() not in known or vat.is_valid(vat_id)


def _asks_to_transfer(document: Document) -> bool:
    from clocktool.documents.language import language_of

    request = language_of(document.language).words["pay"]
    return any(map(_TRANSFER.search, (request, document.note, document.tax.reason)))
