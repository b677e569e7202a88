"""Completion: what is offered, how a shell's line is read, and real sessions of bash, zsh, fish."""

import shutil
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from types import ModuleType
from typing import Annotated

import pytest
import typer
from hypothesis import given
from hypothesis import strategies as st

import clocktool
from clocktool.backends.cache_file import pointer_path
from clocktool.cli import options
from clocktool.cli.root import SUMMARIES, describe
from clocktool.completion import SEPARATOR, VARIABLE, kinds
from clocktool.completion.line import begun_word, powershell, quoted, read_bash
from tests.commands.conftest import put
from tests.conftest import Console, local_console
from tests.contract.worlds import connect, fill, workspace_of
from tests.guide_server import KEY
from tests.service_server import ServiceServer
from tests.terminal import Terminal, shell_env

BASH = shutil.which("bash")


def offered(console: Console, *words: str, by: str = "zsh") -> list[str]:
    """Return what is offered for the last word, without its help."""
    result = console(env={VARIABLE: SEPARATOR.join((by, *words))})
    assert (result.code, result.err) == (0, "")
    return [line.partition("\t")[0] for line in result.out.splitlines()]


def in_bash(console: Console, line: str, replaced: str) -> list[str]:
    """Return what bash is given to put in the place of ``replaced`` at the line's end."""
    return offered(console, replaced, line, by="bash")


@pytest.fixture(scope="session")
def made_names(tmp_path_factory: pytest.TempPathFactory) -> Console:
    """Return the console that every other is a copy of."""
    run = local_console(tmp_path_factory.mktemp("names"))
    for line in (
        ("clients", "add", "ACME"),
        ("clients", "add", "Ümlaut & Söhne"),
        ("projects", "add", "Site", "--client", "ACME"),
        ("projects", "add", "Ops"),
        ("projects", "add", "My Project"),
        ("projects", "add", "a:b"),
        ("projects", "add", "a:c"),
        ("tasks", "add", "Login", "-p", "Site"),
        ("tasks", "add", "Watch", "-p", "Ops"),
        ("tags", "add", "dev"),
        ("fields", "add", "Ticket"),
        *[(kind, "add", "Old") for kind in ("clients", "projects", "tags")],
        ("tasks", "add", "Draft", "-p", "Site"),
        *[(kind, "archive", "Old") for kind in ("clients", "projects", "tags")],
        ("tasks", "done", "Draft", "-p", "Site"),
        ("add", "Fix login page", "--from", "9", "--to", "10", "-p", "Site"),
        ("add", "Fix logout", "--from", "10", "--to", "11"),
        ("start", "Review", "-p", "Ops"),
    ):
        run.ok(*line)
    return run


@pytest.fixture
def names(run: Console, made_names: Console) -> Console:
    """A console with names that shells take for something else, and entries."""
    return run.like(made_names)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("words", "candidates"),
    [
        (("sto",), ["stop"]),
        (("st",), ["start", "status", "stop"]),
        (("projects", ""), ["add", "archive", "delete", "edit", "merge", "restore"]),
        (("projects", "merge", "Site", "O"), ["Ops"]),
        (("tasks", "-p", "ops", "merge", ""), ["Watch"]),
        (("tags", "merge", ""), ["dev"]),
        (("clients", "merge", "A"), ["ACME"]),
        (("--profile", ""), ["local"]),
        (("--profile", "local", "sto"), ["stop"]),
        (("start", "--pro"), ["--project", "--profile"]),
        (("start", "-p", "Ops", "--pro"), ["--profile"]),
        (("start", "-T", "dev", "--ta"), ["--task", "--tag"]),
        (("start", "-p", ""), ["a:b", "a:c", "My Project", "Ops", "Site"]),
        (("start", "-p", "si"), ["Site"]),
        (("start", "-p", "PROJ"), ["My Project"]),
        (("start", "-p", "s"), ["Site"]),
        (("start", "-p", "b"), ["a:b"]),
        (("start", "--project=roj"), ["--project=My Project"]),
        (("start", "-proj"), ["-pMy Project"]),
        (("start", "-p", "si", "-t", "og"), ["Login"]),
        (("list", "-T", "ev"), ["dev"]),
        (("list", "--client", "öhne"), ["Ümlaut & Söhne"]),
        (("start", "ogin"), []),
        (("tart",), []),
        (("start", "-pSi"), ["-pSite"]),
        (("start", "--project=Si"), ["--project=Site"]),
        (("start", "-p", "acme/"), ["ACME/Site"]),
        (("start", "-qp", "O"), ["Ops"]),
        (("start", "-t", ""), ["Login", "Watch"]),
        (("start", "-p", "ops", "-t", ""), ["Watch"]),
        (("start", "--project=ACME/Site", "-t", ""), ["Login"]),
        (("start", "-p", "Nowhere", "-t", ""), ["Login", "Watch"]),
        (("bulk", "--set-project", "Ops", "--set-task", ""), ["Watch"]),
        (("bulk", "--add-tag", ""), ["dev"]),
        (("list", "--not-tag", "D"), ["dev"]),
        (("list", "--client", ""), ["ACME", "Ümlaut & Söhne"]),
        (("start", "--field", ""), ["Ticket="]),
        (("start", "--at", "y"), ["yesterday"]),
        (("start", "--at", "-"), ["-15m", "-30m"]),
        (("add", "--for", "1h3"), ["1h30m"]),
        (("list", "-o", "js"), ["json", "jsonl"]),
        (("list", "last-"), ["last-week", "last-month", "last-quarter", "last-year"]),
        (("list", "last", ""), ["week", "month", "quarter", "year"]),
        (
            ("bulk", "las"),
            ["last-week", "last-month", "last-quarter", "last-year", "last", "last~1"],
        ),
        (("list", "mon"), ["month", "mon..fri", "monday"]),
        (("list", "today", ""), []),
        (("show", "l"), ["last", "last~1"]),
        (("show", "current", "c"), ["current"]),
        (("resume", "fi"), ["Fix"]),
        (("resume", "fix", "log"), ["logout", "login"]),
        (("resume", "la"), ["last", "last~1"]),
        (("config", "set", "rou"), ["routes"]),
        (("config", "set", "routes", ""), ["auto", "guide", "service"]),
        (("config", "set", "defaults.project", "O"), ["Ops"]),
        (("config", "set", "timezone", "berl"), ["Europe/Berlin"]),
        (("config", "set", "defaults.round", "near"), ["nearest:15m"]),
        (("config", "set", "seller.logo", "l"), [SEPARATOR]),
        (("config", "set", "invoices.due", "1"), ["14d"]),
        (("workspaces", "set", "force-t"), ["force-task", "force-tags"]),
        (("workspaces", "set", "force-task", ""), ["true", "false"]),
        (("completions", ""), ["bash", "zsh", "fish", "powershell"]),
        (("help", "ti"), ["times"]),
        (("help", "projects", ""), ["add", "archive", "delete", "edit", "merge", "restore"]),
        (("start", ""), ["Review", "Fix"]),
        (("start", "fix", "l"), ["logout", "login"]),
        (("start", "-p", "Ops", "Fix", "login", ""), ["page"]),
        (("start", "Fix lo"), ["Fix logout", "Fix login page"]),
        (("stop", "-d", "Fix"), ["Fix logout", "Fix login page"]),
        (("list", "-d", "OUT"), ["Fix logout"]),
        (("import", ""), [SEPARATOR]),
        (("import", "x.c"), [SEPARATOR]),
        (("import", "--from", "k"), ["klog"]),
        (("import", "--from", "ba"), ["bartib"]),
        (("report", "--save", ""), [SEPARATOR]),
        (("report", "--save=x"), [SEPARATOR]),
        (("invoices", "save", "2026-001", "x.pdf", ""), [SEPARATOR]),
        (("balance", "--by", ""), ["day", "week", "month", "year"]),
        (("balance", "last-"), ["last-week", "last-month", "last-quarter", "last-year"]),
        (("targets", ""), ["set", "off", "on", "holidays", "carry", "import"]),
        (("targets", "set", "mon..f"), ["mon..fri=8h"]),
        (("targets", "holidays", "DE-B"), ["DE-BB", "DE-BE", "DE-BW", "DE-BY"]),
        (("targets", "off", "mon"), ["mon..fri", "monday"]),
        (("targets", "carry", "+1h", "--from", "y"), ["yesterday"]),
        (("no-such-command", ""), []),
        (("start", "--no-such-option", "x", "--at"), ["--at"]),
    ],
)
def test_what_may_come_next(names: Console, words: tuple[str, ...], candidates: list[str]) -> None:
    """Commands, options, values, each where it may stand, in any case."""
    assert sorted(offered(names, *words)) == sorted(candidates)


def test_what_a_report_is_by_is_offered(run: Console) -> None:
    """The kinds of sums, by their beginning."""
    assert offered(run, "report", "--by", "d") == ["description", "day"]
    assert offered(run, "report", "--by", "q") == ["quarter"]
    run.ok("fields", "add", "Ticket", "-q")
    assert offered(run, "report", "--by", "field:") == ["field:Ticket"]


def test_everyone_is_offered_as_a_user(run: Console) -> None:
    """To filters alone: an entry is made for one."""
    assert offered(run, "list", "--user", "a") == ["all"]
    assert offered(run, "add", "--user", "all") == []


def test_a_new_command_and_option_are_completed_without_another_edit(
    names: Console, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What an option takes is said where it is declared, and nowhere else."""
    module = ModuleType("clocktool.commands.probe")
    command = options.new_command()
    vars(module)["command"] = command
    moods = kinds.Kind("MOOD", kinds.fixed("glad", "sad"))

    @command.command()
    def probe(
        ctx: options.Context,
        entry: options.Ref,
        into: Annotated[str, typer.Option("--into", metavar=kinds.PROJECT)] = "",
        step: Annotated[str, typer.Option("--step", metavar=kinds.TASK)] = "",
        mood: Annotated[str, typer.Option("--mood", metavar=moods)] = "",
    ) -> None:
        """Do nothing."""

    monkeypatch.setitem(sys.modules, module.__name__, module)
    monkeypatch.setitem(SUMMARIES, "probe", "Do nothing.")
    assert offered(names, "pro") == ["projects", "probe"]
    assert offered(names, "probe", "--mo") == ["--mood"]
    assert offered(names, "probe", "--mood", "") == ["glad", "sad"]
    assert sorted(offered(names, "probe", "--into", "")) == [
        "My Project",
        "Ops",
        "Site",
        "a:b",
        "a:c",
    ]
    assert offered(names, "probe", "--into=ops", "--step", "") == ["Watch"]
    assert offered(names, "probe", "cur") == ["current"]


FREE = {
    "URL",
    "AMOUNT",
    "N",
    "PORT",
    "TEXT=AMOUNT",
    "OFF",
    "#RRGGBB",
    "A,B,C",
    "[YEAR]...",
    "TEXT",
    "NAME",
    "EMAIL",
    "ID",
    "NUMBER",
    "PERCENT",
    "REASON",
}
"""The words for values without candidates on this machine; ``NAME`` is that of a new thing."""


def values(path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], str]]:
    """Yield every option and argument that takes a value: the words before it, and its word."""
    command = describe(path)
    for option in command.options:
        if option.metavar:
            yield (*path, option.name), option.metavar
    for place, argument in enumerate(command.arguments):
        yield (*path, *["routes"] * place), argument.metavar
    for name in command.commands:
        yield from values((*path, name))


def test_every_value_that_is_known_here_is_offered(names: Console) -> None:
    """Whatever takes a project, a tag, a time or a period names its kind."""
    unknown = {(before, word) for before, word in values() if not offered(names, *before, "")}
    assert {word for _, word in unknown} <= FREE
    assert {before[-1] for before, word in unknown if word == "NAME"} <= {"add", "--name"}


def test_the_newest_come_first(names: Console) -> None:
    """Entries and their descriptions are in the order of list, newest first, with a help."""
    said = names(env={VARIABLE: SEPARATOR.join(("fish", "show", ""))}).out
    ids = [line.split()[-1] for line in names.ok("list", "-o", "id").out.splitlines()]
    assert said.splitlines()[:4] == [
        "current\tthe running timer",
        "last\tthe newest finished entry",
        "last~1\tthe one before",
        "that\twhat the last command made or changed",
    ]
    assert sorted(said.splitlines()[4:]) == sorted(
        f"{each[-4:]}\t{what}"
        for each, what in zip(
            ids,
            ("09:00 · Fix login page · Site", "10:00 · Fix logout", "12:30 · Review · Ops"),
            strict=True,
        )
    )
    assert said.splitlines()[4].endswith("Review · Ops")


def test_an_entry_is_offered_with_its_day_and_time_of_here(names: Console) -> None:
    """In the configured time zone; any part of the end of an id finds it."""
    names.ok("add", "Past", "--from", "2026-11-20 09:00", "--to", "2026-11-20 10:00")
    names.configure('timezone = "Asia/Kolkata"\n')
    entry = names.ok("list", "2026-11-20", "-o", "id").out.strip()
    said = names(env={VARIABLE: SEPARATOR.join(("zsh", "show", entry[-3:]))}).out
    assert said == f"{entry[-4:]}\tFri 20 Nov 13:30 · Past\n"


def test_words_are_offered_with_what_they_mean(run: Console) -> None:
    """Times and periods, the own words, and the settings that a file has."""

    def help_of(*words: str) -> list[str]:
        return run(env={VARIABLE: SEPARATOR.join(("fish", *words))}).out.splitlines()

    assert "last\twhen the last entry ended" in help_of("stop", "--at", "")
    assert help_of("list", "last-m") == ["last-month\tthe month before"]
    run.configure("[aliases]\nstandup = \"start 'stand up' -p Ops\"\n")
    assert help_of("stand") == ["standup\tstart 'stand up' -p Ops"]
    assert help_of("config", "get", "ali") == ["aliases.standup\tstart 'stand up' -p Ops"]


def test_time_zones_are_offered_in_order(names: Console) -> None:
    """By name, as they are not in the file of zones."""
    zones = offered(names, "config", "set", "timezone", "Europe/B")
    assert (len(zones) > 5, zones) == (True, sorted(zones))


def test_what_can_be_taken_back_is_offered_by_its_number(names: Console) -> None:
    """What was undone can't be, until redo brings it back."""
    said = names(env={VARIABLE: SEPARATOR.join(("fish", "undo", ""))}).out.splitlines()
    listed = names.ok("undo", "--list", "-o", "json").json
    assert [line.partition("\t")[0] for line in said] == [str(each["id"]) for each in listed]
    assert [line.partition("\t")[2] for line in said[:4]] == [
        "12:30 · start · Review",
        "12:30 · add · Fix logout",
        "12:30 · add · Fix login page",
        "12:30 · tasks done Draft",
    ]
    newest = str(listed[0]["id"])
    names.ok("undo")
    assert newest not in offered(names, "undo", "")
    names.ok("redo")
    assert newest in offered(names, "undo", "")


def test_a_name_of_two_clients_is_offered_with_them(names: Console) -> None:
    """Alone it would be ambiguous; it is found by the name or by the client."""
    names.ok("projects", "add", "Site", "--client", "Ümlaut & Söhne")
    both = ["ACME/Site", "Ümlaut & Söhne/Site"]
    assert offered(names, "start", "-p", "Sit") == both
    assert offered(names, "start", "-p", "ac") == both[:1]
    assert offered(names, "list", "--project=Sit") == [f"--project={each}" for each in both]


def test_what_is_archived_is_not_offered(names: Console) -> None:
    """Nothing new is filed under it."""
    ids = {
        line.split(",")[0]: line.strip().split(",")[-1]
        for kind in ("projects", "tags")
        for line in names.ok(kind, "-o", "csv").out.splitlines()
    }
    put(names, f"/projects/{ids['Ops']}", {"name": "Ops", "archived": True})
    put(names, f"/tags/{ids['dev']}", {"name": "dev", "archived": True})
    assert offered(names, "start", "-p", "Op") == []
    assert offered(names, "start", "-t", "") == ["Login"]
    assert offered(names, "start", "-T", "") == []


def test_control_characters_are_not_offered(run: Console) -> None:
    """A description that would move the cursor, or end the line, is not offered."""
    for text in ("evil \x1b[2Jname", "two\nlines", "bi\u202edi", "good one"):
        run.ok("add", text, "--for", "1m")
    assert offered(run, "stop", "-d", "") == ["good one"]


def test_profiles_come_from_the_configuration(run: Console) -> None:
    """And 'local' is always there."""
    run.configure('[profiles.client-x]\napi_key = "k"\n')
    assert offered(run, "--profile", "") == ["local", "client-x"]


@pytest.mark.parametrize(
    "content",
    ["api_key =", "api_key = 5", '[profiles]\nx = "y"', 'api_key = "k"\naddon_token = "t"'],
)
def test_nothing_goes_wrong_with_a_broken_configuration(run: Console, content: str) -> None:
    """No error in someone's line: nothing is offered."""
    run.configure(content)
    del run.env["CLOCKTOOL_PROFILE"]
    assert offered(run, "start", "-p", "") == []


@pytest.mark.parametrize("asked", ["", "x", "bash", "bash\x1fa", "zsh", "fish\x1f", "\x1f\x1f\x1f"])
def test_a_question_that_makes_no_sense_is_not_answered_badly(run: Console, asked: str) -> None:
    """Half a question shows no traceback; nothing is run."""
    if asked:
        assert run("start", "x", env={VARIABLE: asked}).err == ""
        assert not (run.home / "data").exists()


def test_no_file_is_made(run: Console) -> None:
    """Before the first command there is nothing, and completion leaves it so."""
    assert offered(run, "start", "-p", "") == []
    assert not (run.home / "data").exists()


def contents(folder: Path) -> dict[Path, bytes]:
    """Return every file below a folder with what is in it."""
    return {each: each.read_bytes() for each in folder.rglob("*") if each.is_file()}


def test_files_are_opened_to_be_read(names: Console) -> None:
    """Not a file beside the workspace, not a byte in it changes, though its folder may be read."""
    folder = names.home / "data"
    before = contents(folder)
    assert offered(names, "start", "-p", "O") == ["Ops"]
    assert contents(folder) == before


@pytest.mark.parametrize("content", [b"", b"no database" * 300, b"SQLite format 3\x00" * 99])
def test_a_damaged_file_offers_nothing(run: Console, content: bytes) -> None:
    """And is left as it is."""
    (run.home / "data").mkdir()
    file = run.home / "data" / "local.sqlite3"
    file.write_bytes(content)
    assert offered(run, "start", "-p", "") == []
    assert file.read_bytes() == content


def test_where_a_server_is_meant_the_local_names_are_not_offered(names: Console) -> None:
    """For a profile without a key no names of others are offered."""
    names.configure('[profiles.client-x]\nbase_url = "https://example.com/api/v1"\n')
    assert offered(names, "--profile", "client-x", "start", "-p", "") == []


class Account:
    """A console that talks to a server, which counts what it is asked."""

    def __init__(self, console: Console, server: ServiceServer) -> None:
        self.console = console
        self.server = server

    def offered(self, *words: str) -> list[str]:
        """Return what is offered; no request may be made for it."""
        self.server.asked.clear()
        found = offered(self.console, *words)
        assert self.server.asked == []
        return found


@pytest.fixture
def account(new_console: Callable[[str], Console]) -> Iterator[Account]:
    """An account with two entries in its cache."""
    console = new_console("account")
    with closing(workspace_of(console, console.home / "server.sqlite3")) as workspace:
        fill(workspace)
        server = ServiceServer(workspace)
        with server.serving():
            connect(console, server.url, "service")
            console.ok("start", "Fix", "login", "-p", "Site", "-T", "dev", "--at", "-20m")
            console.ok("stop", "--at", "-10m")
            console.ok("list")
            yield Account(console, server)


def test_an_account_is_completed_from_its_cache(account: Account) -> None:
    """Names and descriptions that commands have seen; no request."""
    assert account.offered("start", "-p", "") == ["Site"]
    assert account.offered("start", "-T", "d") == ["dev"]
    assert account.offered("list", "--client", "") == ["ACME"]
    assert account.offered("start", "F") == ["Fix"]
    assert account.offered("start", "fix", "") == ["login"]
    (entry,) = account.console.ok("list", "-o", "id").out.split()
    assert account.offered("show", entry[-4:]) == [entry[-4:]]


def test_new_names_and_entries_are_offered_before_they_are_sent(account: Account) -> None:
    """A waiting task with its project, also one that waits or was renamed; a waiting entry."""
    console = account.console
    console.ok("tasks", "-p", "Site")
    console.ok("projects")
    console.ok("tags")
    for line in (
        ("projects", "edit", "Site", "--name", "Shop"),
        ("tasks", "add", "Basket", "-p", "Shop"),
        ("projects", "add", "Fresh"),
        ("start", "Sow seeds", "-p", "Shop"),
        ("tags", "add", "late"),
    ):
        console.ok("--offline", *line)
    assert sorted(account.offered("start", "-p", "")) == ["Fresh", "Ops", "Shop"]
    assert sorted(account.offered("start", "-p", "shop", "-t", "")) == ["Basket", "Login"]
    assert account.offered("start", "-p", "fresh", "-t", "") == []
    assert account.offered("start", "-T", "la") == ["late"]
    assert account.offered("start", "sow", "") == ["seeds"]
    waiting = console.ok("list", "-o", "id", "--offline").out.split()[-1]
    said = console(env={VARIABLE: SEPARATOR.join(("fish", "show", waiting))}).out
    assert said == f"{waiting}\t12:30 · Sow seeds · Shop\n"


def test_no_value_of_any_command_is_asked_for(account: Account) -> None:
    """Whatever TAB is pressed for, and the prompt, too: not one request, no file written."""
    before = contents(account.console.home / "data")
    for words, _ in values():
        account.offered(*words, "")
        account.offered(*words, "a")
    account.server.asked.clear()
    account.console.ok("running", "--prompt")
    assert account.server.asked == []
    assert contents(account.console.home / "data") == before


def test_what_waits_is_offered_by_its_number(account: Account) -> None:
    """The newest first; no request."""
    nowhere = {"CLOCKTOOL_BASE_URL": "http://127.0.0.1:9/api/v1"}
    for line in (("start", "Trip"), ("stop",)):
        account.console.ok(*line, env=nowhere)
    waiting = account.console.ok("pending", "-o", "id").out.split()
    assert account.offered("pending", "drop", "") == waiting[::-1]
    assert account.offered("pending", "keep", "mine", waiting[0]) == waiting[:1]


def test_logging_out_forgets_what_is_offered(account: Account) -> None:
    """The descriptions go with the rest."""
    console = account.console
    key = console.env.pop("CLOCKIFY_API_KEY")
    console.configure(f'api_key = "{key}"\nroutes = "service"\n')
    cache = console.home / "data" / "cache"
    assert b"Fix login" in b"".join(each.read_bytes() for each in cache.iterdir())
    console.ok("logout")
    assert b"Fix login" not in b"".join(each.read_bytes() for each in cache.iterdir())


def test_a_password_manager_is_not_asked(account: Account) -> None:
    """The file is found by what is configured; logging out deletes that, too."""
    console = account.console
    counted = console.home / "asked"
    script = console.home / "key"
    script.write_text(f"#!/bin/sh\necho x >> {counted}\necho {KEY}\n")
    script.chmod(script.stat().st_mode | stat.S_IXUSR)
    del console.env["CLOCKIFY_API_KEY"]
    address = f'base_url = "{account.server.url}"\n'
    console.configure(f'{address}api_key_command = "{script}"\nroutes = "service"\n')
    assert account.offered("start", "-p", "") == []
    assert not counted.exists()
    console.ok("list")
    asked = counted.read_text()
    assert account.offered("start", "-p", "") == ["Site"]
    assert counted.read_text() == asked
    cache = console.home / "data" / "cache"
    url = account.server.url
    assert pointer_path(cache, url, ("api_key_command", str(script))).exists()
    console.ok("logout")
    assert not any(cache.iterdir())


@pytest.mark.slow
@pytest.mark.parametrize(
    ("line", "replaced", "inserted"),
    [
        ("clocktool sto", "sto", ["stop"]),
        ('clocktool start x -p "My Pr', "My Pr", ["My Project"]),
        ("clocktool start x -p 'My Pr", "My Pr", ["My Project"]),
        ("clocktool start x -p My\\ Pr", "My\\ Pr", ["My\\ Project"]),
        ("clocktool start x --project=Si", "Si", ["Site"]),
        ("clocktool start x -p a:", "", ["b", "c"]),
        ("clocktool start x -p Ü", "Ü", []),
        ("clocktool list --client ü", "ü", ["Ümlaut\\ \\&\\ Söhne"]),
        ("clocktool start -p ACME/S", "ACME/S", ["ACME/Site"]),
        ("FOO=1 clocktool sto", "sto", ["stop"]),
        ("clocktool list > fi", "fi", []),
        ("clocktool list 2>&1 ", "", list[str]()),
        ("clocktool list > file -o cs", "cs", ["csv"]),
        ("clocktool list | clocktool sto", "sto", ["stop"]),
        ('clocktool start "Fix lo', "Fix lo", ["Fix logout", "Fix login page"]),
        ("clocktool start -p roj", "roj", ["My\\ Project"]),
        ("clocktool start --project=roj", "roj", ["My\\ Project"]),
        ("clocktool list -p A:", "", ["b", "c"]),
        ("clocktool import en", "en", [SEPARATOR]),
        ("clocktool report --save=en", "en", [SEPARATOR]),
        ("in x -p O", "O", ["Ops"]),
        ("day last-w", "last-w", ["last-week"]),
        ("ls; out -d Rev", "Rev", ["Review"]),
        ("fix -p My\\ Pr", "My\\ Pr", ["My\\ Project"]),
    ],
)
def test_what_bash_is_given(names: Console, line: str, replaced: str, inserted: list[str]) -> None:
    """The text that stands in for the part of the word that bash replaces, quoted for its place."""
    if line.endswith(">&1 "):
        assert "today" in in_bash(names, line, replaced)
    else:
        assert in_bash(names, line, replaced) == inserted


TEXTS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=12)


@given(TEXTS, st.sampled_from(["", "'", '"']), st.integers(0, 12))
def test_what_is_quoted_is_read_as_it_was(text: str, quote: str, cut: int) -> None:
    """A line with the text begun and filled in is one word again, with the quote closed by bash."""
    head, rest = text[:cut], text[cut:]
    begun = f"x {quote}{quoted(head, quote, first=True)[: len(head) * 9]}" if head else f"x {quote}"
    if quote and head and begun.endswith(quote):
        begun = begun[:-1]  # a quote that quoted() closed, to have it open
    inserted = quoted(rest, quote, first=not head) if rest else ""
    line = begun + inserted
    if quote and not (inserted.endswith(quote)):
        line += quote
    read = read_bash(f"{line} end", "end")
    assert read is not None
    assert read.words == ["x", text]


@pytest.mark.skipif(BASH is None, reason="bash is not installed")
@pytest.mark.parametrize("quote", ["", "'", '"'])
@pytest.mark.parametrize(
    "text",
    ["a b", "$HOME", "`ls`", 'q"', "q'", "a!b", "!", "~x", "#x", "a\\b", "*", "{a,b}", "Ü;&|<>()"],
)
def test_bash_reads_what_is_quoted(text: str, quote: str) -> None:
    """Bash itself, with globs, expansion and all, has the text as one word."""
    inserted = quoted(text, quote, first=True)
    end = "" if not quote or inserted.endswith(quote) else quote
    script = f"printf '%s|' {quote}{inserted}{end}"
    assert subprocess.check_output([str(BASH), "-c", script], text=True) == f"{text}|"


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("Site", "Site"),
        ("My Pro'j", "'My Pro''j'"),
        ("$x", "'$x'"),
        ("a\u2019b", "'a\u2019\u2019b'"),
        ("", "''"),
    ],
)
def test_powershell_is_given_words_in_its_own_quotes(text: str, word: str) -> None:
    """PowerShell is not to be had here: its script only passes on what is tested here."""
    assert powershell(text) == word


@pytest.mark.parametrize(
    ("typed", "word"), [("'My Pr", "My Pr"), ('"My', "My"), ("My\\ P", "My P"), ("", "")]
)
def test_a_word_that_is_being_typed_is_read(typed: str, word: str) -> None:
    """With an open quote or not."""
    assert begun_word(typed) == word


def test_powershell_is_answered_with_text_value_and_help(names: Console) -> None:
    """Three fields a line."""
    said = names(env={VARIABLE: SEPARATOR.join(("powershell", "start", "-p", "'My"))})
    assert said.out == "'My Project'\tMy Project\t\n"


@pytest.mark.skipif(BASH is None, reason="bash is not installed")
def test_the_function_of_bash_fills_its_array(names: Console) -> None:
    """Called as bash calls it, with a line, a place in it and the word to replace."""
    script = (
        "eval \"$(clocktool completions bash)\"; COMP_LINE='clocktool start x -p s'; COMP_POINT=22;"
        " COMP_WORDS=(clocktool start x -p s); COMP_CWORD=4; _clocktool clocktool s -p;"
        " printf '[%s]' \"${COMPREPLY[@]}\"; COMP_LINE='clocktool start x -p zz'; COMP_POINT=23;"
        " _clocktool clocktool zz -p; echo ${#COMPREPLY[@]}; complete -p clocktool"
    )
    said = subprocess.run(
        [str(BASH), "--norc", "-c", script],
        env=shell_env(names),
        capture_output=True,
        text=True,
        check=True,
    )
    assert said.stdout == "[Site]0\ncomplete -o nosort -F _clocktool clocktool\n"
    assert said.stderr == ""


@pytest.mark.slow
@pytest.mark.skipif(BASH is None, reason="bash is not installed")
def test_a_session_of_bash_completes_a_project(names: Console) -> None:
    """TAB in a terminal: the name, its quotes, what is behind a colon; then the line is run."""
    console = names
    argv = [str(BASH), "--norc", "--noprofile", "-i"]
    with closing(Terminal(argv, shell_env(console), console.folder)) as bash:
        bash.wait_for("> ")
        bash.type("unset HISTFILE; source <(clocktool completions bash); echo rea''dy\n")
        bash.wait_for("ready")
        bash.type("echo clocktool\x15clocktool start x -p Si\t")
        bash.wait_for("clocktool start x -p Site ")
        bash.type('\x15clocktool start x -p "My Pr\t')
        bash.wait_for('-p "My Project" ')
        bash.type("\x15clocktool start x -p a:\t\t")
        bash.wait_for("b  c")
        bash.type(
            "\x15clocktool start x -p My\\ P\t-q && clocktool running --template '{project}'\n"
        )
        bash.wait_for("\nMy Project")


@pytest.mark.slow
@pytest.mark.skipif(BASH is None, reason="bash is not installed")
def test_a_session_of_bash_keeps_what_is_typed_and_finds_files(names: Console) -> None:
    """Parts of names, names that begin otherwise, files with blanks, the words of --aliases."""
    for name in ("SITE 2", 'big "Q"', "it's $HOME"):
        names.ok("projects", "add", name)
    (names.folder / "my entries.csv").touch()
    (names.folder / "in").mkdir()
    for letter in "dbeac":
        (names.folder / "in" / f"{letter}.csv").touch()
    (names.folder / "mine").mkdir()
    argv = [str(BASH), "--norc", "--noprofile", "-i"]
    with closing(Terminal(argv, shell_env(names), names.folder)) as bash:
        bash.wait_for("> ")
        bash.type("unset HISTFILE; eval \"$(clocktool init bash --aliases)\"; echo rea''dy\n")
        bash.wait_for("ready")
        bash.type("\x15clocktool start -p roj\t")
        bash.wait_for("My\\ Project ")
        bash.type("\x15clocktool start -p sit\t\t")
        bash.wait_for("Site     SITE\\ 2")
        bash.wait_for("> clocktool start -p sit")
        bash.type('e\t\x15clocktool start -p "it\t')
        bash.wait_for("'s \\$HOME\" ")
        bash.type("\x15clocktool start -p big\t")
        bash.wait_for('ig\\ \\"Q\\" ')
        bash.type("\x15clocktool import my\t")
        bash.wait_for("my\\ entries.csv ")
        bash.type("\x15clocktool import in/\t\t")
        bash.wait_for("a.csv  b.csv  c.csv  d.csv  e.csv")
        bash.type("\x15clocktool report --save=min\t")
        bash.wait_for("mine/")
        bash.type("\x15in x -p op\t")
        bash.wait_for("Ops ")


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("fish") is None, reason="fish is not installed")
def test_fish_completes_with_what_each_is(names: Console) -> None:
    """Parts of names, quotes, colons, files; the words of --aliases, too. Fish itself is asked."""
    (names.folder / "my entries.csv").touch()
    completed = {
        'clocktool start x -p "My P': ["My Project"],
        "clocktool start x -p ite": ["Site\tACME"],
        "clocktool start x --project=ite": ["--project=Site\tACME"],
        "clocktool start x -p a:": ["a:b", "a:c"],
        "clocktool stop --at -1": ["-15m\t15 minutes ago"],
        "clocktool import my": ["my entries.csv"],
        "clocktool report --save=my": ["--save=my entries.csv"],
        "in x -p op": ["Ops"],
    }
    script = (
        "clocktool init fish --aliases | source; while read -l line; complete -C $line; echo; end"
    )
    said = subprocess.run(
        ["fish", "--no-config", "-c", script],
        input="".join(f"{line}\n" for line in completed),
        env=shell_env(names),
        cwd=names.folder,
        capture_output=True,
        text=True,
        check=True,
    )
    assert said.stderr == ""
    found = [each.splitlines() for each in said.stdout.split("\n\n")]
    assert found[:-1] == list(completed.values())


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("zsh") is None, reason="zsh is not installed")
def test_a_session_of_zsh_shows_what_each_is(names: Console) -> None:
    """In the order of clocktool, the helps below each other; parts, colons, files, --aliases."""
    names.ok("projects", "add", "Site 2")
    (names.folder / "my entries.csv").touch()
    env = {**shell_env(names), "PROMPT": "> ", "TERM": "xterm", "HOME": str(names.home)}
    with closing(Terminal(["zsh", "-f", "-i"], env, names.folder)) as zsh:
        zsh.wait_for("> ")
        zsh.type("eval \"$(clocktool init zsh --aliases)\"; echo rea''dy\n")
        zsh.wait_for("\nready")
        zsh.type("clocktool start x -p si\t\t")
        zsh.wait_for("-- ACME")
        zsh.type("\x15clocktool undo \t")
        zsh.wait_for("\n21  -- Tue 24 Nov 12:30 · start")
        zsh.wait_for("\n20  -- Tue 24 Nov 12:30 · add")
        zsh.type("\x15clocktool start x -p roj\t")
        zsh.wait_for("My\\ Project")
        zsh.type('\x15clocktool start x --project="my p\t')
        zsh.wait_for("My\\ Project")
        zsh.type("\x15clocktool start x -p a:\t")
        zsh.wait_for("a:b  a:c")
        zsh.type("\x15clocktool import my\t")
        zsh.wait_for("my\\ entries.csv")
        zsh.type("\x15in x -p op\t")
        zsh.wait_for("Ops")


@pytest.mark.skipif(shutil.which("zsh") is None, reason="zsh is not installed")
def test_a_session_of_zsh_completes_a_project(names: Console) -> None:
    """TAB in a terminal, quotes included."""
    env = {**shell_env(names), "PROMPT": "> ", "TERM": "xterm"}
    with closing(Terminal(["zsh", "-f", "-i"], env, names.folder)) as zsh:
        zsh.wait_for("> ")
        zsh.type("autoload -U compinit; compinit -u -D; source <(clocktool completions zsh)\n")
        zsh.type("echo rea''dy\n")
        zsh.wait_for("\nready")
        zsh.type('clocktool start x -p "My P\t')
        zsh.wait_for('My Project"')


def test_completion_loads_one_command_at_most(names: Console) -> None:
    """Commands alone need none, options and values the one that is typed, none anything heavy."""
    program = (
        "import atexit, sys; from clocktool.__main__ import main\n"
        "atexit.register(lambda: print(*sys.modules, file=sys.stderr)); main()"
    )
    for words, commands in ((("st",), set[str]()), (("start", "-p", "O"), {"start"})):
        asked = SEPARATOR.join(("zsh", *words))
        said = subprocess.run(
            [sys.executable, "-c", program],
            env={**shell_env_of(names), VARIABLE: asked},
            capture_output=True,
            text=True,
            check=True,
        )
        loaded = set(said.stderr.split())
        ours = {each for each in loaded if each.startswith("clocktool.commands.")}
        shared = {
            "fields",
            "filters",
            "invoiced",
            "many",
            "options",
            "overlaps",
            "results",
            "starting",
        }
        assert {each.rpartition(".")[2] for each in ours} - shared == commands
        assert not loaded & {"httpx", "rich", "click", "ssl", "asyncio"}


def shell_env_of(console: Console) -> dict[str, str]:
    """Return the environment of a console's process."""
    root = str(Path(clocktool.__file__).parents[1])
    return {**console.env, "PYTHONPATH": root, "HOME": str(console.home)}


def test_what_is_out_of_use_is_offered_where_it_comes_back(names: Console) -> None:
    """Archived names after restore, done tasks after reopen, and nowhere else."""
    for kind in ("clients", "projects", "tags"):
        assert offered(names, kind, "restore", "") == ["Old"]
        assert "Old" not in offered(names, kind, "archive", "")
    assert offered(names, "tasks", "-p", "Site", "reopen", "") == ["Draft"]
    assert offered(names, "tasks", "-p", "Site", "done", "") == ["Login"]


def test_tasks_are_those_of_the_project_on_the_line(names: Console) -> None:
    """However it is named, before or behind the verb; a project without tasks offers none."""
    assert offered(names, "start", "-p", "Site", "-t", "") == ["Login"]
    assert offered(names, "start", "-p", "ops", "-t", "") == ["Watch"]
    assert offered(names, "start", "-p", "ACME/Si", "-t", "") == ["Login"]
    assert offered(names, "start", "-p", "My Project", "-t", "") == []
    assert sorted(offered(names, "start", "-p", "nope", "-t", "")) == ["Login", "Watch"]
    assert offered(names, "tasks", "-p", "Ops", "edit", "") == ["Watch"]
    assert offered(names, "tasks", "edit", "--project=si", "") == ["Login"]
    assert offered(names, "tasks", "-p", "Ops", "reopen", "") == []


def test_options_of_lists_are_offered(names: Console) -> None:
    """Also the periods of --hours."""
    for kind in ("projects", "clients", "tags", "tasks"):
        assert offered(names, kind, "--a") == ["--all"]
        assert offered(names, kind, "--ho") == ["--hours"]
        assert offered(names, kind, "--hours", "last-") == [
            "last-week",
            "last-month",
            "last-quarter",
            "last-year",
        ]


def test_an_account_offers_what_it_has_closed(account: Account) -> None:
    """From the lists that were read, and from what was changed here; no request."""
    console = account.console
    console.ok("tasks", "-p", "Site", "-q")
    for line in (
        ("projects", "archive", "Ops"),
        ("clients", "archive", "ACME"),
        ("tags", "archive", "dev"),
        ("tasks", "done", "Login", "-p", "Site"),
    ):
        console.ok(*line)
    assert account.offered("projects", "restore", "") == ["Ops"]
    assert account.offered("clients", "restore", "") == ["ACME"]
    assert account.offered("tags", "restore", "") == ["dev"]
    assert account.offered("tasks", "-p", "Site", "reopen", "") == ["Login"]
    assert account.offered("start", "-p", "Site", "-t", "") == []
    console.ok("projects", "restore", "Ops")
    assert account.offered("projects", "restore", "") == []
