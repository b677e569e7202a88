"""Make the pictures in README and docs anew: ``python -m tests.pictures.make``.

They show a made-up year of a made-up person, at a fixed time, so that they are always the same.
"""

import random
import tempfile
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from clocktool.render.picture import picture
from tests.conftest import BERLIN, Console
from tests.pictures.record import moving

DOCS = Path(__file__).parent.parent.parent / "docs"
WIDTH = 92
INVOICE_PPI = 96
"""The pixels for an inch of an invoice's page."""
FIRST = date(2026, 1, 5)
TODAY = date(2026, 11, 24)

PICTURES: dict[str, tuple[str, ...]] = {
    "list": ("list",),
    "report": ("report", "week", "--by", "project", "--by", "description", "--chart"),
    "grid": ("report", "week", "--by", "project", "--by", "day"),
    "year": ("report", "year", "--by", "day", "--chart"),
    "status": ("status",),
    "balance": ("balance", "--chart"),
}
"""The pictures by name, and the command that each is of."""

PROJECTS: tuple[tuple[str, str | None, str | None, str, tuple[str, ...]], ...] = (
    ("Site", "ACME", "105", "#03a9f4", ("Fix login page", "Review", "Search")),
    ("Shop", "Globex", "95", "#8bc34a", ("Checkout", "Call with Ada")),
    ("Ops", None, None, "#ff9800", ("Deploy", "Backups")),
)


def main() -> None:
    """Write them where the pages look for them."""
    (DOCS / "first-minute.svg").write_text(moving(), encoding="utf-8")
    for name, text in pictures():
        (DOCS / "pictures" / f"{name}.svg").write_text(text, encoding="utf-8")
    (DOCS / "pictures" / "invoice.png").write_bytes(invoice())


def invoice() -> bytes:
    """Return the page of an invoice, as PNG; it is not the same with each version of typst."""
    from typst import Compiler

    from clocktool.documents.pdf import TEMPLATE, page_json
    from tests.documents.samples import SAMPLE

    compiler = Compiler(TEMPLATE, ignore_system_fonts=True)
    made = compiler.compile(sys_inputs={"page": page_json(SAMPLE)}, format="png", ppi=INVOICE_PPI)
    assert isinstance(made, bytes)
    return made


def pictures() -> Iterator[tuple[str, str]]:
    """Yield the name of each picture and the picture, as SVG."""
    with tempfile.TemporaryDirectory() as folder:
        console = a_year(Path(folder))
        for name, words in PICTURES.items():
            result = console.ok(*words, columns=WIDTH, env={"FORCE_COLOR": "1"})
            typed = f"clocktool {' '.join(words)}"
            yield name, picture(result.out.splitlines(), typed, ".svg")


def a_year(folder: Path) -> Console:
    """Return a console on a local workspace with entries of most working days of a year."""
    console = Console(folder)
    console.env["CLOCKTOOL_PROFILE"] = "local"
    for client in ("ACME", "Globex"):
        console.ok("clients", "add", client, "-q")
    console.ok("tags", "add", "dev", "-q")
    for name, of, rate, color, _ in PROJECTS:
        filed = [*(["--client", of] if of else []), *(["--rate", rate] if rate else [])]
        billable = "--billable" if of else "--no-billable"
        console.ok("projects", "add", name, *filed, billable, "--color", color, "-q")
    rows = [
        row
        for day in map(date.fromordinal, range(FIRST.toordinal(), TODAY.toordinal()))
        for row in _entries(day)
    ]
    header = "start,end,description,project,client"
    console.ok("import", "-", "-q", stdin="\n".join([header, *rows]) + "\n")
    console.at("2026-11-24 13:30")
    console.ok("targets", "set", "mon..fri=3h30m", "--from", FIRST.isoformat(), "-q")
    site = ("-p", "Site", "-q")
    console.ok("add", "Fix login page", "--from", "9", "--to", "10:30", "-T", "dev", *site)
    console.ok("add", "Review", "--from", "10:45", "--to", "12", *site)
    console.ok("start", "Deploy", "--at", "12:30", "-p", "Ops", "-q")
    return console


def _entries(day: date) -> Iterator[str]:
    """Yield the entries of one day as rows of CSV; on most days off there are none."""
    chance = random.Random(day.toordinal())  # noqa: S311  # a picture, not a secret
    if day.weekday() > 4 or chance.random() > 0.9:
        return
    at = datetime.combine(day, time(8), ZoneInfo(BERLIN))
    at += timedelta(minutes=chance.randrange(0, 90, 15))
    for _ in range(chance.randrange(1, 4)):
        name, client, _, _, words = PROJECTS[chance.choices((0, 1, 2), (5, 3, 2))[0]]
        end = at + timedelta(minutes=chance.randrange(30, 195, 15))
        yield f"{at.isoformat()},{end.isoformat()},{chance.choice(words)},{name},{client or ''}"
        at = end + timedelta(minutes=chance.choice((0, 15, 60)))


if __name__ == "__main__":
    main()
