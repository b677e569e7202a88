"""``help`` and ``--help``: what is explained is there, and the examples work."""

import re
import shlex
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

import pytest

from clocktool.cli.command_help import split
from clocktool.cli.root import COMMANDS, describe
from clocktool.cli.topics import ALL, TOPICS, text_of
from clocktool.completion.kinds import Query
from clocktool.config.keys import DECLARATION, ENVIRONMENT
from clocktool.domain.time.duration import parse_duration
from clocktool.domain.time.period import parse_period
from clocktool.domain.time.when import parse_when
from clocktool.domain.time.zone import Zone
from clocktool.errors import ExitCode, UsageError
from clocktool.render.columns import CSV, TEMPLATE
from tests.conftest import NOON, Console, local_console
from tests.test_startup import HEAVY, loaded

NAMES = [name for names in COMMANDS.values() for name in names]


def commands(path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Yield the paths of all commands, those below others included."""
    for name in NAMES if not path else describe(path).commands:
        yield (*path, name)
        if len(path) < 1:
            yield from commands((*path, name))


PATHS = list(commands())


def examples(path: Sequence[str]) -> list[str]:
    """Return the lines of a command's examples."""
    return split(describe(path).help)[1]


NOT_RUN = {
    "clocktool login": "asks a person, and the service",
    "clocktool login -w ACME --base-url https://euc1.clockify.me/api/v1": "the same",
    "pass show clockify | clocktool login --api-key-stdin": "the same",
    "clocktool serve": "runs until it is stopped",
    "clocktool serve --port 8787": "the same",
    "clocktool config edit": "opens an editor",
    "EDITOR=nano clocktool config edit": "the same",
    "clocktool edit yesterday": "opens an editor",
    "clocktool audit yesterday --fix": "opens an editor",
    "clocktool resume -i": "asks a person",
    "clocktool running --watch": "runs until it is stopped",
    "clocktool import toggl.csv --dry-run": "reads a file that is not there",
    "clocktool import clockify.csv --dates dmy": "reads a file that is not there",
    "timew export | clocktool import -": "runs another program",
    'eval "$(clocktool init bash)"': "needs a shell, as tests/commands/test_init.py has",
    'eval "$(clocktool init zsh --aliases)"': "the same",
    "clocktool init fish | source": "the same",
    "clocktool init powershell | Out-String | Invoke-Expression": "the same",
}
"""Examples that no test can run, and why."""

OTHER_CODES = {
    "clocktool logout": 1,  # there is no key here
    "clocktool logout --profile client-x": 1,
    "clocktool config get defaults.project": 1,
    "clocktool back": 1,  # nothing was interrupted
    "clocktool back -q": 1,
    "clocktool pending drop p12": 4,  # nothing waits
    "clocktool pending drop p12 -q": 4,
    "clocktool pending keep mine p12": 4,
    "clocktool pending keep theirs p12": 4,
    "clocktool pending edit p12 -p ACME/Site": 4,
    'clocktool pending edit p12 -d "Fix login"': 4,
    "clocktool targets import": 5,  # the local workspace has none
    "clocktool targets import --from 2026-01-01": 5,
    "clocktool join last last~1": 5,  # an hour lies between them
    "clocktool join 9a1e c4f2": 5,
    "clocktool list today -p Site -o id | clocktool join -": 5,
    "clocktool redo": 1,  # nothing was taken back
    "clocktool redo --dry-run": 1,
}
"""Examples that rightly end with another code in the workspace of the test."""

NOTHING_TYPED = Query("", (), {}, lambda _: [], str, dict, describe)

STAND_FOR = {"9a1e": 0, "c4f2": 1}
"""Ends of ids in the examples: the finished entries of the test, by their place."""


@pytest.fixture(scope="session")
def office(tmp_path_factory: pytest.TempPathFactory, made_shop: Console) -> Console:
    """The shop with all that the examples speak of; each is run in a copy."""
    shop = local_console(tmp_path_factory.mktemp("office")).like(made_shop)
    shop.at("2026-11-24 18:30")
    shop.configure(
        'timezone = "Europe/Berlin"\n[profiles.client-x]\ntimezone = "Europe/Berlin"\n'
        '[seller]\nname = "Jo Doe"\naddress = ["Street 1", "10115 Berlin"]\ncountry = "DE"\n'
        'vat_id = "DE136695976"\n[invoices]\ntax = 19\n'
    )
    for line in (
        ("tags", "add", "meeting"),
        ("tags", "add", "travel"),
        ("clients", "add", "Globex"),
        ("clients", "add", "Initech"),
        ("projects", "add", "Shop", "--client", "ACME"),
        ("tasks", "add", "Review", "-p", "Site"),
        ("projects", "add", "Old", "--no-billable"),
        ("users", "add", "Bob Example"),
        ("fields", "add", "Ticket"),
        ("add", "standup", "--from", "2026-11-23 09:00", "--to", "2026-11-23 09:15", "-p", "Ops"),
        ("add", "site", "--from", "2026-10-20 09:00", "--for", "2h", "-p", "Site"),
        ("add", "bill", "--from", "2026-09-20 09:00", "--for", "2h", "-p", "Site"),
        ("rates", "set", "80", "EUR"),
        ("rates", "set", "100", "EUR", "-p", "ACME/Site"),
        ("rates", "set", "110", "EUR", "-p", "ACME/Site", "--from", "2026-07-01"),
        ("config", "set", "clients.ACME.address", "Road 2, 20095 Hamburg"),
        ("config", "set", "clients.ACME.country", "DE"),
        ("invoice", "2026-09", "--number", "next", "-y"),
        ("add", "old", "--from", "2019-03-01 09:00", "--for", "2h", "-p", "Old"),
        ("add", "ops", "--from", "2026-11-18 09:00", "--for", "2h", "-p", "Ops"),
        ("add", "review", "--from", "9", "--to", "10:30", "-p", "Site", "-T", "dev"),
        ("add", "call", "--from", "11:30", "--to", "13:30", "-p", "Site", "-t", "Login"),
        ("start", "Deploy", "-p", "Ops", "--at", "16:00"),
        ("targets", "off", "2026-12-24..2026-12-31", "Christmas"),
        ("budgets", "set", "120h", "-p", "ACME/Site"),
        ("budgets", "set", "5000 EUR", "--client", "ACME"),
    ):
        shop.ok(*line)
    return shop


def run_line(console: Console, line: str, ids: Sequence[str]) -> int:
    """Run an example as a shell would: pipes, variables before it, a file behind '>'."""
    stdin, code = "", 0
    for part in line.partition(" > ")[0].split(" | "):
        words = shlex.split(part)
        env = {}
        while "=" in words[0]:
            name, _, value = words.pop(0).partition("=")
            env[name] = value
        assert words.pop(0) == "clocktool"
        words = [ids[STAND_FOR[each]][-4:] if each in STAND_FOR else each for each in words]
        answer = "Local" if words[0] == "purge" else "y"
        result = console(*words, stdin=stdin or f"{answer}\n", env=env, asks=True)
        stdin, code = result.out, result.code
    return code


@pytest.mark.slow
@pytest.mark.parametrize("path", PATHS, ids=" ".join)
def test_the_examples_of_every_command_work(
    tmp_path: Path, office: Console, path: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each is run in its own copy of the same office."""
    monkeypatch.chdir(tmp_path)  # some save a file
    Path("work.klg").write_text("2026-11-24\n    8:00 - 9:00 Fix login #dev\n", "utf-8")
    found = examples(path)
    assert len(found) >= 2 or path == ("list",), "two or three examples"
    codes = {}
    for place, line in enumerate(found):
        if line in NOT_RUN:
            continue
        fresh = local_console(tmp_path / str(place)).like(office)
        ids = fresh.ok("list", "today", "-o", "id").out.split()
        expected = OTHER_CODES.get(line, 0)
        code = run_line(fresh, line, ids)
        if code != expected:
            codes[line] = code
    assert codes == {}


@pytest.mark.parametrize("path", PATHS, ids=" ".join)
def test_help_of_a_command_begins_with_what_it_does_and_examples(
    run: Console, path: tuple[str, ...]
) -> None:
    """'help NAME' and 'NAME --help' are one, 80 columns wide at most on any terminal."""
    said = run.ok(*path, "--help").out
    assert run.ok("help", *path).out == run.ok(*path, "-h", columns=200).out == said
    first, lines, usage, *_ = said.split("\n\n")
    assert first[0].isupper()
    assert [line.strip() for line in lines.splitlines()] == examples(path)
    assert usage.startswith(f"Usage: clocktool {' '.join(path)}")
    for line in said.splitlines():
        assert len(line) <= 80, line
        assert line == line.rstrip()


def test_options_of_a_command_are_in_groups(run: Console) -> None:
    """Its own first, then filters, then the format; filters that a topic explains have no text."""
    assert run.ok("list", "--help").out.partition("Options:\n")[2] == (
        "  --limit N               Only the newest N entries.\n"
        "  --total                 Print only the total: 6:23:52.\n"
        "  --total-decimal         Print only the total, in hours: 6.40.\n"
        "\n"
        "Filters:\n"
        "  --from DAY              First day: 2026-11-01, mon, yesterday.\n"
        "  --to DAY                Last day, included; default: today.\n"
        "  -p, --project NAME      Of this project, or CLIENT/PROJECT; repeatable.\n"
        "  --client NAME           Of this client; repeatable.\n"
        "  -t, --task NAME         Of this task; repeatable.\n"
        "  -T, --tag NAME          With this tag; repeatable: with all.\n"
        "  -d, --description TEXT  With this text in the description; repeatable.\n"
        "  --user NAME             Of another member; repeatable. 'all': everyone.\n"
        "  --[no-]billable         Only billable entries, or only others.\n"
        "\n"
        "More filters (clocktool help filters):\n"
        "  --not-project, --not-client, --not-task, --not-tag, --not-description,\n"
        "  --no-project, --no-client, --no-task, --no-tags, --[no-]break, --running\n"
        "\n"
        "Output:\n"
        "  -o, --output FORMAT     table, json, jsonl, csv, md or id.\n"
        "  --template TEXT         Format each entry: '{start} {project}'.\n"
        "  -q, --quiet             Print nothing on success.\n"
        "\n"
        "Options of every command: clocktool help options\n"
    )


def test_the_formats_in_a_help_are_those_of_the_option() -> None:
    """The text of -o lists what it takes."""
    for path in PATHS:
        for option in describe(path).options:
            if option.name == "--output":
                named = option.help.rstrip(".").replace(" or ", ", ").split(", ")
                assert named == [each.value for each in option.kind.candidates(NOTHING_TYPED)], path


def test_help_is_readable_on_a_narrow_terminal(run: Console) -> None:
    """At 40 columns each text is under its option; only examples may be longer."""
    for path in ((), ("start",), ("projects",), ("help",)):
        shown = run.ok(*path, "--help", columns=40).out.splitlines()
        lines = examples(path) if path else ["clocktool start fix login -p Site"]
        for line in shown:
            assert len(line) <= 40 or line.strip() in lines, line


WORDS = {"TIME": "times", "PERIOD": "periods", "DURATION": "durations", "REF": "refs"}


@pytest.mark.parametrize("path", PATHS, ids=" ".join)
def test_words_of_a_command_are_explained(path: tuple[str, ...]) -> None:
    """A command that takes a TIME, PERIOD, DURATION or REF says where they are explained."""
    command = describe(path)
    words = [each.metavar for each in command.arguments]
    taken = " ".join([*words, *(each.metavar for each in command.options)])
    for word, topic in WORDS.items():
        if re.search(rf"\b{word}\b", taken):
            assert f"{word}" in command.help
            assert f"clocktool help {topic}" in " ".join(command.help.split())


@pytest.mark.parametrize(
    ("argv", "commands"),
    [
        (("help",), {"help"}),
        (("help", "times"), {"help"}),
        (("help", "start"), {"help", "start"}),
        (("completions", "bash"), {"completions"}),
    ],
)
def test_help_loads_nothing_heavy(
    tmp_path: Path, argv: tuple[str, ...], commands: set[str]
) -> None:
    """No rich, no database, no command but the one that is explained."""
    code, names = loaded(tmp_path, *argv)
    assert code == 0
    assert names & (HEAVY | {"sqlite3"}) == set()
    assert {name for name in NAMES if f"clocktool.commands.{name}" in names} == commands


def test_help_alone_is_the_help(run: Console) -> None:
    """As --help prints it."""
    assert run("help") == run("--help") == run("-h", columns=200)


@pytest.mark.parametrize("aliases", [0, 1, 40])
def test_all_commands_are_on_one_screen(run: Console, aliases: int) -> None:
    """39 lines of 80 columns hold every command and topic, and the aliases that fit one line."""
    run.configure("[aliases]\n" + "".join(f'alias{n} = "stop"\n' for n in range(aliases)))
    shown = run.ok("--help").out
    lines = shown.splitlines()
    assert len(lines) <= 39
    assert all(len(line) <= 80 and line == line.rstrip() for line in lines)
    for word in {*NAMES, *ALL} - {"commands"}:
        assert re.search(rf"(^|\s){re.escape(word)}(\s|$)", shown), word
    more = re.findall(r"and (\d+) more: clocktool help aliases", shown)
    assert len(re.findall(r"alias\d+", shown)) + sum(map(int, more)) == aliases


def test_every_command_is_on_a_narrow_screen(run: Console) -> None:
    """With the same text, on its own line."""
    shown = run.ok("--help", columns=40).out
    for names in [names for title, names in COMMANDS.items() if title not in ("Names", "Help")]:
        for name, text in names.items():
            assert f"\n  {name:<11}  {text}\n" in shown


def test_the_commands_are_listed_with_a_line_each(run: Console) -> None:
    """By 'help commands', with those that the screen shows without a text."""
    shown = run.ok("help", "commands").out
    for title, names in COMMANDS.items():
        rows = [f"  {name:<11}  {text}\n" for name, text in names.items()]
        assert "".join([f"{title}\n", *rows]) in shown


def test_the_options_of_every_command_have_a_topic(run: Console) -> None:
    """They are hidden in the help of each."""
    shown = run.ok("help", "options").out
    for option in describe(()).options:
        assert f"{', '.join(option.names)} {option.metavar}".strip() in shown
        assert " ".join(option.help.split()) in " ".join(shown.split())


def test_the_aliases_have_a_topic(run: Console) -> None:
    """Those of the person, words of other trackers, and how to add one."""
    assert run.ok("help", "aliases").out.startswith("You have no aliases yet.\n\nWords of other")
    run.configure('[aliases]\nstandup = "start stand-up -p Ops"\n')
    shown = run.ok("help", "aliases").out
    assert shown.startswith("Your aliases:\n  standup   start stand-up -p Ops\n\n")
    assert "\n  cancel    delete current\n" in shown
    assert run.ok("help", "standup") == run.ok("help", "in") == run.ok("help", "start")


def test_help_works_with_an_invalid_configuration(run: Console) -> None:
    """Only the aliases are missing: who wants to correct the file may need help."""
    run.configure("[aliases\n")
    assert "Aliases" not in run.ok("help").out
    assert run.ok("help", "ls") == run.ok("help", "list")
    assert run.ok("help", "aliases").out.startswith("You have no aliases yet.\n")
    assert run("help", "standup").err.startswith("error: no help on 'standup'\n")


@pytest.mark.parametrize("topic", TOPICS)
def test_every_topic_fits_a_terminal(run: Console, topic: str) -> None:
    """Eighty columns, nothing left to be filled in, no blanks at the ends."""
    result = run.ok("help", topic)
    assert result.out == text_of(topic)
    assert result.out.isascii()
    for line in result.out.splitlines():
        assert len(line) <= 80, line
        assert line == line.rstrip()
        assert not line.startswith("@")


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        (("tmes",), "did you mean times or rates?"),
        (("strat",), "did you mean start or status?"),
        (("xyzzy",), f"topics: {', '.join(ALL)}"),
        (("times", "x"), None),
        (("9o'clock",), f"topics: {', '.join(ALL)}"),
    ],
)
def test_there_is_no_help_on_other_words(
    run: Console, words: tuple[str, ...], hint: str | None
) -> None:
    """What is close is named."""
    result = run("help", *words)
    assert (result.code, result.out) == (2, "")
    assert result.err.splitlines()[0] == f"error: no help on {' '.join(words)!r}"
    if hint:
        assert result.err.splitlines()[1] == f"hint: {hint}"


@pytest.mark.parametrize("group", ["projects", "tags", "rates"])
def test_list_below_a_command_that_lists_is_left_out(run: Console, group: str) -> None:
    """The command alone lists, which the hint says."""
    said = f"error: no such command 'list'\nhint: leave it out: clocktool {group}\n"
    assert run(group, "list") == (2, "", said)


def test_there_is_no_command_below_another(run: Console) -> None:
    """The one above it says what there is."""
    assert run("help", "projects", "nope") == (
        2,
        "",
        (
            "error: 'clocktool projects' has no command 'nope'\n"
            "hint: see 'clocktool projects --help'\n"
        ),
    )
    assert run("help", "projects", "archve").err.endswith("hint: did you mean archive?\n")


def forms(topic: str) -> Iterator[tuple[str, bool]]:
    """Yield the forms in a topic's text, and whether they are accepted."""
    accepted: bool | None = None
    for line in text_of(topic).splitlines():
        if line.startswith(("Accepted", "Refused")):
            accepted = line.startswith("Accepted")
        elif not line.startswith("  "):
            accepted = None
        elif accepted is not None:
            yield re.split(r"\s{2,}", line.strip())[0], accepted


READ = {
    "times": lambda text: parse_when(
        text, NOON, Zone("Europe/Berlin"), future=True, last=lambda: NOON
    ),
    "periods": lambda text: parse_period(text, date(2026, 11, 24)),
    "durations": parse_duration,
}


@pytest.mark.parametrize(
    ("topic", "form", "accepted"),
    [(topic, *each) for topic in READ for each in forms(topic)],
)
def test_the_forms_that_topics_list_are_accepted(topic: str, form: str, *, accepted: bool) -> None:
    """Every form in the text is accepted, or refused, by the code."""
    if accepted:
        READ[topic](form)
    else:
        with pytest.raises(UsageError):
            READ[topic](form)


def test_tables_of_topics_are_those_of_the_code() -> None:
    """Exit codes, columns, template fields, keys, variables: none is missing."""
    codes = {
        int(line.split()[0])
        for line in text_of("exit-codes").splitlines()
        if line[:2] == "  " and line.split()[0].isdigit()
    }
    assert codes == {int(each) for each in ExitCode}
    formats = re.findall(r"[a-z_]+", text_of("formats"))
    assert {*CSV, *TEMPLATE} <= set(formats)
    said = text_of("configuration").split()
    assert {*DECLARATION.keys, *ENVIRONMENT} <= set(said)


def test_help_lists_every_file_in_the_data_folder(tmp_path: Path, office: Console) -> None:
    """'help offline' has each file and folder, backups included."""
    console = local_console(tmp_path / "all").like(office)
    console.ok("purge", "2019", "--yes-delete", "1")
    text = text_of("offline")
    for path in (tmp_path / "all" / "data").iterdir():
        if path.name.partition("-")[0] != "local.sqlite3":
            assert f"  {path.name}{'/' * path.is_dir()} " in text
    assert {each.name for each in (tmp_path / "all" / "data").iterdir()} > {"purged", "journal"}


@pytest.mark.parametrize("name", ["CLOCKTOOL_PAGER", "PAGER", "VISUAL", "EDITOR"])
def test_help_lists_the_variables_that_start_programs(name: str) -> None:
    """'help configuration', and so the man page, has all of them."""
    assert f"\n  {name} " in text_of("configuration")


def test_the_option_that_bugs_ask_for_is_shown(run: Console) -> None:
    """--debug is among the global options."""
    assert "  --debug " in run.ok("help", "options").out


def test_help_says_which_amounts_are_cents(run: Console) -> None:
    """'help json' says which amounts are numbers; the example matches the commands."""
    run.ok("projects", "add", "Site", "--billable", "--rate", "105")
    run.ok("add", "x", "--for", "4h55m33s", "-p", "Site")
    amount = run.ok("report", "-o", "json").json["amounts"][0]["amount"]
    line = run.ok("invoice", "--dry-run", "-o", "json").json[0]
    assert (amount, line["rate"], line["amount"]) == (51721, "105.00", "517.21")
    assert '{"amount": 51721,' in text_of("json")
    assert '"rate": "105.00",\n"amount": "517.21"' in text_of("json")


@pytest.mark.parametrize("path", [(), *PATHS], ids=" ".join)
def test_help_fits_a_terminal_of_80_columns(
    run: Console, monkeypatch: pytest.MonkeyPatch, path: tuple[str, ...]
) -> None:
    """No line is wider, and no summary of a command is cut off."""
    monkeypatch.setenv("COLUMNS", "80")
    lines = run.ok(*path, "--help").out.splitlines()
    assert [line for line in lines if len(line) > 80] == []
    assert [line for line in lines if line.endswith("...") and not line.startswith("Usage")] == []
