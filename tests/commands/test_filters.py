"""Filters: each says the same in every command that has them."""

import json

import pytest

from tests.conftest import Console, local_console

MADE = (
    *(("clients", "add", name) for name in ("ACME", "Globex")),
    ("projects", "add", "Site", "--client", "ACME"),
    ("projects", "add", "Shop", "--client", "Globex"),
    ("projects", "add", "Ops"),
    *(("tasks", "add", "Login", "-p", project) for project in ("Site", "Shop")),
    ("tasks", "add", "Test", "-p", "Site"),
    *(("tags", "add", name) for name in ("dev", "urgent")),
    ("users", "add", "Bob"),
)
ENTRIES = {
    "Fix login": ("-p", "Site", "-t", "Login", "-T", "dev", "--billable"),
    "fix footer": ("-p", "Site", "-t", "Test", "-T", "dev", "-T", "urgent", "--no-billable"),
    "order form": ("-p", "Shop", "-t", "Login", "--billable"),
    "deploy": ("-p", "Ops", "-T", "urgent", "--billable"),
    "lunch": ("--break", "--no-billable"),
    "call": ("--no-billable",),
    "bob": ("-p", "Site", "--user", "Bob", "--billable"),
}


@pytest.fixture(scope="session")
def made_work(tmp_path_factory: pytest.TempPathFactory) -> Console:
    """Return the work that every other is a copy of."""
    run = local_console(tmp_path_factory.mktemp("work"))
    for line in MADE:
        run.ok(*line, "-q")
    for hour, (description, options) in enumerate(ENTRIES.items(), 3):
        run.ok("add", description, "--from", f"{hour}:00", "--for", "1h", *options, "-q")
    return run


@pytest.fixture
def work(run: Console, made_work: Console) -> Console:
    """An entry of each kind, an hour each, one of them another member's."""
    return run.like(made_work)


SENTENCES = {
    "of any of the projects": ("-p Site -p Ops", "Fix login|fix footer|deploy"),
    "the client first": ("-p acme/site", "Fix login|fix footer"),
    "a project of no client": ("-p /Ops", "deploy"),
    "of any of the clients": ("--client acme --client glo", "Fix login|fix footer|order form"),
    "of a task of any project": ("-t Login", "Fix login|order form"),
    "of a task of the project": ("-p Shop -t Login", "order form"),
    "of any of the tasks": ("-t Login -t Test", "Fix login|fix footer|order form"),
    "with all of the tags": ("-T dev -T urgent", "fix footer"),
    "not of the project": ("--not-project Site", "order form|deploy|lunch|call"),
    "of none of the projects": ("--not-project Site --not-project Ops", "order form|lunch|call"),
    "of none of the clients": ("--not-client ACME --not-client Globex", "deploy|lunch|call"),
    "of none of the tasks": ("--not-task Login", "fix footer|deploy|lunch|call"),
    "with none of the tags": ("--not-tag dev --not-tag urgent", "order form|lunch|call"),
    "without the words": (
        "--not-description FIX --not-description call",
        "order form|deploy|lunch",
    ),
    "without a project": ("--no-project", "lunch|call"),
    "without a client, also without a project": ("--no-client", "deploy|lunch|call"),
    "without a task": ("--no-task", "deploy|lunch|call"),
    "without tags": ("--no-tags", "order form|lunch|call"),
    "with any of the words": ("-d LOGIN -d plo", "Fix login|deploy"),
    "billable": ("--billable", "Fix login|order form|deploy"),
    "not billable": ("--no-billable", "fix footer|lunch|call"),
    "breaks": ("--break", "lunch"),
    "work": ("--no-break --no-project", "call"),
    "of another member": ("--user bob", "bob"),
    "of any of the members": ("--user bob --user ada -p Site", "Fix login|fix footer|bob"),
    "of everyone": ("--user all --client ACME --not-tag dev", "bob"),
    "different filters all hold": ("-p Site -T dev --billable --not-description foot", "Fix login"),
    "of nothing": ("-p Ops -T dev", ""),
}


@pytest.mark.parametrize("sentence", SENTENCES)
def test_a_filter_means_the_same_in_every_command(work: Console, sentence: str) -> None:
    """List and export have the entries, report their time, bulk and purge their number."""
    words, expected = SENTENCES[sentence]
    filters, names = words.split(), [each for each in expected.split("|") if each]
    listed = work.ok("list", *filters, "--template", "{description}").out.splitlines()
    assert listed == names
    exported = work.ok("export", "today", *filters).out.splitlines()
    assert [json.loads(each)["description"] for each in reversed(exported)] == names
    hours = sum(each != "lunch" for each in names)
    assert work.ok("report", *filters, "--total").out == f"{hours}:00:00\n"
    purged = work.ok("purge", "today", *filters, "--dry-run")
    count = "1 entry" if len(names) == 1 else f"{len(names)} entries"
    assert purged.out.startswith(f"{count}, " if names else "")
    changed = work.ok("bulk", "today", *filters, "--set-description", "x", "--dry-run")
    if names:
        assert f"{count} would be changed" in changed.err


def test_what_invoice_and_dup_choose(work: Console) -> None:
    """Billable entries of the filters, and those of a day."""
    work.ok("workspaces", "set", "hourly-rate", "80")
    shown = work.ok("invoice", "today", "--no-client", "--dry-run", "-o", "csv").out
    assert [each.split(",")[1] for each in shown.splitlines()] == ["project", "Ops"]
    copied = work.ok(
        *("dup", "--day", "today", "--on", "tomorrow", "-T", "urgent", "--not-project", "Ops"),
        *("--template", "{description}"),
    )
    assert copied.out == "fix footer\n"


@pytest.mark.parametrize("command", ["list", "report", "export", "invoice", "purge", "bulk"])
@pytest.mark.parametrize("option", ["--from", "--to", "-o"])
def test_an_option_of_one_value_is_given_once(work: Console, command: str, option: str) -> None:
    """Twice is exit code 2, and never the last one counts."""
    value = "json" if option == "-o" else "today"
    words = ("--add-tag", "dev", "--dry-run") if command == "bulk" else ()
    result = work(command, *words, option, value, option, value)
    assert (result.code, result.out) == (2, "")
    assert "is given twice" in result.err


@pytest.mark.parametrize("flag", ["billable", "break"])
def test_a_flag_and_its_opposite_are_refused(work: Console, flag: str) -> None:
    """Neither order wins."""
    for words in ((f"--{flag}", f"--no-{flag}"), (f"--no-{flag}", f"--{flag}")):
        assert work("list", *words) == (
            2,
            "",
            f"error: --{flag} and --no-{flag} contradict each other\nhint: use one of them\n",
        )
