"""Which tax an invoice has: as typed, else by the client's table, else by ``[invoices]``."""

from collections.abc import Mapping
from typing import Any

from clocktool.domain.document import Tax
from clocktool.domain.terms import parse_percent
from clocktool.errors import SetupError, UsageError

KEYS = ("tax", "reverse_charge", "tax_exempt", "not_subject")
"""The keys of a client that say its tax: at most one of them is set."""


def tax_of(
    typed: Mapping[str, Any],
    client: Mapping[str, Any],
    seller: Mapping[str, Any],
    name: str,
) -> Tax | None:
    """Return the tax by the first of three tables that says it; None where none does.

    ``typed`` has the options, ``client`` the table of the client called ``name``, ``seller`` that
    of all invoices. Raises UsageError and SetupError for a table that says it twice.
    """
    options = _said(typed)
    if len(options) > 1:
        one, other = (f"--{key.replace('_', '-')}" for key in options[:2])
        raise UsageError(f"{one} and {other} can't be combined", "use one of them")
    for table, place in ((client, f"clients.{name}"), (seller, "invoices")):
        keys = _said(table)
        if len(keys) > 1 and not options:
            raise SetupError(
                f"`{place}.{keys[0]}` and `{place}.{keys[1]}` can't be combined", "remove one"
            )
    table = next((each for each in (typed, client, seller) if _said(each)), {})
    for key in _said(table):
        return _tax(key, str(table[key]))
    return None


def _said(table: Mapping[str, Any]) -> list[str]:
    return [key for key in KEYS if table.get(key) not in (None, False)]


def _tax(key: str, text: str) -> Tax:
    if key == "tax":
        percent = parse_percent(text)
        return Tax("S", percent) if percent else Tax("Z")
    if key == "reverse_charge":
        return Tax("AE")
    reason = " ".join(text.split())
    if not reason:
        raise UsageError("--tax-exempt needs a reason", "like: --tax-exempt 'education'")
    return Tax("E" if key == "tax_exempt" else "O", reason=reason)
