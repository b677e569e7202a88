"""The seller and the buyer of an invoice, from the configuration, and what is missing there."""

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from clocktool.config.config import LOCAL
from clocktool.config.declaration import dotted
from clocktool.domain.document import Document, Party
from clocktool.errors import RefusedError, SetupError, quoted

if TYPE_CHECKING:
    from clocktool.config.config import Config
    from clocktool.domain.directory import Client

CLIENTS = "clients"
"""The name of the table of clients."""

Needs = list[tuple[str, str, str]]
"""What is missing: the table, the key, and an example of its value in TOML."""

_ADDRESS = '["Street 1", "10115 Berlin"]'

E_INVOICES = (".xml", ".pdf")
"""The endings of files that have an e-invoice in them."""


def seller_of(config: "Config") -> Party:
    """Return the seller; what is missing is empty."""
    values = {name: setting.value for name, setting in config.table("seller").items()}
    values.pop("logo", None)
    return _party(str(values.pop("name", "")), values)


def client_table(config: "Config", name: str) -> Mapping[str, Any]:
    """Return the values of ``[clients.NAME]``, of any case."""
    tables = config.tables(CLIENTS)
    found = [each for each in tables if each.casefold() == name.casefold()]
    return tables[name if name in found else found[0]] if found else {}


def buyer_of(config: "Config", name: str, client: "Client | None") -> Party:
    """Return the buyer; ``client`` has the address that the workspace keeps."""
    fields = Party.__struct_fields__
    values = {key: each for key, each in client_table(config, name).items() if key in fields}
    if client is not None:
        kept = [line.strip() for line in client.address.splitlines() if line.strip()]
        values = {"address": kept, "email": client.email} | values
    return _party(str(values.pop("name", name)), values)


def _party(name: str, values: Mapping[str, Any]) -> Party:
    texts = {key: str(value) for key, value in values.items() if key != "address"}
    return Party(name=name, address=tuple(map(str, values.get("address", ()))), **texts)


def missing(document: Document, client: str, suffixes: Iterable[str]) -> Needs:
    """Return what a document needs and lacks, to be written to files with these endings."""
    seller, buyer = document.seller, document.buyer
    own, other = "seller", dotted((CLIENTS, client))
    needs: Needs = []
    if not seller.name:
        needs.append((own, "name", '"Jo Doe"'))
    if not seller.address:
        needs.append((own, "address", _ADDRESS))
    if not seller.country:
        needs.append((own, "country", '"DE"'))
    if not (seller.vat_id or seller.tax_number):
        needs.append((own, "vat_id", '"DE136695976"  # or tax_number = "12/345/67890"'))
    if document.tax.category == "AE" and not buyer.vat_id:
        needs.append((other, "vat_id", '"FR40303265045"'))
    if any(each in E_INVOICES for each in suffixes):
        needs += _missing_in_e_invoice(document, other)
    return needs


def _missing_in_e_invoice(document: Document, client: str) -> Needs:
    seller, buyer = document.seller, document.buyer
    needs: Needs = []
    if not buyer.address:
        needs.append((client, "address", _ADDRESS))
    if not buyer.country:
        needs.append((client, "country", '"DE"'))
    if buyer.buyer_reference:
        wanted = {
            "phone": '"+49 30 1234567"',
            "email": '"jo@example.com"',
            "iban": '"DE02120300000000202051"',
        }
        needs += [("seller", key, text) for key, text in wanted.items() if not getattr(seller, key)]
    return needs


def check_complete(
    needs: Needs, path: Path, profile: str | None, has_table: Callable[[str], bool]
) -> None:
    """Raise SetupError that names all that is missing, with the lines to add to the file.

    ``has_table`` returns whether the file already has a table: TOML allows each table once.
    """
    if not needs:
        return
    names = ", ".join(f"{table}.{key}" for table, key, _ in needs)
    error = SetupError(f"the invoice lacks {names}", f"add these lines to {path}:")
    lines: list[str] = []
    for table in dict.fromkeys(table for table, _, _ in needs):
        # The local profile uses no names of the rest of the file.
        above = "profiles.local." if profile == LOCAL and table.startswith(f"{CLIENTS}.") else ""
        lines.append(f"# below [{above}{table}]" if has_table(table) else f"[{above}{table}]")
        lines += [f"{key} = {text}" for of, key, text in needs if of == table]
    error.lines = tuple(lines)
    raise error


def check_frozen(document: Document, client: str, suffixes: Iterable[str]) -> None:
    """Raise RefusedError if an invoice that has its number lacks what a file needs."""
    needs = _missing_in_e_invoice(document, client) if {*suffixes} & {*E_INVOICES} else []
    if needs:
        names = ", ".join(f"{table}.{key}" for table, key, _ in needs)
        number = document.number
        raise RefusedError(
            f"the invoice {quoted(number)} was made without {names}",
            f"set it, then: clocktool invoices cancel {number}, and invoice the entries again",
        )
