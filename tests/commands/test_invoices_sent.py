"""Numbered invoices of an account: what is sent, what waits, what is refused."""

from collections.abc import Callable
from pathlib import Path

import pytest

from clocktool.backends.base import Request
from clocktool.outbox.outbox import Outbox
from tests.commands.test_invoices import CONFIG, marks, numbers, register
from tests.guide_server import Answer
from tests.tracking.servers import GoneError, Place, ids_of, says

MAKE = ("invoice", "2026", "--number", "next", "-y")


@pytest.fixture
def billed(there: Place) -> Place:
    """A server with three billable entries of ACME, and a configured seller."""
    path = Path(there.console.env["CLOCKTOOL_CONFIG"])
    path.write_text(f'{CONFIG}[rates]\ndefault = "60 EUR"\n')
    there.add(3, billable=True)
    return there


def on_server(there: Place) -> int:
    """Return how many entries the server has as invoiced."""
    return len(there.sql("SELECT id FROM entries WHERE invoiced = 1"))


def patched(answer: Callable[[Request], Answer | None]) -> Callable[[Request], Answer | None]:
    """Return what answers requests to mark, and leaves the others to the server."""
    return lambda request: answer(request) if request.method == "PATCH" else None


def test_the_entries_are_marked_a_hundred_at_a_time(there: Place) -> None:
    """The number and its row come first; one action, which ``undo`` takes back."""
    Path(there.console.env["CLOCKTOOL_CONFIG"]).write_text(f'{CONFIG}[rates]\ndefault = "6 EUR"\n')
    ids = there.add(230, billable=True)
    known: list[int] = []
    there.before = patched(lambda _: known.append(len(marks(there.console))))
    there.console.ok(*MAKE)
    assert known == [230, 230, 230]
    assert [ids_of(each) for each in there.writes()] == [
        ids[first : first + 100] for first in (0, 100, 200)
    ]
    assert on_server(there) == 230
    there.console.ok("undo")
    assert (on_server(there), numbers(there.console)) == (0, [])


def test_the_plan_refuses_marks_and_the_invoice_stands(billed: Place) -> None:
    """They are kept on this machine, which is said; exit code 0, and nothing waits."""
    billed.before = patched(lambda _: says(403, 501, "Upgrade to use invoicing"))
    result = billed.console(*MAKE)
    assert (result.code, result.err.splitlines()) == (
        0,
        [
            (
                "mark 3 entries as invoiced (2026-001): kept on this machine only:"
                " not allowed: no permission, or a paid feature: Upgrade to use invoicing"
            ),
            "Invoice 2026-001: 35.70 EUR, due 2026-12-08; 3 entries marked as invoiced.",
        ],
    )
    assert (len(marks(billed.console)), on_server(billed)) == (3, 0)
    assert billed.console.ok("pending", "-o", "json").json == []
    assert "3 marked already" in billed.console("invoice", "2026", "-y").err
    billed.console.ok("undo")
    assert (numbers(billed.console), marks(billed.console)) == ([], set())


def test_without_an_answer_the_invoice_stands_and_the_mark_waits(billed: Place) -> None:
    """Exit code 0; the next command that sends sends it."""

    def gone(request: Request) -> Answer | None:
        raise GoneError

    billed.before = patched(gone)
    result = billed.console.ok(*MAKE)
    assert "Kept, to be sent later" in result.err
    assert (numbers(billed.console), len(marks(billed.console))) == (["2026-001"], 3)
    billed.before = lambda _: None
    billed.console.ok("sync")
    assert on_server(billed) == 3


def test_a_mark_that_waits_is_taken_back_with_its_invoice(billed: Place) -> None:
    """It is never sent."""

    def gone(request: Request) -> Answer | None:
        raise GoneError

    billed.before = patched(gone)
    billed.console.ok(*MAKE)
    billed.console.ok("pending")
    billed.console("undo")
    billed.before = lambda _: None
    billed.console.ok("sync")
    assert (numbers(billed.console), marks(billed.console), on_server(billed)) == ([], set(), 0)


def test_what_a_killed_command_left_is_sent_by_sync(
    billed: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It ended between the register and the journal."""

    def end(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(Outbox, "carry_out", end)
        assert billed.console(*MAKE).code == 130
    assert (numbers(billed.console), len(marks(billed.console))) == (["2026-001"], 3)
    assert on_server(billed) == 0
    billed.console.ok("sync")
    assert on_server(billed) == 3
    billed.sent.clear()
    billed.console.ok("sync")
    assert billed.writes() == []


@pytest.mark.parametrize("words", [("2026",), ("last", "last~1")])
def test_offline_nothing_is_numbered(billed: Place, words: tuple[str, ...]) -> None:
    """Exit code 6, of a period and of entries by name."""
    billed.console.ok("list", "2026")
    result = billed.console("--offline", "invoice", *words, "--number", "next", "-y")
    assert result.code == 6
    assert (numbers(billed.console), marks(billed.console)) == ([], set())


@pytest.mark.parametrize("words", [("2026",), ("last", "last~1")])
def test_without_a_connection_nothing_is_numbered(billed: Place, words: tuple[str, ...]) -> None:
    """Exit code 6, although the entries are kept on this machine."""
    billed.console.ok("list", "2026")

    def gone(request: Request) -> Answer | None:
        raise GoneError

    billed.before = gone
    result = billed.console("invoice", *words, "--number", "next", "-y")
    assert result.code == 6
    assert (numbers(billed.console), marks(billed.console)) == ([], set())


def test_the_register_needs_no_request(billed: Place) -> None:
    """Nor do files that are saved again."""
    billed.console.ok(*MAKE)
    billed.sent.clear()
    for line in (("invoices",), ("invoices", "show", "2026-001"), ("invoices", "verify")):
        billed.console.ok(*line)
    billed.console.ok("invoices", "save", "2026-001", str(billed.console.home / "a.csv"))
    billed.console.ok("invoices", "paid", "2026-001")
    assert billed.sent == []


def test_nothing_is_sent_to_invoices_of_the_service(billed: Place) -> None:
    """The list and the marks alone, and what is known of the account."""
    billed.console.ok(*MAKE)
    billed.console.ok("invoices", "cancel", "2026-001", "-y")
    assert [each for each in billed.sent if "invoices" in each.path.split("/")] == []
    assert [(each.method, each.path.rpartition("/")[2]) for each in billed.writes()] == [
        ("PATCH", "invoiced"),
        ("PATCH", "invoiced"),
    ]


def test_the_address_of_a_client_is_read_from_the_workspace(billed: Place) -> None:
    """That of the configuration goes before it."""
    console = billed.console
    console.ok("clients", "edit", "ACME", "--address", "Road 2\n20095 Hamburg")
    path = console.home / "a.html"
    console.ok("invoice", "2026", "--save", str(path), "-y")
    assert "20095 Hamburg" in path.read_text("utf-8")
    assert register(console)[0]["client"] == "ACME"
