"""Filters apply to pending changes."""

from tests.outbox.places import Place


def test_filters_match_pending_entries(either: Place) -> None:
    """A pending start, edit and move match by their values after the change."""
    run = either.run
    run.ok("add", "old words", "--from", "9", "--to", "10", "-p", "Ops")
    run.ok("add", "review", "--from", "10", "--to", "11", "-p", "Site", "-t", "Login", "-T", "dev")
    words = run.ok("list", "--template", "{id}").out.split()
    either.line.answer(429, retry_after="600")
    run.ok("edit", words[0], "-d", "new words", "-p", "Site", "-T", "urgent")
    run.ok("add", "fresh", "--from", "11", "--to", "12", "-p", "Site", "-t", "Login")
    run.ok("start", "bare")

    def listed(*filters: str) -> list[str]:
        return run.ok("list", *filters, "--template", "{description}").out.splitlines()

    for filters, expected in {
        "-d words": ["new words"],
        "-d old": [],
        "-d new -d fresh": ["new words", "fresh"],
        "-p Site": ["new words", "review", "fresh"],
        "-p Ops": [],
        "-p Site -t Login": ["review", "fresh"],
        "-t log": ["review", "fresh"],
        "-T urgent": ["new words"],
        "--client ACME": ["new words", "review", "fresh"],
        "--no-client": ["bare"],
        "--no-project": ["bare"],
        "--no-tags": ["fresh", "bare"],
        "--not-project Site": ["bare"],
        "--not-client acme": ["bare"],
        "--not-task Login": ["new words", "bare"],
        "--not-tag dev --not-description bare": ["new words", "fresh"],
        "--running": ["bare"],
        "--user all --no-tags": ["fresh", "bare"],
    }.items():
        assert listed(*filters.split()) == expected, filters
        sums = run.ok("report", *filters.split(), "--by", "description", "-o", "jsonl").out
        assert sums.count("\n") == len(expected), filters


def test_filters_match_pending_entries_by_names_looked_up_later(place: Place) -> None:
    """Also an entry that was kept before its names were known."""
    typed = ("-p", "acme/si", "-t", "log", "-T", "dev")
    place.away("add", "fix", "--for", "1h", *typed)
    place.line.answer(429, retry_after="600")
    for filters, is_found in {
        "-p Site": True,
        "-p Ops": False,
        "-p Site -t Login": True,
        "--client ACME": True,
        "--no-client": False,
        "--no-tags": False,
        "-T dev": True,
        "-T urgent": False,
        "--not-project Site": False,
        "--not-tag dev": False,
        "--not-client acme": False,
        "--not-task Login": False,
    }.items():
        found = place.run.ok("list", *filters.split(), "--template", "{description}").out
        assert found == ("fix\n" if is_found else ""), filters
