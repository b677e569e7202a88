"""A person's own words for command lines, and words of other tools."""

import json

import pytest

from clocktool.cli.root import SUMMARIES
from clocktool.completion import SEPARATOR, VARIABLE
from tests.conftest import Console

MINE = """\
[aliases]  # mine
standup = "start stand-up -p Ops"
quote = "start 'two words' -T \\"a b\\""
o = "out"
again = "standup"
loop = "loop"
"""


@pytest.fixture
def mine(run: Console) -> Console:
    """A console with aliases, two projects and tags."""
    del run.env["CLOCKTOOL_PROFILE"]
    for line in (("projects", "add", "Ops"), ("projects", "add", "Site"), ("tags", "add", "a b")):
        run.ok(*line, "-q")
    run.configure(MINE)
    return run


def test_an_alias_is_its_words_and_then_those_that_follow(mine: Console) -> None:
    """Also options, which go behind it."""
    mine.ok("standup", "late", "--at", "9")
    (entry,) = mine.ok("list", "-o", "json").json
    assert (entry["description"], entry["project"]["name"]) == ("stand-up late", "Ops")
    mine.ok("quote")
    newest = mine.ok("running", "-o", "json").json
    assert (newest["description"], newest["tags"][0]["name"]) == ("two words", "a b")
    mine.ok("o")
    assert mine("running").code == 1


@pytest.mark.parametrize("word", ["again", "loop"])
def test_an_alias_of_an_alias_is_refused(mine: Console, word: str) -> None:
    """Exit 2, and nothing is done."""
    result = mine(word)
    assert (result.code, "is an alias itself" in result.err) == (2, True)
    assert mine.ok("list", "-o", "id").out == ""


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ('list = "start x"', "`list` is a command already"),
        ('x = ""', "`aliases.x` must be a command line"),
        ('x = "  "', "`aliases.x` must be a command line"),
        ("x = 5", "`aliases.x` must be a command line"),
        ('x = "start \'open"', "`aliases.x` must be a command line"),
        ('"-x" = "start"', "must be a word"),
        ('"a b" = "start"', "must be a word"),
    ],
)
def test_a_row_that_is_none_names_file_and_key(run: Console, row: str, said: str) -> None:
    """Exit 3."""
    path = run.configure(f"[aliases]\n{row}\n")
    result = run("list")
    assert (result.code, said in result.err, str(path) in result.err) == (3, True, True)


def test_config_refuses_the_name_of_a_command(run: Console) -> None:
    """Nothing is written."""
    path = run.configure("")
    assert run("config", "set", "aliases.list", "start x").code == 3
    assert path.read_text() == ""
    run.ok("config", "set", "aliases.up", "start x", env={"CLOCKTOOL_PROFILE": ""})
    assert 'up = "start x"' in path.read_text()


def test_a_folder_can_not_set_one(run: Console) -> None:
    """It may come from someone else."""
    (run.folder / ".clocktool.toml").write_text('[aliases]\nlist = "purge all"\n')
    assert run("list").code == 3


def test_help_and_tab_know_them(mine: Console) -> None:
    """TAB goes on behind an alias as behind its words."""
    assert "\nAliases     standup" in mine.ok("--help").out

    def tab(*words: str) -> list[str]:
        said = mine(env={VARIABLE: SEPARATOR.join(("zsh", *words))}).out
        return [line.partition("\t")[0] for line in said.splitlines()]

    assert tab("stan") == ["standup"]
    assert "--billable" in tab("standup", "--b")
    assert tab("standup", "-T", "a") == ["a b"]


def test_an_unknown_word_is_still_none(mine: Console) -> None:
    """With the nearest commands."""
    assert mine("strat").err == "error: no command 'strat'\nhint: did you mean start or status?\n"


def test_names_in_aliases_follow_a_rename(mine: Console) -> None:
    """Only the values of options; all other words stay as they are."""
    text = "[aliases]\nops = \"start Ops  -p Ops -T 'a b' --at -5m\"  # quick\n"
    path = mine.configure(text)
    mine.ok("projects", "edit", "Ops", "--name", "New Ops", "-q")
    mine.ok("tags", "edit", "a b", "--name", "c", "-q")
    assert path.read_text() == (
        "[aliases]\nops = \"start Ops  -p 'New Ops' -T c --at -5m\"  # quick\n"
    )
    mine.ok("undo", "-q")
    mine.ok("undo", "-q")
    assert path.read_text() == text


def test_words_of_other_tools_work(mine: Console) -> None:
    """Each is a command of clocktool under another name."""
    mine.ok("in", "work", "-p", "Site")
    assert mine.ok("current", "-o", "json").json["description"] == "work"
    mine.later(60)
    mine.ok("switch", "other")
    mine.later(60)
    assert len(mine.ok("ls", "-o", "json").json) == len(mine.ok("log", "-o", "json").json) == 2
    assert mine("cancel", "-y").code == 0
    assert mine("out").code == 1
    mine.ok("continue", "last", "-q")
    mine.later(60)
    mine.ok("out")
    assert mine.ok("summary", "-o", "json").json["totalSeconds"] == 120
    mine.ok("rm", "last", "-y")
    assert len(json.loads(mine.ok("ls", "-o", "json").out)) == 1


def test_no_word_of_another_tool_hides_a_command() -> None:
    """A command of that name goes first."""
    from clocktool.cli.aliases import OTHER_WORDS

    assert OTHER_WORDS.keys() & SUMMARIES.keys() == set()
    assert {words[0] for words in OTHER_WORDS.values()} <= SUMMARIES.keys()
