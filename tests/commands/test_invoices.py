"""Numbered invoices at the front door: numbers, the register, marks, cancellations."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Console
from tests.tracking.servers import run_sql

CONFIG = """\
[seller]
name = "Jo Doe"
address = ["Street 1", "10115 Berlin"]
country = "DE"
vat_id = "DE136695976"
[invoices]
tax = 19
"""
NEXT = ("--number", "next", "-y")
LEFT = "Left out: 1 not billable.\n"
TABLE = """\
text       hours    rate  amount  currency
Site     2:45:00  105.00  288.75  USD
net      2:45:00          288.75  USD
tax 19%                    54.86  USD
total                     343.61  USD
"""
MADE = "Invoice 2026-001: 343.61 USD, due 2026-12-08; 2 entries marked as invoiced.\n"


def configure(console: Console, text: str = CONFIG) -> Console:
    """Write the configuration of a console."""
    Path(console.env["CLOCKTOOL_CONFIG"]).write_text(text)
    return console


@pytest.fixture
def seller(day: Console) -> Console:
    """A day with two billable entries of ACME, and a configured seller."""
    return configure(day)


def marks(console: Console) -> set[str]:
    """Return the ends of the ids that are remembered on this machine."""
    path = Path(console.env["CLOCKTOOL_DATA"]) / "invoiced.sqlite3"
    if not path.exists():
        return set()
    return {row[0][-4:] for row in run_sql(path, "SELECT entry FROM marks WHERE stands")}


def invoiced(console: Console) -> set[str]:
    """Return the ends of the ids that the local workspace has as invoiced."""
    path = Path(console.env["CLOCKTOOL_DATA"]) / "local.sqlite3"
    return {row[0][-4:] for row in run_sql(path, "SELECT id FROM entries WHERE invoiced = 1")}


def register(console: Console) -> list[dict[str, Any]]:
    """Return the register as JSON."""
    found: list[dict[str, Any]] = console.ok("invoices", "-o", "json").json
    return found


def numbers(console: Console) -> list[str]:
    """Return the numbers in the register."""
    return [each["number"] for each in register(console)]


def test_a_numbered_invoice_is_shown_registered_and_marked(seller: Console) -> None:
    """Lines, tax and total; a row in the register; the entries are marked."""
    assert seller("invoice", *NEXT) == (0, TABLE, LEFT + MADE)
    assert marks(seller) == invoiced(seller) == {"0009", "000a"}
    assert register(seller) == [
        {
            "number": "2026-001",
            "date": "2026-11-24",
            "due": "2026-12-08",
            "client": "ACME",
            "currency": "USD",
            "net": "288.75",
            "tax": "54.86",
            "gross": "343.61",
            "status": "open",
            "entries": ["000000000000000000000009", "00000000000000000000000a"],
            "paid": None,
            "cancels": None,
            "cancelledBy": None,
        }
    ]


def test_in_json_it_is_the_object_of_the_register_with_its_lines(seller: Console) -> None:
    """The same from ``invoice`` and from ``invoices show``."""
    made = seller.ok("invoice", *NEXT, "-o", "json").json
    lines = [{"text": "Site", "seconds": 9900, "rate": "105.00", "amount": "288.75"}]
    assert made == {**register(seller)[0], "discount": None, "lines": lines}
    assert seller.ok("invoices", "show", "2026-001", "-o", "json").json == made


def test_without_an_option_of_documents_it_marks_as_before(day: Console) -> None:
    """No seller is needed, and nothing is numbered."""
    day.ok("invoice", "-y")
    assert numbers(day) == []
    assert marks(day) == {"0009", "000a"}


OPTIONS = {
    "number": ("--number", "next"),
    "date": ("--date", "today"),
    "due": ("--due", "7d"),
    "tax": ("--tax", "8.1"),
    "exempt": ("--tax-exempt", "education"),
    "group": ("--group", "day"),
    "timesheet": ("--attach-timesheet",),
    "save": ("--save", "acme.csv"),
}


@pytest.mark.parametrize("name", OPTIONS)
def test_each_option_of_documents_makes_a_numbered_invoice(seller: Console, name: str) -> None:
    """Any one of them is enough."""
    seller.ok("invoice", *OPTIONS[name], "-y")
    assert numbers(seller) == ["2026-001"]


def test_what_is_missing_is_named_at_once_with_the_lines_to_add(day: Console) -> None:
    """Exit code 3, and nothing is numbered or marked."""
    path = day.env["CLOCKTOOL_CONFIG"]
    lacks = "seller.name, seller.address, seller.country, seller.vat_id, invoices.tax"
    assert day("invoice", *NEXT) == (
        3,
        "",
        (
            f"{LEFT}error: the invoice lacks {lacks}\n"
            f"hint: add these lines to {path}:\n"
            "[seller]\n"
            'name = "Jo Doe"\n'
            'address = ["Street 1", "10115 Berlin"]\n'
            'country = "DE"\n'
            'vat_id = "DE136695976"  # or tax_number = "12/345/67890"\n'
            "[invoices]\n"
            "tax = 19  # or for one invoice: --tax 19, --reverse-charge, --tax-exempt REASON\n"
        ),
    )
    assert numbers(day) == []
    result = day("invoice", *NEXT, "-o", "json")
    body = json.loads(result.err.removeprefix(LEFT))
    configure(day, "\n".join(body["error"]["lines"]))
    day.ok("invoice", *NEXT)


def test_lines_to_add_name_a_table_that_is_there(day: Console) -> None:
    """A table may be in a file once."""
    configure(day, '[seller]\nname = "Jo"\naddress = ["A", "1 B"]\ncountry = "DE"\n')
    result = day("invoice", *NEXT, "--tax", "0")
    assert result.err.splitlines()[-2:] == [
        "# below [seller]",
        'vat_id = "DE136695976"  # or tax_number = "12/345/67890"',
    ]


def test_lines_to_add_have_codes_for_characters_that_cannot_be_seen(seller: Console) -> None:
    """Added as shown, they are those of the client: its name is whole."""
    seller.ok("clients", "edit", "ACME", "--name", "A\u202eB\u200b")
    result = seller("invoice", *NEXT, "--save", "a.xml")
    assert result.err.splitlines()[-3:] == [
        '[profiles.local.clients."A\\U0000202eB\\U0000200b"]',
        'address = ["Street 1", "10115 Berlin"]',
        'country = "DE"',
    ]
    configure(seller, "\n".join([CONFIG, *result.err.splitlines()[-3:]]))
    seller.ok("invoice", *NEXT, "--save", "a.xml")


def test_reverse_charge_needs_the_vat_id_of_the_client(seller: Console) -> None:
    """Exit code 3 with the line; with it there is no tax."""
    result = seller("invoice", "--reverse-charge", "-y")
    assert (result.code, result.err.splitlines()[-2:]) == (
        3,
        ["[profiles.local.clients.ACME]", 'vat_id = "FR40303265045"'],
    )
    configure(seller, f'{CONFIG}[profiles.local.clients.ACME]\nvat_id = "FR40303265045"\n')
    result = seller.ok("invoice", "--reverse-charge", "-y")
    assert result.out.splitlines()[-2].split() == ["reverse", "charge", "0.00", "USD"]


def test_two_ways_of_tax_contradict_each_other(seller: Console) -> None:
    """Exit code 2."""
    assert seller("invoice", "--tax", "7", "--reverse-charge", "-y").code == 2
    assert seller("invoice", "--tax-exempt", " ", "-y").code == 2
    assert numbers(seller) == []


@pytest.mark.parametrize(
    ("typed", "tax"),
    [("19", "54.86"), ("8.1", "23.39"), ("7,5", "21.66"), ("0", "0.00"), ("100", "288.75")],
)
def test_tax_takes_decimals(seller: Console, typed: str, tax: str) -> None:
    """Half up, once, of the net."""
    seller.ok("invoice", "--tax", typed, "-y")
    assert register(seller)[0]["tax"] == tax


@pytest.mark.parametrize("typed", ["101", "-1", "x", "8.125", ""])
def test_other_words_are_no_tax(seller: Console, typed: str) -> None:
    """Exit code 2."""
    assert seller("invoice", "--tax", typed, "-y").code == 2
    assert numbers(seller) == []


def test_several_clients_are_named(seller: Console) -> None:
    """Exit code 5; the preview shows them all."""
    seller.ok("clients", "add", "Globex")
    seller.ok("projects", "add", "Shop", "--client", "Globex", "--billable", "--rate", "50")
    seller.ok("add", "x", "--from", "8", "--to", "8:30", "-p", "Shop", "-q")
    assert seller("invoice", *NEXT) == (
        5,
        "",
        (
            f"{LEFT}error: an invoice is for one client; these entries are of ACME, Globex\n"
            "hint: choose one: --client 'ACME'\n"
        ),
    )
    assert seller("invoice", "--dry-run").code == 0
    assert seller("invoice", "--dry-run", "--save", "a.csv").code == 5
    seller.ok("invoice", *NEXT, "--client", "Globex")
    assert [each["client"] for each in register(seller)] == ["Globex"]


def test_entries_without_a_client_are_named(seller: Console) -> None:
    """Exit code 5 with the project."""
    seller.ok("add", "x", "--from", "8", "--to", "8:30", "-p", "Ops", "--billable", "-q")
    seller.ok("rates", "set", "50", "EUR", "-p", "Ops")
    result = seller("invoice", *NEXT)
    assert (result.code, "entries without a client: Ops" in result.err) == (5, True)


def test_a_billable_entry_without_a_rate_is_refused(seller: Console) -> None:
    """Exit code 5 naming the project; a rate of 0 is one."""
    seller.ok("projects", "add", "Free", "--client", "ACME", "--billable")
    seller.ok("add", "x", "--from", "8", "--to", "8:30", "-p", "Free", "-q")
    result = seller("invoice", *NEXT)
    assert (result.code, "billable entries without a rate: Free" in result.err) == (5, True)
    seller.ok("rates", "set", "0", "USD", "-p", "Free")
    seller.ok("invoice", *NEXT)
    assert register(seller)[0]["net"] == "288.75"


def test_several_currencies_are_named(seller: Console) -> None:
    """Exit code 5 with the list."""
    seller.ok("rates", "set", "100", "EUR", "-p", "Site", "--from", "2026-11-24")
    seller.ok("add", "x", "--from", "2026-11-23 09:00", "--for", "1h", "-p", "Site", "-q")
    result = seller("invoice", *NEXT)
    assert (result.code, "these entries are in EUR, USD" in result.err) == (5, True)


def test_the_currency_of_a_client_is_that_of_amounts_without_one(seller: Console) -> None:
    """Entries in another are refused."""
    configure(seller, f'{CONFIG}[profiles.local.clients.acme]\ncurrency = "CHF"\n')
    result = seller("invoice", *NEXT)
    assert (result.code, "invoices of ACME are in CHF; these entries are in USD" in result.err) == (
        5,
        True,
    )
    seller.ok("config", "set", "clients.acme.currency", "CHF")
    seller.ok("config", "set", 'rates."ACME/"', "90")
    seller.ok("invoice", *NEXT)
    assert (register(seller)[0]["currency"], register(seller)[0]["net"]) == ("CHF", "247.50")


GROUPS: dict[str, list[str]] = {
    "entry": ["2026-11-24 Site: Fix login page", "2026-11-24 Site: Review"],
    "day": ["2026-11-24 Site"],
    "task": ["Site", "Site: Login"],
    "project": ["Site"],
}


@pytest.mark.parametrize("group", GROUPS)
def test_lines_by_entry_day_task_or_project(seller: Console, group: str) -> None:
    """Each kind has its texts, and all have the same net."""
    seller.ok("edit", "9", "-t", "Login", "-q")
    result = seller.ok("invoice", "--group", group, "-y", "-o", "csv")
    texts = [line.split(",")[0] for line in result.out.splitlines()[1:]]
    assert texts == GROUPS[group]
    assert register(seller)[0]["net"] == "288.75"


def test_own_rates_count_for_entries_by_name(seller: Console) -> None:
    """As for those of a period."""
    seller.ok("rates", "set", "200", "USD", "-p", "Site")
    seller.ok("invoice", "last", "9", "--dry-run")
    made = seller.ok("invoice", "last", "9", *NEXT, "-o", "json").json
    assert made["lines"][0]["rate"] == "200.00"


def test_a_group_is_split_by_rate(seller: Console) -> None:
    """A new rate is a line of its own."""
    seller.ok("rates", "set", "200", "USD", "-p", "Site", "--from", "2026-11-24")
    seller.ok("add", "x", "--from", "2026-11-23 09:00", "--for", "1h", "-p", "Site", "-q")
    lines = seller.ok("invoice", *NEXT, "-o", "json").json["lines"]
    assert [(each["seconds"], each["rate"]) for each in lines] == [
        (3600, "105.00"),
        (9900, "200.00"),
    ]


def test_rounding_is_as_in_reports(seller: Console) -> None:
    """The line has the rounded time, and its amount comes from that."""
    seller.ok("edit", "9", "--to", "10:31", "-q")
    lines = seller.ok("invoice", *NEXT, "--round", "up:15m", "-o", "json").json["lines"]
    assert [(each["seconds"], each["amount"]) for each in lines] == [(10_800, "315.00")]


def test_lines_by_entry_share_the_rounding_of_a_day(seller: Console) -> None:
    """The sum is that of the day, whatever the lines."""
    seller.ok("edit", "9", "--to", "10:31", "-q")
    words = (*NEXT, "--group", "entry", "--round", "up:15m/day", "-o", "json")
    lines = seller.ok("invoice", *words).json["lines"]
    assert [each["seconds"] for each in lines] == [5460, 5340]


def test_nothing_is_numbered_for_an_empty_invoice(seller: Console) -> None:
    """Exit code 1, and no file is written."""
    path = seller.home / "a.csv"
    assert seller("invoice", "2025", *NEXT, "--save", str(path)) == (1, "", "Nothing to invoice\n")
    assert (numbers(seller), path.exists()) == ([], False)


def test_numbers_count_within_the_rest_of_the_pattern(seller: Console) -> None:
    """Each year, month or client begins with 1."""
    configure(seller, f'{CONFIG}number = "{{client}}/{{year}}-{{month}}/{{n:02}}"\n')
    seller.ok("invoice", "9", *NEXT)
    seller.ok("invoice", "a", *NEXT)
    seller.ok("add", "x", "--from", "8", "--to", "8:30", "-p", "Site", "-q")
    seller.ok("invoice", *NEXT, "--date", "2026-12-01", "--future")
    assert numbers(seller) == ["ACME/2026-11/01", "ACME/2026-11/02", "ACME/2026-12/01"]


def test_a_pattern_without_a_counter_is_refused(seller: Console) -> None:
    """Exit code 3, like any invalid value of the configuration."""
    configure(seller, f'{CONFIG}number = "{{year}}"\n')
    result = seller("invoice", *NEXT)
    assert (result.code, "`invoices.number` must be a text with `{n}`" in result.err) == (3, True)


def test_the_first_number_of_an_empty_register_can_be_chosen(seller: Console) -> None:
    """Then the next follows it; one that is taken or not the next is refused."""
    assert seller("invoice", "9", "--number", "R-7", "-y").code == 5
    seller.ok("invoice", "9", "--number", "2026-041", "-y")
    for number, why in (("2026-041", "is taken"), ("2026-044", "is not the next number")):
        result = seller("invoice", "a", "--number", number, "-y")
        assert (result.code, why in result.err) == (5, True)
        assert "the next one is 2026-042" in result.err
    seller.ok("invoice", "a", "--number", "2026-042", "-y")
    assert numbers(seller) == ["2026-041", "2026-042"]


def test_a_date_before_the_newest_of_the_series_is_refused(seller: Console) -> None:
    """Exit code 5; the same day is fine."""
    seller.ok("invoice", "9", *NEXT, "--date", "2026-11-20")
    result = seller("invoice", "a", *NEXT, "--date", "2026-11-19")
    assert (result.code, "2026-001 is of 2026-11-20" in result.err) == (5, True)
    seller.ok("invoice", "a", *NEXT, "--date", "2026-11-20")
    assert numbers(seller) == ["2026-001", "2026-002"]
    seller.ok("add", "more", "-p", "Site", "--billable", "--for", "1h", "--to", "8:00")
    result = seller("invoice", *NEXT, "--date", "2026-11-19")
    assert (result.code, "2026-002 is of 2026-11-20" in result.err) == (5, True)


@pytest.mark.parametrize(
    ("typed", "due"), [("30d", "2026-12-24"), ("2026-12-01", "2026-12-01"), ("0d", "2026-11-24")]
)
def test_due_is_a_number_of_days_or_a_day(seller: Console, typed: str, due: str) -> None:
    """Counted from the day of the invoice."""
    seller.ok("invoice", "--due", typed, "-y")
    assert register(seller)[0]["due"] == due


def test_due_before_the_day_of_the_invoice_is_refused(seller: Console) -> None:
    """Exit code 5; other words are exit code 2."""
    assert seller("invoice", "--due", "yesterday", "-y").code == 5
    assert seller("invoice", "--due", "soon", "-y").code == 2
    assert numbers(seller) == []


def test_off_a_terminal_confirmation_is_required(seller: Console) -> None:
    """Exit code 2; a no is exit code 1; nothing is numbered."""
    question = "Make invoice 2026-001 over 343.61 USD and mark 2 entries?"
    result = seller("invoice", "--number", "next")
    assert (result.code, result.out) == (2, TABLE)
    assert result.err == f"{LEFT}error: confirmation required: {question}\nhint: add --yes\n"
    assert seller("invoice", "--number", "next", asks=True, stdin="n\n") == (
        1,
        TABLE,
        f"{LEFT}{question} [y/N] Nothing was numbered or marked\n",
    )
    assert (numbers(seller), marks(seller)) == ([], set())


def test_a_draft_has_no_number_and_marks_nothing(seller: Console) -> None:
    """It is written all the same, except as XML."""
    path = seller.home / "a.csv"
    result = seller("invoice", "--dry-run", "--save", str(path))
    assert result == (0, TABLE, f"{LEFT}Saved a draft to {path}\n")
    assert (numbers(seller), invoiced(seller)) == ([], set())
    assert path.exists()
    assert seller("invoice", "--dry-run", "--save", "a.xml").code == 2
    assert seller("invoice", "--dry-run", "--group", "day", "-o", "json").json["number"] is None


FILES = {
    "an unknown ending": "a.doc",
    "a missing folder": "missing/a.csv",
    "a folder": "folder.csv",
}


@pytest.mark.parametrize("name", FILES)
def test_files_are_checked_before_numbering(seller: Console, name: str) -> None:
    """Exit code 2; nothing is numbered."""
    (seller.home / "folder.csv").mkdir()
    assert seller("invoice", "--save", str(seller.home / FILES[name]), "-y").code == 2
    assert (numbers(seller), marks(seller)) == ([], set())


def test_an_existing_file_is_replaced_whole(seller: Console) -> None:
    """A relative path is from the folder where the command is typed."""
    path = seller.folder / "a.csv"
    path.write_text("old " * 1000)
    seller.ok("invoice", "--save", "a.csv", "-y")
    assert "old" not in path.read_text()
    assert [each.name for each in seller.folder.iterdir()] == ["a.csv"]


def test_saving_again_gives_the_same_text(seller: Console) -> None:
    """Whatever has been edited since: entries, rates, the seller."""
    path = seller.home / "a.csv"
    seller.ok("invoice", "--save", str(path), "-y")
    before = path.read_bytes()
    seller.ok("edit", "9", "--to", "10:45", "-d", "Other", "-y", "-q")
    seller.ok("rates", "set", "200", "EUR", "-p", "Site")
    configure(seller, CONFIG.replace("Jo Doe", "Other"))
    seller.ok("projects", "edit", "Site", "--name", "Shop")
    again = seller.home / "b.csv"
    assert seller("invoices", "save", "2026-001", str(again)) == (0, "", f"Saved to {again}\n")
    assert again.read_bytes() == before


def test_undo_takes_the_newest_invoice_back(seller: Console) -> None:
    """Its number and its entries are free again; redo puts it back."""
    seller.ok("invoice", *NEXT)
    before = register(seller)
    seller.ok("undo")
    assert (numbers(seller), marks(seller), invoiced(seller)) == ([], set(), set())
    seller.ok("redo")
    assert register(seller) == before
    assert marks(seller) == invoiced(seller) == {"0009", "000a"}
    seller.ok("undo")
    seller.ok("invoice", *NEXT)
    assert numbers(seller) == ["2026-001"]
    assert seller.ok("invoices", "verify").out == "The register is intact: 5 rows.\n"


def test_invoice_undo_takes_the_newest_invoice_back(seller: Console) -> None:
    """After a yes; ``undo`` of that puts it back."""
    seller.ok("invoice", *NEXT)
    assert seller("invoice", "--undo").code == 2
    assert seller("invoice", "--undo", "-y") == (
        0,
        "",
        "Invoice 2026-001 is taken back: number and entries are free again.\n",
    )
    assert (numbers(seller), marks(seller), invoiced(seller)) == ([], set(), set())
    seller.ok("undo")
    assert (numbers(seller), marks(seller)) == (["2026-001"], {"0009", "000a"})


@pytest.mark.parametrize("words", [("undo",), ("invoice", "--undo", "-y")])
def test_an_invoice_that_was_saved_is_not_taken_back(
    seller: Console, words: tuple[str, ...]
) -> None:
    """Exit code 5, with the command that cancels it."""
    seller.ok("invoice", "--save", "a.csv", "-y")
    assert seller(*words) == (
        5,
        "",
        (
            "error: the invoice '2026-001' can't be taken back: it was saved\n"
            "hint: cancel it: clocktool invoices cancel 2026-001\n"
        ),
    )
    assert (numbers(seller), marks(seller)) == (["2026-001"], {"0009", "000a"})


def test_only_the_newest_invoice_is_taken_back(seller: Console) -> None:
    """Also by its number in ``undo --list``."""
    seller.ok("invoice", "9", *NEXT)
    seller.ok("invoice", "a", *NEXT)
    ids = [each["id"] for each in seller.ok("undo", "--list", "-o", "json").json]
    result = seller("undo", str(ids[1]))
    assert (result.code, "2026-002 is newer" in result.err) == (5, True)
    assert numbers(seller) == ["2026-001", "2026-002"]


def test_a_cancellation_has_a_number_and_frees_the_entries(seller: Console) -> None:
    """It is negative and of today; the old invoice stays."""
    seller.ok("invoice", *NEXT, "--date", "2026-11-20")
    result = seller("invoices", "cancel", "2026-001", "--reason", "wrong", "-y")
    assert (result.code, result.err) == (
        0,
        "Cancelled 2026-001 by 2026-002; 2 entries are free again.\n",
    )
    assert result.out.splitlines()[-1].split() == ["total", "-343.61", "USD"]
    first, second = register(seller)
    assert (first["status"], first["cancelledBy"]) == ("cancelled", "2026-002")
    assert {key: second[key] for key in ("status", "date", "net", "tax", "gross", "cancels")} == {
        "status": "cancellation",
        "date": "2026-11-24",
        "net": "-288.75",
        "tax": "-54.86",
        "gross": "-343.61",
        "cancels": "2026-001",
    }
    assert marks(seller) == invoiced(seller) == set()
    seller.ok("invoice", *NEXT)
    assert numbers(seller) == ["2026-001", "2026-002", "2026-003"]


def test_negative_amounts_of_a_cancellation_are_numbers_in_csv(seller: Console) -> None:
    """A spreadsheet adds them up: nothing stands in front of the minus."""
    seller.ok("invoice", *NEXT)
    shown = seller.ok("invoices", "cancel", "2026-001", "-y", "-o", "csv").out
    amounts = [each.split(",")[-2] for each in shown.splitlines()[1:]]
    assert all(each.startswith("-") for each in amounts)
    assert "'" not in shown
    assert seller.ok("invoices", "-o", "csv").out.splitlines()[-1] == (
        "2026-002,2026-11-24,,ACME,-288.75,-54.86,-343.61,USD,cancellation,,2026-001,"
    )


def test_csv_says_when_it_was_paid_and_what_cancelled_it(seller: Console) -> None:
    """The table says it in the status."""
    seller.ok("invoice", *NEXT)
    seller.ok("invoices", "paid", "2026-001")
    seller.ok("invoices", "cancel", "2026-001", "-y")
    rows = seller.ok("invoices", "-o", "csv").out.splitlines()
    assert rows[0].endswith(",status,paid,cancels,cancelled_by")
    assert rows[1].endswith(",cancelled,2026-11-24,,2026-002")


def test_a_draft_has_the_fields_of_an_invoice(seller: Console) -> None:
    """In JSON, so that a program reads both."""
    draft = seller.ok("invoice", "--number", "next", "--dry-run", "-o", "json").json
    made = seller.ok("invoice", *NEXT, "-o", "json").json
    assert list(draft) == list(made)


def test_the_timesheet_shows_both_times_where_lines_are_rounded(seller: Console) -> None:
    """The entries are exact, the line is rounded as a whole: 2:45 and 3:00."""
    words = ("--attach-timesheet", "--round", "up:30m/total", "--dry-run", "--save", "a.html")
    seller.ok("invoice", *words)
    text = (seller.folder / "a.html").read_text()
    assert '<td colspan="4">Total</td><td class="n">2:45</td>' in text
    assert '<td colspan="4">Total, rounded</td><td class="n">3:00</td>' in text


def test_a_timesheet_names_the_day_after_and_the_second_hour(seller: Console) -> None:
    """Of an entry over midnight, and of a time that happens twice in an autumn night."""
    zone = {"CLOCKTOOL_TIMEZONE": "Europe/Berlin"}
    for start, end in (
        ("2026-10-25T02:15+02:00", "2026-10-25T02:45+01:00"),
        ("2026-10-26T23:00+01:00", "2026-10-27T01:30+01:00"),
    ):
        seller.ok("add", "night", "--from", start, "--to", end, "-p", "Site", env=zone)
    words = ("--attach-timesheet", "--dry-run", "--save", "a.html", "--save", "a.xlsx")
    seller.ok("invoice", "2026-10", *words, env=zone)
    text = (seller.folder / "a.html").read_text()
    assert '<td class="d">02:15 (+02:00)</td><td class="d">02:45 (+01:00)</td>' in text
    assert '<td class="d">23:00</td><td class="d">01:30 +1</td>' in text


def test_what_is_cancelled_holds_no_later_invoice_back(seller: Console) -> None:
    """Nor does its cancellation: the day may be one before theirs."""
    seller.ok("invoice", *NEXT, "--date", "2026-11-20")
    seller.ok("invoices", "cancel", "2026-001", "-y")
    seller.ok("invoice", *NEXT, "--date", "2026-11-19")
    assert numbers(seller) == ["2026-001", "2026-002", "2026-003"]


def test_a_day_in_the_future_is_asked_about(seller: Console) -> None:
    """Off a terminal it is refused without --future, also with -y and as a draft."""
    refused = "error: 2027-11-24 is in the future\n"
    for line in (("-y",), ("--dry-run",)):
        result = seller("invoice", "--number", "next", "--date", "2027-11-24", *line)
        assert (result.code, refused in result.err) == (2, True)
    result = seller("invoice", *NEXT, "--date", "2027-11-24", asks=True, stdin="n\n")
    assert (result.code, numbers(seller)) == (1, [])
    seller.ok("invoice", *NEXT, "--date", "2027-11-24", "--future")
    assert len(numbers(seller)) == 1


@pytest.mark.parametrize(
    "line", [("--number", "2026-007"), ("--number", "next", "--date", "2026-11-19")], ids=str
)
def test_a_draft_is_refused_as_its_invoice_would_be(seller: Console, line: tuple[str, ...]) -> None:
    """For its number, and for a day before the newest invoice."""
    seller.ok("invoice", "9", *NEXT, "--date", "2026-11-20")
    real = seller("invoice", "a", *line, "-y")
    draft = seller("invoice", "a", *line, "--dry-run")
    assert (draft.code, draft.err.splitlines()[-2:]) == (5, real.err.splitlines()[-2:])


def test_worth_below_zero_is_an_amount_in_csv(seller: Console) -> None:
    """Nothing stands in front of the minus."""
    seller.ok("invoice", *NEXT)
    seller.ok("edit", "9", "--to", "9:30", "-y")
    rows = seller("invoices", "check", "-o", "csv").out.splitlines()
    assert [each.split(",")[-2][0] for each in rows[1:]] == ["-"]


def test_what_is_cancelled_cannot_be_cancelled_or_paid(seller: Console) -> None:
    """Nor can a cancellation; a paid invoice may be cancelled."""
    seller.ok("invoice", *NEXT)
    seller.ok("invoices", "paid", "2026-001")
    assert seller("invoices", "cancel", "2026-001").code == 2
    seller.ok("invoices", "cancel", "2026-001", "-y")
    for number in ("2026-001", "2026-002"):
        assert seller("invoices", "cancel", number, "-y").code == 5
        assert seller("invoices", "paid", number).code == 5
    assert seller("invoices", "cancel", "2026-003", "-y").code == 4
    assert numbers(seller) == ["2026-001", "2026-002"]


def test_undo_of_a_cancellation_is_refused(seller: Console) -> None:
    """Exit code 5; other changes can be undone by their number."""
    seller.ok("invoice", *NEXT)
    seller.ok("invoices", "cancel", "2026-001", "-y")
    result = seller("undo")
    assert (result.code, "stay free" in result.err) == (5, True)


def test_paid_and_overdue(seller: Console) -> None:
    """Overdue is said in the table; in JSON the status stays open."""
    seller.ok("invoice", *NEXT)
    seller.at("2026-12-10 09:00")
    assert seller.ok("invoices").out.splitlines()[1].split()[-2:] == ["overdue", "2d"]
    assert register(seller)[0]["status"] == "open"
    assert seller("invoices", "paid", "2026-001", "--on", "tomorrow").code == 2
    result = seller.ok("invoices", "paid", "2026-001", "--on", "2026-12-09")
    assert result.out == "Invoice 2026-001 was paid on 2026-12-09: 343.61 USD\n"
    assert (register(seller)[0]["status"], register(seller)[0]["paid"]) == ("paid", "2026-12-09")


def test_the_register_is_filtered_and_summed(seller: Console) -> None:
    """By period, client and status; a sum for each currency."""
    seller.ok("invoice", "9", *NEXT, "--date", "2026-10-31")
    seller.ok("invoice", "a", *NEXT)
    seller.ok("invoices", "paid", "2026-001")
    assert seller.ok("invoices").out == (
        "number    date        due         client     net    tax   gross  currency  status\n"
        "2026-001  2026-10-31  2026-11-14  ACME    157.50  29.93  187.43  USD"
        "       paid 2026-11-24\n"
        "2026-002  2026-11-24  2026-12-08  ACME    131.25  24.94  156.19  USD       open\n"
        "total                                     288.75  54.87  343.62  USD\n"
    )

    def found(*words: str) -> list[str]:
        return [each["number"] for each in seller.ok("invoices", *words, "-o", "json").json]

    assert found("2026-10") == found("list", "2026-10") == found("last", "month") == ["2026-001"]
    assert found("--status", "open") == ["2026-002"]
    assert found("--client", "acme", "2026") == ["2026-001", "2026-002"]
    assert found("--client", "Globex") == []
    assert seller("invoices", "2026-13").code == 2


def test_verify_finds_what_was_changed_or_cut_off(seller: Console) -> None:
    """Exit code 1 with the row."""
    seller.ok("invoice", "9", *NEXT)
    seller.ok("invoice", "a", *NEXT)
    path = Path(seller.env["CLOCKTOOL_DATA"]) / "invoiced.sqlite3"
    whole = path.read_bytes()
    assert seller.ok("invoices", "verify").out == "The register is intact: 2 rows.\n"
    for statement, why in {
        "UPDATE register SET event = replace(event, '18743', '18744')": "row 1: it was changed",
        "UPDATE register SET at = at + 1 WHERE position = 2": "row 2: it was changed",
        "UPDATE register SET document = '{}' WHERE position = 1": "row 1: it was changed",
        "DELETE FROM register WHERE position = 1": "row 1: it is missing",
        "DELETE FROM register WHERE position = 2": "row 2: rows at the end are missing",
        "UPDATE register SET before = 'x' WHERE position = 2": "row 2: it does not follow",
    }.items():
        run_sql(path, statement)
        result = seller("invoices", "verify")
        assert (result.code, why in result.err) == (1, True), result
        path.write_bytes(whole)


def test_check_is_the_same_from_both_commands(seller: Console) -> None:
    """Old and new, and what that is worth without tax."""
    seller.ok("invoice", *NEXT)
    seller.ok("edit", "9", "--to", "10:00", "-y", "-q")
    result = seller("invoices", "check")
    assert (result.code, "-52.50 USD" in result.out) == (1, True)
    assert seller("invoice", "--check") == result


@pytest.mark.parametrize(
    ("rule", "before", "after", "worth"),
    [
        ("up:15m", "9:20", "9:25", "0.00"),
        ("up:15m", "9:20", "9:35", "26.25 USD"),
        ("up:1h/total", "9:20", "9:25", "0.00"),
        ("up:2h/day", "9:20", "11:05", "210.00 USD"),
        ("down:15m", "9:20", "9:31", "26.25 USD"),
    ],
)
def test_a_change_is_worth_what_the_invoice_would_have_billed(
    shop: Console, rule: str, before: str, after: str, worth: str
) -> None:
    """By its own rounding: five minutes within the same quarter of an hour are worth nothing."""
    configure(shop, CONFIG)
    shop.ok("add", "fix", "--from", "9", "--to", before, "-p", "Site", "-q")
    shop.ok("invoice", *NEXT, "--round", rule)
    shop.ok("edit", "last", "--to", after, "-y", "-q")
    result = shop("invoices", "check")
    assert (result.code, result.out.splitlines()[-1]) == (1, f"worth {worth}")


def test_the_configuration_of_a_client_follows_its_rename(seller: Console) -> None:
    """Also on undo."""
    configure(seller, f'# mine\n{CONFIG}[profiles.local.clients.ACME]  # big\ncountry = "DE"\n')
    seller.ok("clients", "edit", "ACME", "--name", "Acme Inc.")
    path = Path(seller.env["CLOCKTOOL_CONFIG"])
    assert '[profiles.local.clients."Acme Inc."]  # big' in path.read_text()
    seller.ok("undo")
    assert "[profiles.local.clients.ACME]  # big" in path.read_text()


def test_e_invoices_need_the_address_and_country_of_the_client(seller: Console) -> None:
    """Of XRechnung the phone, email and IBAN of the seller, too; all at once, exit code 3."""
    pytest.importorskip("facturx")
    result = seller("invoice", "--save", "a.xml", "-y")
    assert (result.code, result.err.splitlines()[-3:]) == (
        3,
        [
            "[profiles.local.clients.ACME]",
            'address = ["Street 1", "10115 Berlin"]',
            'country = "DE"',
        ],
    )
    seller.ok("clients", "edit", "ACME", "--address", "Road 2\n20095 Hamburg")
    seller.ok("config", "set", "clients.ACME.country", "DE")
    seller.ok("config", "set", "clients.ACME.buyer_reference", "04011000-12345-06")
    result = seller("invoice", "--save", "a.xml", "-y")
    assert (result.code, result.err.splitlines()[-4:]) == (
        3,
        [
            "# below [seller]",
            'phone = "+49 30 1234567"',
            'email = "jo@example.com"',
            'iban = "DE02120300000000202051"',
        ],
    )
    assert numbers(seller) == []


def test_if_a_file_cannot_be_written_the_number_stands(seller: Console) -> None:
    """Exit code 8 with the command that writes it; nothing was saved, so undo works."""
    path = seller.folder / "pipe.csv"
    os.mkfifo(path)
    result = seller("invoice", "--save", "ok.csv", "--save", str(path), "-y")
    assert result.code == 8
    assert f"error: invoice 2026-001 stands, but '{path}'"[:45] in result.err
    assert f"hint: write it again: clocktool invoices save 2026-001 {path}" in result.err
    assert (numbers(seller), marks(seller)) == (["2026-001"], {"0009", "000a"})
    assert seller("undo").code == 5  # ok.csv was written
    path.unlink()
    seller.ok("invoices", "save", "2026-001", str(path))
    assert path.read_bytes() == (seller.folder / "ok.csv").read_bytes()


def test_an_invoice_of_which_nothing_could_be_written_is_taken_back(seller: Console) -> None:
    """Its number was not shown yet."""
    os.mkfifo(seller.folder / "pipe.csv")
    assert seller("invoice", "--save", "pipe.csv", "-y").code == 8
    seller.ok("undo")
    assert (numbers(seller), marks(seller)) == ([], set())


ENDINGS = {
    ".pdf": "typst",
    ".html": "jinja2",
    ".xlsx": "xlsxwriter",
    ".csv": "csv",
    ".xml": "facturx",
}


@pytest.mark.parametrize("ending", ENDINGS)
def test_every_kind_of_file_is_saved_twice_alike(seller: Console, ending: str) -> None:
    """Also of a cancellation; drafts of all but XML."""
    pytest.importorskip(ENDINGS[ending])
    seller.ok("config", "set", "clients.ACME.address", "Road 2, 20095 Hamburg")
    seller.ok("config", "set", "clients.ACME.country", "DE")
    one, other = f"one{ending}", f"other{ending}"
    seller.ok("invoice", "--attach-timesheet", "--save", one, "-y")
    seller.ok("invoices", "save", "2026-001", other)
    assert (seller.folder / one).read_bytes() == (seller.folder / other).read_bytes()
    seller.ok("invoices", "cancel", "2026-001", "-y")
    seller.ok("invoices", "save", "2026-002", one)
    assert (seller.folder / one).read_bytes() != (seller.folder / other).read_bytes()
    assert seller("invoice", "--save", one, "--dry-run").code == (2 if ending == ".xml" else 0)


def test_without_the_extra_nothing_is_numbered(
    seller: Console, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Exit code 3 says how to install it."""
    monkeypatch.setattr("clocktool.documents.formats.find_spec", lambda _: None)
    result = seller("invoice", "--save", "a.pdf", "-y")
    assert (result.code, "pip install 'clocktool[invoices]'" in result.err) == (3, True)
    assert (numbers(seller), marks(seller)) == ([], set())
    seller.ok("invoice", "--save", "a.csv", "-y")


def test_a_template_and_a_logo_are_read_beside_the_configuration(seller: Console) -> None:
    """They are kept with the invoice; one that is missing is exit code 3."""
    pytest.importorskip("jinja2")
    seller.ok("config", "set", "invoices.template", "mine.html")
    assert seller("invoice", "--save", "a.html", "-y").code == 3
    (seller.home / "mine.html").write_text("{{ title }} for {{ buyer.name }}: {{ nope }}")
    assert seller("invoice", "--save", "a.html", "-y").code == 3
    assert numbers(seller) == []
    (seller.home / "mine.html").write_text("{{ title }} for {{ buyer.name }}")
    assert seller.ok("invoices", "template").out == "{{ title }} for {{ buyer.name }}"
    seller.ok("invoice", "--save", "a.html", "-y")
    (seller.home / "mine.html").unlink()
    seller.ok("invoices", "save", "2026-001", "b.html")
    assert (seller.folder / "b.html").read_text() == "Invoice 2026-001 for ACME\n"


def test_numbers_are_completed(seller: Console) -> None:
    """Newest first, with the client."""
    from clocktool.completion.sources import Source
    from clocktool.invoicing.completion import QUERIES

    seller.ok("invoice", "9", *NEXT)
    seller.ok("invoice", "a", *NEXT)
    path = Path(seller.env["CLOCKTOOL_DATA"]) / "invoiced.sqlite3"
    rows = Source(path, QUERIES, "").rows("invoice")
    assert rows == [("2026-002", "ACME"), ("2026-001", "ACME")]


def test_names_that_others_wrote_are_shown_as_text(seller: Console) -> None:
    """No escape code or line break of a client's name gets into a number or on the terminal."""
    name = "A[b]\x1b[31m\u202eB"
    run_sql(
        Path(seller.env["CLOCKTOOL_DATA"]) / "local.sqlite3", "UPDATE clients SET name = ?", name
    )
    configure(seller, f'{CONFIG}number = "{{client}}-{{n}}"\n')
    seller.ok("invoice", *NEXT)
    assert numbers(seller) == ["A[b][31mB-1"]
    for line in (("invoices",), ("invoices", "show", "A[b][31mB-1")):
        assert seller.ok(*line).out.replace("\n", "").isprintable()
    seller.ok("invoices", "cancel", "A[b][31mB-1", "-y")


def test_an_invoice_that_is_not_there_is_named(seller: Console) -> None:
    """Exit code 4 with what comes near."""
    for words in (("show",), ("paid",), ("cancel", "-y"), ("save", "a.csv")):
        line = (words[0], "2026-001", *words[1:]) if words[0] != "save" else ("save", "1", "a.csv")
        assert seller("invoices", *line).code == 4
    seller.ok("invoice", *NEXT)
    assert seller("invoices", "show", "2026-01") == (
        4,
        "",
        "error: no invoice '2026-01'\nhint: did you mean 2026-001?\n",
    )


TAXES = {
    ("--tax", "19"): "S,19",
    ("--tax", "0"): "Z,0",
    ("--reverse-charge",): "AE,0",
    ("--tax-exempt", "education"): "E,0",
}


@pytest.mark.parametrize("words", TAXES)
def test_each_kind_of_tax_has_its_category(seller: Console, words: tuple[str, ...]) -> None:
    """Standard, zero, reverse charge, exempt."""
    seller.ok("config", "set", "clients.ACME.vat_id", "FR40303265045")
    seller.ok("invoice", *words, "--save", "a.csv", "-y")
    assert (seller.folder / "a.csv").read_text().splitlines()[1].endswith(f",{TAXES[words]}")


ONCE = {
    "clients.ACME.tax": ("7", "S,7"),
    "clients.ACME.reverse_charge": ("true", "AE,0"),
    "clients.ACME.tax_exempt": ("education", "E,0"),
    "clients.ACME.not_subject": ("service outside the EU", "O,0"),
    "invoices.tax_exempt": ("small business", "E,0"),
}


@pytest.mark.parametrize("key", ONCE)
def test_the_tax_is_said_once_in_the_configuration(seller: Console, key: str) -> None:
    """For a client or for all invoices; an option goes first."""
    value, category = ONCE[key]
    configure(seller, CONFIG.replace("tax = 19\n", ""))
    seller.ok("config", "set", "clients.ACME.vat_id", "FR40303265045")
    seller.ok("config", "set", key, value)
    seller.ok("invoice", "--tax", "8.1", "--save", "b.csv", "--dry-run")
    assert (seller.folder / "b.csv").read_text().splitlines()[1].endswith(",S,8.1")
    seller.ok("invoice", "--save", "a.csv", "--save", "a.html", "-y")
    assert (seller.folder / "a.csv").read_text().splitlines()[1].endswith(f",{category}")
    if " " in value:
        assert value in (seller.folder / "a.html").read_text()


def test_a_client_has_another_tax_than_the_other_clients(seller: Console) -> None:
    """Its table goes before ``[invoices]``; two kinds of tax in one table are exit code 3."""
    seller.ok("config", "set", "clients.ACME.tax", "7")
    assert "tax 7%" in seller.ok("invoice", "--number", "next", "--dry-run").out
    seller.ok("config", "set", "clients.ACME.tax_exempt", "education")
    result = seller("invoice", *NEXT)
    assert (result.code, result.err.splitlines()[-2:]) == (
        3,
        [
            "error: `clients.ACME.tax` and `clients.ACME.tax_exempt` can't be combined",
            "hint: remove one",
        ],
    )


def test_a_note_of_the_seller_is_on_each_invoice(seller: Console) -> None:
    """It is kept with the invoice."""
    seller.ok("config", "set", "invoices.note", "Thank you.")
    seller.ok("invoice", *NEXT)
    seller.ok("config", "set", "invoices.note", "Other.")
    seller.ok("invoices", "save", "2026-001", "a.html")
    assert "Thank you." in (seller.folder / "a.html").read_text()


FIXED = ("--item", "Travel=120.00", "--item", "Hotel = 80", "--discount", "5%")
FIXED_TABLE = """\
text           hours    rate  amount  currency
Site         2:45:00  105.00  288.75  USD
Travel                        120.00  USD
Hotel                          80.00  USD
subtotal                      488.75  USD
discount 5%                   -24.44  USD
net          2:45:00          464.31  USD
tax 19%                        88.22  USD
total                         552.53  USD
"""


def test_fixed_lines_and_a_discount_stay_with_the_invoice(seller: Console) -> None:
    """On the terminal, in JSON, in files, in the cancellation; no entry has changed."""
    assert seller.ok("invoice", *NEXT, *FIXED, "--save", "a.csv").out == FIXED_TABLE
    assert (seller.folder / "a.csv").read_text().splitlines()[2:] == [
        "2026-001,2026-11-24,,Travel,,,120.00,USD,S,19",
        "2026-001,2026-11-24,,Hotel,,,80.00,USD,S,19",
        "2026-001,2026-11-24,,Discount 5%,,,-24.44,USD,S,19",
    ]
    shown = seller.ok("invoices", "show", "2026-001", "-o", "json").json
    assert (shown["net"], shown["discount"], shown["gross"]) == ("464.31", "24.44", "552.53")
    travel = {"text": "Travel", "seconds": None, "rate": None, "amount": "120.00"}
    assert shown["lines"][1] == travel
    assert FIXED_TABLE in seller.ok("invoices", "show", "2026-001").out
    assert seller("invoices", "check").code == 0
    seller.ok("invoices", "cancel", "2026-001", "-y", "-q")
    shown = seller.ok("invoices", "show", "2026-002", "-o", "json").json
    assert (shown["net"], shown["discount"]) == ("-464.31", "-24.44")
    assert shown["lines"][1]["amount"] == "-120.00"
    assert seller("invoices", "verify").code == 0


@pytest.mark.parametrize(
    "words",
    [
        ("--item", "Travel"),
        ("--item", "=5"),
        ("--item", "Travel=0"),
        ("--item", "Travel=1.234"),
        ("--discount", "0%"),
        ("--discount", "five"),
        ("--discount", "101%"),
    ],
)
def test_other_words_are_no_item_and_no_discount(seller: Console, words: tuple[str, ...]) -> None:
    """Exit code 2, and no number."""
    assert seller("invoice", *words, "-y").code == 2
    assert numbers(seller) == []


@pytest.mark.parametrize("discount", ["100%", "288.75", "300"])
def test_an_invoice_over_nothing_is_refused(seller: Console, discount: str) -> None:
    """Exit code 5, also for a draft."""
    assert seller("invoice", "--discount", discount, "--dry-run").code == 5
    result = seller("invoice", "--discount", discount, "-y")
    assert (result.code, numbers(seller)) == (5, [])
    assert "the invoice would be over " in result.err


def test_a_mistyped_iban_is_noted(seller: Console) -> None:
    """By its check digits; blanks in it are fine."""
    seller.ok("config", "set", "seller.iban", "DE02 1203 0000 0000 2020 51")
    assert "iban" not in seller.ok("invoice", "--number", "next", "--dry-run").err
    seller.ok("config", "set", "seller.iban", "DE03 1203 0000 0000 2020 51")
    assert "check digits" in seller.ok("invoice", "--number", "next", "--dry-run").err
    assert seller("config", "set", "seller.iban", "12345").code == 2


VAT_IDS = {
    ("clients.ACME.vat_id", "FR12345678901"): [
        "clients.ACME.vat_id FR12345678901 is of FR, but clients.ACME.country is AT.",
        "clients.ACME.vat_id FR12345678901 is not a VAT identifier of FR: see its check digit.",
    ],
    ("clients.ACME.vat_id", "FR40303265045"): [
        "clients.ACME.vat_id FR40303265045 is of FR, but clients.ACME.country is AT."
    ],
    ("clients.ACME.vat_id", "ATU13585627"): [],
    ("seller.vat_id", "DE123456789"): [
        "seller.vat_id DE123456789 is not a VAT identifier of DE: see its check digit."
    ],
}


@pytest.mark.parametrize("key", VAT_IDS)
def test_a_vat_id_is_checked_against_its_check_digit_and_country(
    seller: Console, key: tuple[str, str]
) -> None:
    """A warning that names both; the invoice is made."""
    seller.ok("config", "set", "clients.ACME.country", "AT")
    seller.ok("config", "set", *key)
    notes = seller.ok("invoice", "--number", "next", "--dry-run").err.splitlines()
    assert [each for each in notes if "vat_id" in each] == VAT_IDS[key]
    seller.ok("invoice", *NEXT)


def test_a_transfer_without_an_account_is_named(seller: Console) -> None:
    """The German text and a note of the seller ask for one."""
    said = "The invoice asks for a transfer to no account: seller.iban is not set.\n"
    assert said not in seller.ok("invoice", "--number", "next", "--dry-run").err
    seller.ok("config", "set", "invoices.note", "Please transfer the money.")
    assert said in seller.ok("invoice", "--number", "next", "--dry-run").err
    seller.ok("config", "set", "invoices.note", "")
    seller.ok("config", "set", "clients.ACME.language", "de")
    assert said in seller.ok("invoice", "--number", "next", "--dry-run").err
    seller.ok("config", "set", "seller.iban", "DE02120300000000202051")
    assert said not in seller.ok("invoice", *NEXT).err


def test_an_invoice_before_its_last_day_of_service_is_named(seller: Console) -> None:
    """It is made: some ask for their money in advance."""
    result = seller.ok("invoice", "--date", "2026-11-20", "-y")
    said = "The invoice is dated 2026-11-20, before its last day of service: 2026-11-24.\n"
    assert said in result.err


def test_a_number_of_nothing_is_refused(seller: Console) -> None:
    """Exit code 2."""
    assert seller("invoice", "--number", " ", "-y").code == 2


def test_an_undone_invoice_comes_back_after_its_entries_were_split_again(seller: Console) -> None:
    """Undo of all and redo of all leave the marks as they were, also those of joined parts."""
    seller.ok("split", "a", "11:00", "-q")
    seller.ok("invoice", "today", *NEXT, "-q")
    before = marks(seller)
    for verb in ("undo", "undo", "redo", "redo"):
        seller.ok(verb, "-q")
    assert marks(seller) == before
    assert len(before) == 3
    assert seller("invoices", "check").code == 0
    for _ in range(2):
        seller.ok("undo", "-q")
    seller.ok("split", "a", "11:00", "-q")
    seller.ok("join", "last", "last~1", "-q")
    seller.ok("invoice", "today", *NEXT, "-q")
    for verb in ("undo", "undo", "undo", "redo", "redo", "redo"):
        seller.ok(verb, "-q")
    assert len(marks(seller)) == 2
    assert seller("invoices", "check").code == 0
