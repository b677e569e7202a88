"""Options given twice: any of them in a filter, an error where one value is wanted."""

import pytest

from clocktool.cli.root import SUMMARIES, describe
from tests.conftest import Console


@pytest.fixture
def work(run: Console) -> Console:
    """A console with four entries of different projects, tasks, tags and billing."""
    for client in ("ACME", "Beta"):
        run.ok("clients", "add", client)
    for project, client in (("Site", "ACME"), ("Shop", "Beta"), ("Ops", "")):
        run.ok("projects", "add", project, *(["--client", client] if client else []))
    run.ok("tasks", "-p", "Site", "add", "Bugs")
    run.ok("tasks", "-p", "Shop", "add", "Bugs")
    run.ok("tasks", "-p", "Shop", "add", "Plan")
    run.ok("tags", "add", "dev")
    run.ok("tags", "add", "ops")
    at = ("--for", "10m", "--from")
    run.ok("add", "one", "-p", "Site", "-t", "Bugs", "-T", "dev", *at, "8", "--billable")
    run.ok("add", "two", "-p", "Shop", "-t", "Bugs", "-T", "dev", "-T", "ops", *at, "9")
    run.ok("add", "three", "-p", "Shop", "-t", "Plan", *at, "10")
    run.ok("add", "four", "-p", "Ops", *at, "11")
    return run


@pytest.mark.parametrize(
    ("words", "found"),
    [
        (("-p", "Site", "-p", "Ops"), "one four"),
        (("-p", "Site", "--project", "Site"), "one"),
        (("--client", "ACME", "--client", "Beta"), "one two three"),
        (("-p", "Shop", "-t", "Bugs", "-t", "Plan"), "two three"),
        (("-p", "Shop", "-p", "Site", "-t", "Bugs"), "one two"),
        (("-p", "Shop", "-p", "Site", "-t", "Plan"), "three"),
        (("-T", "dev", "-T", "ops"), "two"),
        (("-d", "ONE", "-d", "thr"), "one three"),
        (("-p", "Site", "-p", "Shop", "-d", "t", "-T", "dev"), "two"),
    ],
)
def test_a_filter_that_is_repeated_means_any_of_them(
    work: Console, words: tuple[str, ...], found: str
) -> None:
    """Only tags must all be there; filters of different kinds all count."""
    assert work.ok("list", *words, "--template", "{description}").out.split() == found.split()
    assert work.ok("export", *words).out.count("\n") == len(found.split())


def test_a_task_that_no_given_project_has_is_not_found(work: Console) -> None:
    """The last project says what it has."""
    result = work("list", "-p", "Site", "-p", "Ops", "-t", "Plan")
    assert (result.code, result.err.splitlines()[0]) == (4, "error: no task 'Plan'")


def test_every_command_with_filters_takes_them_repeated(work: Console) -> None:
    """Report, bulk, invoice, dup of a day, purge."""
    two = ("-p", "Site", "-p", "Shop")
    assert work.ok("report", *two, "--total").out == "0:30:00\n"
    assert work.ok("bulk", "today", *two, "--add-tag", "ops", "--dry-run").err == (
        "Dry run: 2 entries would be changed, 1 unchanged\n"
    )
    assert "1 not billable" not in work.ok("invoice", *two, "--dry-run").err
    assert work.ok("purge", *two, "--dry-run").out == "3 entries, 30m: not deleted.\n"
    copied = work.ok("dup", "--day", "today", *two, "--on", "fri", "-o", "id").out
    assert copied.count("\n") == 3


def test_several_users_are_a_list_each(run: Console) -> None:
    """Their entries come in the order of time."""
    for name, clock in (("bob", "9"), ("eve", "8")):
        run.ok("users", "add", name)
        run.ok("add", f"{name} 1", "--user", name, "--from", clock, "--for", "10m")
        run.ok("add", f"{name} 2", "--user", name, "--from", "11:00", "--for", "10m")
    run.ok("add", "mine", "--from", "10", "--for", "10m")
    both = ("--user", "bob", "--user", "eve", "--user", "Bob")
    assert run.ok("report", *both, "--total").out == "0:40:00\n"
    shown = run.ok("list", *both, "--template", "{description},").out.replace("\n", "")
    assert shown == "eve 1,bob 1,bob 2,eve 2,"
    assert run.ok("purge", *both, "--yes-delete", "4").out.endswith("4 of 4 deleted.\n")
    assert run.ok("export").out.count("\n") == 1


@pytest.mark.parametrize(
    ("words", "option"),
    [
        (("start", "x", "-p", "A", "-p", "B"), "-p/--project"),
        (("start", "x", "-p", "A", "--project=A"), "-p/--project"),
        (("add", "x", "--for", "1h", "--for", "2h"), "--for"),
        (("bulk", "today", "--set-project", "A", "--set-project", "B"), "--set-project"),
        (("list", "-o", "json", "-o", "csv"), "-o/--output"),
        (("list", "--from", "mon", "--from", "tue"), "--from"),
        (("--profile", "local", "--profile", "x", "list"), "--profile"),
        (("--profile", "local", "list", "--profile", "x"), "--profile"),
        (("-w", "a", "list", "--workspace", "b"), "-w/--workspace"),
        (("list", "-w", "a", "-w", "b"), "-w/--workspace"),
        (("projects", "-o", "csv", "add", "Y", "-o", "json"), "-o/--output"),
        (("tags", "-w", "a", "add", "x", "-w", "b"), "-w/--workspace"),
    ],
)
def test_an_option_of_one_value_given_twice_is_an_error(
    run: Console, words: tuple[str, ...], option: str
) -> None:
    """Also globally, before and behind the command; nothing is done."""
    result = run(*words)
    assert result.code == 2
    said = f"option {option} is given twice"
    assert said in result.err
    assert run.ok("list", "all", "-q").out == ""


def test_a_flag_given_both_ways_is_an_error_and_one_given_twice_is_none(run: Console) -> None:
    """The last one does not win."""
    result = run("start", "x", "--billable", "--no-billable")
    assert (result.code, result.err) == (
        2,
        "error: --billable and --no-billable contradict each other\nhint: use one of them\n",
    )
    assert run.ok("start", "x", "--billable", "--billable", "-q", "-q").err == ""


def paths(*path: str) -> list[tuple[str, ...]]:
    """Return the names of all commands, those below others too."""
    below = describe(path).commands if path else SUMMARIES
    return [*([path] if path else []), *(each for name in below for each in paths(*path, name))]


def test_no_option_of_any_command_counts_only_the_last_time(run: Console) -> None:
    """Every option that takes one value, of every command, is refused when it is given twice."""
    for path in paths():
        for option in describe(path).options:
            if not option.metavar or option.many:
                continue
            name = option.names[0]
            result = run(*path, name, "1", name, "2")
            assert result.code == 2, (path, name, result)
            assert "is given twice" in result.err, (path, name, result)
