"""``back`` at the front door: go on with what the timer interrupted."""

from tests.conftest import Console


def test_it_goes_on_with_the_entry_that_ended_where_the_timer_began(run: Console) -> None:
    """The description, project and tags are those of that entry; another back returns."""
    run.ok("projects", "add", "Site", "-q")
    run.ok("start", "write docs", "-p", "Site", "-q")
    run.later(600)
    run.ok("start", "call", "-q")
    run.later(300)
    result = run.ok("back")
    assert [line.split("  ")[0].split()[:2] for line in result.out.splitlines()] == [
        ["■", "Stopped"],
        ["●", "Started"],
    ]
    running = run.ok("running", "-o", "json").json
    assert (running["description"], running["project"]["name"]) == ("write docs", "Site")
    assert run.ok("show", "that", "-o", "json").json[0]["description"] == "write docs"
    run.later(60)
    run.ok("back", "-q")
    assert run.ok("running", "-o", "json").json["description"] == "call"


def test_without_a_timer_or_an_interruption_nothing_changes(run: Console) -> None:
    """Exit 1, and the timer goes on."""
    hint = "to go on with the last entry: clocktool resume"
    assert run("back") == (1, "", f"No timer is running\n{hint}\n")
    run.ok("add", "before", "--for", "1h", "-q")
    run.later(60)
    run.ok("start", "x", "-q")
    run.later(60)
    before = run.ok("list", "-o", "json").json
    result = run("back")
    assert (result.code, result.out) == (1, "")
    assert "has interrupted nothing" in result.err
    assert run.ok("list", "-o", "json").json == before


def test_it_goes_to_work_never_to_a_break(run: Console) -> None:
    """What a break interrupted is gone on with, from the break and from what ended the break."""
    run.ok("start", "docs", "-q")
    run.later(600)
    run.ok("start", "lunch", "--break", "-q")
    run.later(600)
    run.ok("start", "call", "-q")
    run.later(600)
    run.ok("back", "-q")
    assert run.ok("running", "-o", "json").json["description"] == "docs"
    run.later(600)
    run.ok("start", "coffee", "--break", "-q")
    run.later(600)
    run.ok("back", "-q")
    found = run.ok("running", "-o", "json").json
    assert (found["description"], found["type"]) == ("docs", "REGULAR")


def test_a_break_that_interrupted_nothing_is_no_work(run: Console) -> None:
    """Exit 1, and the timer goes on."""
    run.ok("start", "lunch", "--break", "-q")
    run.later(600)
    run.ok("start", "call", "-q")
    run.later(600)
    assert run("back").code == 1
    assert run.ok("running", "-o", "json").json["description"] == "call"
