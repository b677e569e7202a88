"""A project is shown as ``Site · ACME`` everywhere, and what is shown can be typed."""

import pytest

from tests.conftest import Console

CSV = "start,end,project\n2026-11-24T08:00:00Z,2026-11-24T09:00:00Z,{}\n"


@pytest.fixture
def twins(shop: Console) -> Console:
    """The shop with a second project Site, of another client."""
    shop.ok("clients", "add", "Globex", "-q")
    shop.ok("projects", "add", "Site", "--client", "Globex", "-q")
    return shop


@pytest.mark.parametrize("text", ["Site · ACME", "site · acme", "Site - ACME", "ACME/Site"])
def test_what_is_shown_is_that_project(twins: Console, text: str) -> None:
    """In any case, and as it is shown without Unicode."""
    twins.ok("add", "Fix", "8:00-9:00", "-p", text, "-q")
    assert "Site · ACME" in twins.ok("list").out
    assert twins.ok("list", "-p", text, "--total").out == "1:00:00\n"
    assert twins.ok("edit", "last", "-p", text, "-t", "Login").out.count("Site · ACME: Login") == 1


def test_a_name_that_has_the_sign_goes_first(twins: Console) -> None:
    """A project may be called so itself."""
    twins.ok("projects", "add", "Site · ACME", "--client", "Globex", "-q")
    assert "Site · ACME · Globex" in twins.ok("start", "-p", "Site · ACME").out
    assert "Site · ACME · Globex" in twins.ok("start", "-p", "Site · ACME · Globex").out


@pytest.mark.parametrize("text", ["Site · ACME", "ACME/Site"])
def test_a_file_may_have_it_as_its_project(twins: Console, text: str) -> None:
    """No project of that name is created."""
    said = twins.ok("import", "-", "--from", "csv", stdin=CSV.format(text))
    assert "Created" not in said.err
    assert "Site · ACME" in twins.ok("list").out


def test_the_configuration_may_have_it(twins: Console) -> None:
    """As a default, and as the name of a rate and of a budget; a rename is followed."""
    del twins.env["CLOCKTOOL_PROFILE"]
    twins.configure(
        '[defaults]\nproject = "Site · ACME"\n[rates]\n"Site · ACME" = "90 EUR"\n'
        '[budgets]\n"Site · ACME" = "10h"\n'
    )
    assert "Site · ACME" in twins.ok("add", "Fix", "8:00-9:00").out
    assert "90.00 EUR" in twins.ok("report").out
    assert "1h 00m" in twins.ok("budgets").out
    twins.ok("clients", "edit", "ACME", "--name", "Acme Ltd")
    assert twins.ok("config", "get", "defaults.project").out == "Site · Acme Ltd\n"
    twins.ok("projects", "edit", "Site · Acme Ltd", "--name", "Shop")
    assert twins.ok("config", "get", "defaults.project").out == "Shop · Acme Ltd\n"
    assert "Shop · Acme Ltd" in twins.ok("add", "Fix", "9:00-10:00").out


def test_messages_show_it_alike(twins: Console) -> None:
    """Only what is to be typed has the slash: it is shorter, and needs no quotes."""
    assert twins("start", "-p", "Site").err == (
        "error: 'Site' matches 2 projects: Site · ACME, Site · Globex\n"
        "hint: say which: -p ACME/Site\n"
    )
    twins.ok("add", "Fix", "8:00-9:00", "-p", "ACME/Site", "-q")
    twins.ok("add", "Test", "9:00-9:30", "-p", "Ops", "-q")
    moved = twins.ok("bulk", "last", "--set-project", "Globex/Site", "--dry-run").out
    assert "Ops → Site · Globex" in moved
    assert "Make Ops a part of Site · ACME?" in twins("join", "last", "last~1").err
    merged = twins.ok("projects", "merge", "ACME/Site", "Globex/Site", "--dry-run")
    assert "Site · ACME" in merged.out + merged.err
    twins.ok("projects", "archive", "ACME/Site", "-q")
    refused = twins("start", "-p", "ACME/Site").err
    assert refused == (
        "error: project 'Site · ACME' is archived\n"
        "hint: to use it again: clocktool projects restore ACME/Site\n"
    )
