"""Every command of the table: in every format, quiet, by every field of a template, its help."""

import csv
import io
import json
from collections.abc import Iterator, Sequence

import pytest

from clocktool.cli.root import SUMMARIES, describe
from clocktool.render.balance import TEXTS as BALANCE
from clocktool.render.columns import TEMPLATE
from clocktool.render.output import Format
from tests.conftest import Console

LINES: dict[str, tuple[str, ...]] = {
    "status": ("status",),
    "start": ("start", "x", "-p", "Site"),
    "stop": ("stop",),
    "running": ("running",),
    "resume": ("resume",),
    "back": ("back",),
    "add": ("add", "x", "--for", "20m", "-p", "Site"),
    "list": ("list",),
    "report": ("report",),
    "show": ("show", "last"),
    "edit": ("edit", "last", "-d", "other"),
    "delete": ("delete", "last", "-y"),
    "dup": ("dup", "last", "--on", "mon"),
    "bulk": ("bulk", "last", "--add-tag", "urgent", "-y"),
    "split": ("split", "last", "11:00"),
    "join": ("join", "last", "current", "-y"),
    "gaps": ("gaps", "today"),
    "audit": ("audit", "today"),
    "invoice": ("invoice", "today", "-y"),
    "purge": ("purge", "today", "--yes-delete", "3"),
    "sync": ("sync",),
    "mirror": ("mirror",),
    "mirror load": ("mirror", "load"),
    "mirror verify": ("mirror", "verify"),
    "mirror drop": ("mirror", "drop", "-y"),
    "pending": ("pending",),
    "pending drop": ("pending", "drop", "p1"),
    "pending keep": ("pending", "keep", "mine", "p1"),
    "pending edit": ("pending", "edit", "p1", "-d", "other"),
    "undo": ("undo",),
    "redo": ("redo",),
    "projects": ("projects",),
    "projects add": ("projects", "add", "Shop"),
    "projects edit": ("projects", "edit", "Site", "--name", "Shop"),
    "projects archive": ("projects", "archive", "Site"),
    "projects restore": ("projects", "restore", "Site"),
    "projects merge": ("projects", "merge", "Site", "Ops", "-y"),
    "projects delete": ("projects", "delete", "Site", "--force"),
    "tasks": ("tasks", "-p", "Site"),
    "tasks add": ("tasks", "add", "Review", "-p", "Site"),
    "tasks edit": ("tasks", "edit", "Login", "-p", "Site", "--estimate", "20h"),
    "tasks done": ("tasks", "done", "Login", "-p", "Site"),
    "tasks reopen": ("tasks", "reopen", "Login", "-p", "Site"),
    "tasks merge": ("tasks", "merge", "Login", "Review", "-p", "Site", "-y"),
    "tasks delete": ("tasks", "delete", "Login", "-p", "Site"),
    "clients": ("clients",),
    "clients add": ("clients", "add", "Globex"),
    "clients edit": ("clients", "edit", "ACME", "--note", "pays"),
    "clients archive": ("clients", "archive", "ACME"),
    "clients restore": ("clients", "restore", "ACME"),
    "clients merge": ("clients", "merge", "ACME", "Globex", "-y"),
    "clients delete": ("clients", "delete", "ACME", "--force"),
    "tags": ("tags",),
    "tags add": ("tags", "add", "travel"),
    "tags edit": ("tags", "edit", "dev", "--name", "devel"),
    "tags archive": ("tags", "archive", "dev"),
    "tags restore": ("tags", "restore", "dev"),
    "tags merge": ("tags", "merge", "dev", "urgent", "-y"),
    "tags delete": ("tags", "delete", "urgent"),
    "rates": ("rates",),
    "rates set": ("rates", "set", "80", "EUR"),
    "rates remove": ("rates", "remove"),
    "budgets": ("budgets",),
    "budgets set": ("budgets", "set", "120h", "-p", "Site"),
    "budgets remove": ("budgets", "remove", "-p", "Site"),
    "invoices": ("invoices",),
    "invoices list": ("invoices", "list", "2026"),
    "invoices show": ("invoices", "show", "2026-001"),
    "invoices save": ("invoices", "save", "2026-001", "acme.csv"),
    "invoices paid": ("invoices", "paid", "2026-001"),
    "invoices cancel": ("invoices", "cancel", "2026-001", "-y"),
    "invoices check": ("invoices", "check"),
    "invoices verify": ("invoices", "verify"),
    "invoices template": ("invoices", "template"),
    "users": ("users",),
    "users add": ("users", "add", "Bob"),
    "fields": ("fields",),
    "fields add": ("fields", "add", "Phase"),
    "workspaces": ("workspaces",),
    "workspaces add": ("workspaces", "add", "Side"),
    "workspaces set": ("workspaces", "set", "force-project", "true"),
    "balance": ("balance",),
    "targets": ("targets",),
    "targets set": ("targets", "set", "mon..fri=8h"),
    "targets off": ("targets", "off", "fri", "Company day"),
    "targets on": ("targets", "on", "thu"),
    "targets holidays": ("targets", "holidays", "DE-BE", "2026"),
    "targets carry": ("targets", "carry", "-1h30m", "--from", "mon"),
    "targets import": ("targets", "import"),
    "export": ("export",),
    "import": ("import", "-"),
    "login": ("login",),
    "logout": ("logout",),
    "config": ("config",),
    "config get": ("config", "get", "timezone"),
    "config set": ("config", "set", "max_timer", "9h"),
    "config path": ("config", "path"),
    "config edit": ("config", "edit"),
    "init": ("init", "bash"),
    "completions": ("completions", "bash"),
    "help": ("help", "times"),
}
"""A command line of each command that can be run to its end."""

PREPARED = {
    "clients merge": ("clients", "add", "Globex"),
    "tasks merge": ("tasks", "add", "Review", "-p", "Site"),
    "back": ("start", "y"),
    "rates remove": ("rates", "set", "80", "EUR"),
    "budgets remove": ("budgets", "set", "120h", "-p", "Site"),
    "targets on": ("targets", "off", "thu"),
    "join": ("edit", "last", "--to", "12:30"),
}
"""Command lines that create what others are merged into, remove or change."""

SELLER = {"name": "Jo", "address": "Street 1, 1 B", "country": "DE", "vat_id": "DE136695976"}
"""The seller of invoices, in the configuration."""

SUMS = ("project", "duration", "hours", "seconds", "rounded", "billable", "share", "amount")
"""Fields of a template of sums, which are those of ``--by`` and of the hours."""

STATUS = ("timer", "today", "week", "left", "done_at", "balance", "description")

FIELDS = {"report": SUMS, "balance": tuple(BALANCE), "status": STATUS, "running": STATUS}
"""Fields of templates that are not those of entries."""

FILE = (
    '{"id": "5f0000000000000000000001", "timeInterval":'
    ' {"start": "2026-11-23T08:00:00Z", "end": "2026-11-23T09:00:00Z"}}\n'
)
"""What ``import -`` reads."""

ENDLESS = ("serve",)
ENDS_OTHERWISE = (
    "pending drop",
    "pending keep",
    "pending edit",
    "redo",
    "login",
    "logout",
    "config edit",
    "targets import",
)
"""Those that have nothing to do here, which is said with an exit code."""

EMPTY = (
    "audit",
    "fields",
    "pending",
    "undo",
    "rates",
    "budgets",
    "mirror verify",
    "targets",
    "targets on",
    "invoices check",
)
"""Those that have nothing to list here."""

TEXTS = ("init", "completions", "help", "config edit", "invoices template")
"""What prints a text, or nothing: it has no format."""

WORDLESS = (*TEXTS, "export")
"""What prints that alone which it was asked for: it has no -q."""


def paths(path: Sequence[str] = ()) -> Iterator[str]:
    """Yield every command, and every command below one."""
    for name in describe(path).commands if path else SUMMARIES:
        yield " ".join((*path, name))
        yield from paths((*path, name))


def prepare(day: Console, path: str) -> None:
    """Create what a command needs."""
    if path in PREPARED:
        day.ok(*PREPARED[path])
    if path.startswith("invoices"):
        for key, value in SELLER.items():
            day.ok("config", "set", f"seller.{key}", value)
        day.ok("invoice", "--number", "next", "--tax", "0", "-y")


def names_of(path: str) -> set[str]:
    """Return the names of the options of a command."""
    return {name for option in describe(path.split()).options for name in option.names}


def test_every_command_is_tested_here() -> None:
    """Also a new one."""
    assert set(paths()) == {*LINES, *ENDLESS}


@pytest.mark.parametrize("path", [*LINES, *ENDLESS])
def test_help_says_how_it_is_used(run: Console, path: str) -> None:
    """By --help, by -h and by 'help', alike."""
    told = run.ok(*path.split(), "--help")
    assert f"\n\nUsage: clocktool {path} " in told.out
    assert told.err == ""
    assert run.ok(*path.split(), "-h") == told
    assert run.ok("help", *path.split()).out.strip() == told.out.strip()


@pytest.mark.parametrize("path", [path for path in LINES if path not in TEXTS])
def test_every_command_with_a_result_takes_a_format(path: str) -> None:
    """All formats where there are ids, all but ids where there are none."""
    assert "--output" in names_of(path)


@pytest.mark.parametrize("form", list(Format))
@pytest.mark.parametrize("path", LINES)
def test_every_format_is_valid(day: Console, path: str, form: Format) -> None:
    """JSON can be parsed, CSV has a header, ids are ids; other formats are usage errors."""
    if path in ("config get", "config"):
        day.ok("config", "set", "timezone", "Europe/Berlin")
    prepare(day, path)
    result = day(*LINES[path], "-o", form, stdin=FILE)
    assert result.code in range(8)
    if result.code:
        assert result.out == ""
        assert result.code == 2 or path in ENDS_OTHERWISE
        assert "Traceback" not in result.err
        return
    match form:
        case Format.JSON:
            assert isinstance(json.loads(result.out), dict | list)
        case Format.JSONL:
            assert result.out or path in EMPTY
            for line in result.out.splitlines():
                assert isinstance(json.loads(line), dict)
        case Format.CSV:
            header, *rows = csv.reader(io.StringIO(result.out))
            assert header
            assert all(header)
            assert all(len(row) == len(header) for row in rows)
        case Format.MD:
            assert result.out.startswith("| ")
            assert all(line[0] + line[-1] == "||" for line in result.out.splitlines())
        case Format.ID:
            assert result.out or path in EMPTY
            assert all(len(line) == 24 for line in result.out.splitlines())
        case Format.TABLE:
            assert result.out or result.err


@pytest.mark.parametrize(
    "line",
    [
        ("projects",),
        ("clients",),
        ("tags",),
        ("fields",),
        ("pending",),
        ("invoice", "--dry-run"),
        ("list",),
        ("export",),
    ],
)
def test_an_empty_list_has_the_header_of_a_full_one(run: Console, line: tuple[str, ...]) -> None:
    """A program that reads columns finds them in a list of nothing, too."""
    header = run.ok(*line, "-o", "csv").out.splitlines()
    assert len(header) == 1
    assert len(header[0].split(",")) > 2


@pytest.mark.parametrize("path", [path for path in LINES if path not in WORDLESS])
@pytest.mark.parametrize("form", ["table", "json", "csv"])
def test_quiet_prints_nothing_on_success(day: Console, path: str, form: str) -> None:
    """Neither result nor note, whatever the format."""
    day.ok("config", "set", "timezone", "Europe/Berlin")
    prepare(day, path)
    result = day(*LINES[path], "-q", "-o", form, stdin=FILE)
    assert result.code == 0 or path in ENDS_OTHERWISE
    if result.code == 0:
        assert result[1:] == ("", "")


@pytest.mark.parametrize("path", [path for path in LINES if "--template" in names_of(path)])
def test_every_field_of_a_template_is_filled(day: Console, path: str) -> None:
    """A template field of one command works in all of its kind: of entries or of sums."""
    fields = FIELDS.get(path, TEMPLATE)
    if path in PREPARED:
        day.ok(*PREPARED[path])
    result = day.ok(*LINES[path], "--template", "".join(f"{{{field}}}\x1f" for field in fields))
    assert all(line.count("\x1f") == len(fields) for line in result.out.splitlines() if line)
    assert result.out


@pytest.mark.parametrize("path", [path for path in LINES if "--template" in names_of(path)])
def test_an_unknown_field_is_refused_before_anything_is_done(day: Console, path: str) -> None:
    """Exit code 2, and all that is there is as it was."""
    before = day.ok("list", "week", "-o", "json").out
    result = day(*LINES[path], "--template", "{nope}")
    assert (result.code, result.out) == (2, "")
    assert "nope" in result.err
    assert day.ok("list", "week", "-o", "json").out == before


@pytest.mark.parametrize(
    ("line", "after"),
    [
        (("fields", "-o", "json", "add", "Phase"), "name"),
        (("projects", "-o", "json", "add", "Shop"), "name"),
        (("tasks", "-o", "json", "-p", "Site", "add", "Review"), "name"),
        (("workspaces", "-o", "json", "add", "Side"), "name"),
    ],
)
def test_options_before_a_subcommand_are_passed_to_it(
    day: Console, line: tuple[str, ...], after: str
) -> None:
    """-o json may stand anywhere."""
    assert after in day.ok(*line).json[0]


def test_an_option_that_a_subcommand_does_not_have_is_refused(day: Console) -> None:
    """It would have no effect."""
    said = "'clocktool projects add' has no option --all"
    hint = "see 'clocktool projects add --help'"
    refused = (2, "", f"error: {said}\nhint: {hint}\n")
    assert day("projects", "--all", "add", "Shop") == refused


def test_ids_of_things_without_ids_are_refused(run: Console) -> None:
    """It is a usage error."""
    for line in (("config",), ("sync",), ("config", "path")):
        result = run(*line, "-o", "id")
        assert (result.code, result.out) == (2, "")
        assert "'id' is not one of" in result.err
