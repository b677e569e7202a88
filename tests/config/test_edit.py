"""Changing one key of a TOML file leaves every other byte of it as it was."""

import tomllib
from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given, note
from hypothesis import strategies as st

from clocktool.config.edit import edit_text

Path = tuple[str, ...]

NAMES = ("workspace", "timezone", "tags", "a-1", "a b", "ä.ö", "", "x'\"y")
VALUES = ('"A"', "'lit # eral'", "17", "true", '"""\nover\n# lines"""', '["a", "b"]')
ARRAYS = ('[\n  "a", # the first\n  "b",\n\n  # the last\n]', "[ ]")
SPACE = ("", " ", "\n", "# note {0}\n", "  # note {0}\n", "\n# note {0}\n\n")


def quoted(name: str, style: int) -> str:
    """Return a key as a person may write it."""
    if style == 0 and name.isascii() and name.replace("-", "").isalnum():
        return name
    if style == 1 and "'" not in name:
        return f"'{name}'"
    return '"' + name.replace('"', '\\"') + '"'


class Writer:
    """Writes a TOML file at random, and remembers which lines each key is on."""

    def __init__(self, draw: st.DrawFn) -> None:
        self.draw = draw
        self.pieces: list[tuple[Path, str]] = []
        self.paths: list[Path] = []
        self._notes = 0

    def one(self, *choices: Any) -> Any:
        """Pick one."""
        return self.draw(st.sampled_from(choices))

    def space(self) -> None:
        """Write blank lines and comments, or nothing."""
        self._notes += 1
        text = self.one(*SPACE).format(self._notes)
        if text.strip(" "):
            self.pieces.append(((), text))

    def names(self, least: int = 0) -> list[str]:
        """Pick names that differ."""
        some = st.lists(st.sampled_from(NAMES), min_size=least, max_size=3, unique=True)
        return self.draw(some)

    def key(self, name: str) -> str:
        """Return a name as it is written."""
        return quoted(name, self.one(0, 1, 2))

    def keys(self, table: Path, least: int = 0) -> None:
        """Write lines of a table: plain, dotted and inline ones."""
        for name in self.names(least):
            self.space()
            path, key = (*table, name), self.key(name)
            indent, equals = self.one("", "  "), self.one(" = ", "=")
            end = self.one("", "  # beside", " ")
            match self.one("plain", "array", "dotted", "inline"):
                case "dotted":
                    for inner in self.names(1):
                        line = f"{indent}{key}.{self.key(inner)}{equals}{self.one(*VALUES)}{end}\n"
                        self.add((*path, inner), line)
                case "inline":
                    within = self.names()
                    parts = [f"{self.key(each)}{equals}{self.one(*VALUES)}" for each in within]
                    line = f"{indent}{key}{equals}{{ {', '.join(parts)} }}{end}\n"
                    self.add(path, line)
                    self.paths += [(*path, each) for each in within]
                case kind:
                    value = self.one(*(ARRAYS if kind == "array" else VALUES))
                    self.add(path, f"{indent}{key}{equals}{value}{end}\n")
        self.space()

    def add(self, path: Path, text: str) -> None:
        """Write a piece that is about a path."""
        self.pieces.append((path, text))
        self.paths.append(path)


@st.composite
def files(draw: st.DrawFn) -> Writer:
    """A file with keys, then tables in any order, some below others, some in an array."""
    writer = Writer(draw)
    writer.keys(())
    heads = (("T",), ("P", "x"), ("P", "x", "T"), ("P", "y z"), ("P",), ("P", "q", "T"))
    for head in draw(st.lists(st.sampled_from(heads), max_size=4, unique=True)):
        text = ".".join(writer.key(name) for name in head)
        writer.pieces.append((head, f"[{text}]{writer.one('', ' # head')}\n"))
        writer.keys(head)
    if draw(st.booleans()):
        writer.pieces.append(((), "[[list]]\nof = 1\n[[list]]\nof = 2\n# end\n"))
    return writer


def put(table: dict[str, Any], path: Path, value: Any) -> bool:
    """Set a value in tables, None removes it; return False for a table or a key below a value."""
    for name in path[:-1]:
        inner: Any = table.setdefault(name, {})
        if not isinstance(inner, dict):
            return False
        table = inner
    if isinstance(table.get(path[-1]), dict):
        return False
    if value is None:
        table.pop(path[-1], None)
    else:
        table[path[-1]] = value
    return True


def without_empty(table: Any) -> Any:
    """Return a table without the empty ones in it: removing may leave them, or not."""
    if not isinstance(table, dict):
        return table
    return {key: without_empty(each) for key, each in table.items() if without_empty(each) != {}}


@given(st.data())
def test_one_key_changes_and_every_other_byte_stays(data: st.DataObject) -> None:
    """Set and unset, of keys that are there and not, however the file is written."""
    writer = data.draw(files())
    newline = data.draw(st.sampled_from(["\n", "\r\n"]))
    is_ended = data.draw(st.booleans())
    pieces = [(path, text.replace("\n", newline)) for path, text in writer.pieces]
    text = "".join(each for _, each in pieces)
    text = text if is_ended else text.removesuffix(newline)
    try:
        before = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return  # a table that was written twice
    tables = [path for path, _ in writer.pieces] + [("P", "new"), ("new",), ("P", "x"), ("T",)]
    some = [(*table, name) for table in tables for name in (*NAMES[:3], "new")]
    path = data.draw(st.sampled_from([*writer.paths, *some]))
    value = data.draw(st.sampled_from(["B", ["dev", "x # y"], True, None, None]))
    after = deepcopy(before)
    if not put(after, path, value) or isinstance(before.get(path[0]), list):
        return

    note(f"{text!r}, {path!r}, {value!r}")
    new = edit_text(text, {path: value})
    note(repr(new))

    assert without_empty(tomllib.loads(new)) == without_empty(after)
    if value is not None:
        assert tomllib.loads(new) == after
    kept = [each for about, each in pieces if about == () or about != path[: len(about)]]
    place = 0
    for each in kept:  # in this order, with nothing lost
        place = new.index(each.rstrip("\r\n"), place) + len(each.rstrip("\r\n"))
    ended_alike = new.replace("\r\n", "") if "\r\n" in text else new
    assert ("\r" if "\r\n" not in text else "\n") not in ended_alike
    assert new.count("# beside") >= text.count("# beside") - (value is None)


@pytest.mark.parametrize(
    ("before", "path", "value", "after"),
    [
        ('workspace = "A"  # mine\n', "workspace", "B", 'workspace = "B"  # mine\n'),
        ("workspace = 'A' # mine\n", "workspace", "A", "workspace = 'A' # mine\n"),
        ('# top\nworkspace = "A" # a\n# b\n', "workspace", None, "# top\n# b\n"),
        (
            'workspace = "A"\n\n# of all\n[defaults]\nproject = "x"\n',
            "timezone",
            "UTC",
            'workspace = "A"\ntimezone = "UTC"\n\n# of all\n[defaults]\nproject = "x"\n',
        ),
        (
            '[defaults]\nproject = "x"\n\n# X\n[profiles.x]\n',
            "defaults.task",
            "T",
            '[defaults]\nproject = "x"\ntask = "T"\n\n# X\n[profiles.x]\n',
        ),
        ("# of x\n[x]\n", "workspace", "A", 'workspace = "A"\n# of x\n[x]\n'),
        ("# mine\n\n[x]\n", "workspace", "A", '# mine\nworkspace = "A"\n\n[x]\n'),
        ("# mine", "workspace", "A", '# mine\nworkspace = "A"\n'),
        ("", "profiles.x.workspace", "A", '[profiles.x]\nworkspace = "A"\n'),
        ("a = 1", "profiles.x.workspace", "A", 'a = 1\n\n[profiles.x]\nworkspace = "A"\n'),
        (
            '[defaults]\ntags = [\n  "a", # one\n] # end\n',
            "defaults.project",
            "P",
            '[defaults]\ntags = [\n  "a", # one\n] # end\nproject = "P"\n',
        ),
        (
            'defaults = { project = "x", task = "y" } # c\n',
            "defaults.task",
            "z",
            'defaults = { project = "x", task = "z" } # c\n',
        ),
        (
            'defaults.project = "x" # c\n# z\n',
            "defaults.task",
            "T",
            'defaults.project = "x" # c\ndefaults.task = "T"\n# z\n',
        ),
        ("'workspace' = 'A'\r\n# z\r\n", "workspace", "B", "'workspace' = \"B\"\r\n# z\r\n"),
        ("# z\r\na = 1\r\n", "workspace", "B", '# z\r\na = 1\r\nworkspace = "B"\r\n'),
    ],
)
def test_a_change_looks_as_a_person_would_make_it(
    before: str, path: str, value: str | None, after: str
) -> None:
    """A new key goes behind those of its table; a comment stays above what it is about."""
    assert edit_text(before, {tuple(path.split(".")): value}) == after
