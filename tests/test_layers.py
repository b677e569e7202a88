"""The layers: which module may import which, walked with ``ast``, functions included."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

import clocktool
from clocktool.cli import SUMMARIES

HOME = Path(clocktool.__file__).parent
MODULES = {
    ".".join(("clocktool", *path.relative_to(HOME).with_suffix("").parts)): path
    for path in sorted(HOME.rglob("*.py"))
}
LONGEST = 400
"""How many lines a module may have before somebody looks at it again: a sign, no more."""

TOO_LONG = ("clocktool.outbox.outbox", "clocktool.outbox.store")
"""Those that are one thought and longer: keeping and sending, and a method for each statement."""


@cache
def imports(path: Path) -> tuple[str, ...]:
    """Return the dotted names a module imports anywhere, also those for type checkers alone."""
    return tuple(_imports(path))


def _imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (each.name for each in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: a relative import"
            yield from (f"{node.module}.{each.name}" for each in node.names)


def below(name: str, package: str) -> bool:
    """Return whether a dotted name is a package or something in it."""
    return name == package or name.startswith(f"{package}.")


def offences(who: str, forbidden: str, *, but: tuple[str, ...] = ()) -> list[str]:
    """Return the arrows from modules below ``who`` to names below ``forbidden``."""
    return [
        f"{module} -> {name}"
        for module, path in MODULES.items()
        if below(module, who) and not any(below(module, each) for each in but)
        for name in imports(path)
        if below(name, forbidden)
    ]


@pytest.mark.parametrize(
    ("who", "forbidden"),
    [
        ("clocktool.api", "clocktool.local"),
        ("clocktool.api", "clocktool.outbox"),
        ("clocktool.api", "clocktool.history"),
        ("clocktool.api", "clocktool.tracking"),
        ("clocktool.api", "clocktool.render"),
        ("clocktool.api", "clocktool.commands"),
        ("clocktool.api", "clocktool.connection"),
        ("clocktool.api", "clocktool.app"),
        ("clocktool.api", "clocktool.names"),
        ("clocktool.local", "clocktool.api"),
        ("clocktool.local", "clocktool.outbox"),
        ("clocktool.local", "clocktool.history"),
        ("clocktool.local", "clocktool.tracking"),
        ("clocktool.local", "clocktool.render"),
        ("clocktool.local", "clocktool.commands"),
        ("clocktool.local", "clocktool.connection"),
        ("clocktool.local", "clocktool.app"),
        ("clocktool.backends", "clocktool.api"),
        ("clocktool.backends", "clocktool.local"),
        ("clocktool.backends", "clocktool.outbox"),
        ("clocktool.backends", "clocktool.history"),
        ("clocktool.backends", "clocktool.tracking"),
        ("clocktool.backends", "clocktool.render"),
        ("clocktool.backends", "clocktool.commands"),
        ("clocktool.backends", "clocktool.connection"),
        ("clocktool.backends", "clocktool.app"),
        ("clocktool.wire", "clocktool.api"),
        ("clocktool.wire", "clocktool.backends"),
        ("clocktool.wire", "clocktool.local"),
        ("clocktool.wire", "clocktool.outbox"),
        ("clocktool.wire", "clocktool.history"),
        ("clocktool.wire", "clocktool.render"),
        ("clocktool.history", "clocktool.outbox"),
        ("clocktool.history", "clocktool.local"),
        ("clocktool.history", "clocktool.backends"),
        ("clocktool.history", "clocktool.tracking"),
        ("clocktool.history", "clocktool.render"),
        ("clocktool.history", "clocktool.commands"),
        ("clocktool.history", "clocktool.connection"),
        ("clocktool.history", "clocktool.app"),
        ("clocktool.history", "clocktool.names"),
        ("clocktool.outbox", "clocktool.history"),
        ("clocktool.outbox", "clocktool.local"),
        ("clocktool.outbox", "clocktool.backends"),
        ("clocktool.outbox", "clocktool.tracking"),
        ("clocktool.outbox", "clocktool.render"),
        ("clocktool.outbox", "clocktool.commands"),
        ("clocktool.outbox", "clocktool.connection"),
        ("clocktool.outbox", "clocktool.app"),
        ("clocktool.tracking", "clocktool.local"),
        ("clocktool.tracking", "clocktool.render"),
        ("clocktool.tracking", "clocktool.commands"),
        ("clocktool.tracking", "clocktool.connection"),
        ("clocktool.tracking", "clocktool.app"),
        ("clocktool.exchange", "clocktool.api"),
        ("clocktool.exchange", "clocktool.local"),
        ("clocktool.exchange", "clocktool.outbox"),
        ("clocktool.exchange", "clocktool.history"),
        ("clocktool.exchange", "clocktool.tracking"),
        ("clocktool.exchange", "clocktool.render"),
        ("clocktool.exchange", "clocktool.commands"),
        ("clocktool.exchange", "clocktool.connection"),
        ("clocktool.exchange", "clocktool.app"),
        ("clocktool.render", "clocktool.api"),
        ("clocktool.render", "clocktool.local"),
        ("clocktool.render", "clocktool.outbox"),
        ("clocktool.render", "clocktool.history"),
        ("clocktool.render", "clocktool.tracking"),
        ("clocktool.render", "clocktool.names"),
        ("clocktool.render", "clocktool.commands"),
        ("clocktool.render", "clocktool.connection"),
        ("clocktool.render", "clocktool.app"),
        ("clocktool.commands", "clocktool.local"),
        ("clocktool.local", "httpx"),
        ("clocktool.local", "http"),
        ("clocktool.outbox", "httpx"),
        ("clocktool.history", "sqlite3"),
        ("clocktool.commands", "httpx"),
        ("clocktool.commands", "rich"),
        ("clocktool.commands", "sqlite3"),
        ("clocktool", "click"),
        ("clocktool", "pydantic"),
        ("clocktool", "tests"),
    ],
)
def test_arrows_that_are_forbidden(who: str, forbidden: str) -> None:
    """No module of the one layer imports anything of the other."""
    assert offences(who, forbidden) == []


@pytest.mark.parametrize(
    ("forbidden", "only"),
    [
        (
            "clocktool.local",
            ("clocktool.connection", "clocktool.completion.sources", "clocktool.local"),
        ),
        (
            "clocktool.app",
            (
                "clocktool.__main__",
                "clocktool.cli",
                "clocktool.commands",
                "clocktool.completion",
                "clocktool.prompt",
            ),
        ),
        ("httpx", ("clocktool.backends.http",)),
        (
            "sqlite3",
            (
                "clocktool.storage",
                "clocktool.local",
                "clocktool.billed",
                "clocktool.completion.sources",
                "clocktool.outbox.schema",
            ),
        ),
        ("typer.core", ("clocktool.cli", "clocktool.parsing")),
        ("typer.main", ("clocktool.cli",)),
        ("typer._click", ("clocktool.cli", "clocktool.parsing")),
        ("clocktool.cli", ("clocktool.__main__", "clocktool.manual")),
        ("clocktool.backends.http", ("clocktool.connection",)),
        ("clocktool.backends.limits", ("clocktool.connection",)),
        ("clocktool.backends.cached", ("clocktool.connection",)),
        ("clocktool.backends.trace", ("clocktool.connection",)),
        ("subprocess", ("clocktool.key_command", "clocktool.commands.config", "clocktool.process")),
    ],
)
def test_what_one_place_alone_knows(forbidden: str, only: tuple[str, ...]) -> None:
    """Each of these is imported by the modules named and by no other."""
    assert offences("clocktool", forbidden, but=only) == []
    known = [module for module in MODULES if any(below(module, each) for each in only)]
    assert any(below(name, forbidden) for module in known for name in imports(MODULES[module]))


def test_no_modules_import_each_other_in_a_circle() -> None:
    """Not for type checkers either: each module can be read with what is below it alone."""
    left = {
        module: {name if name in MODULES else name.rpartition(".")[0] for name in imports(path)}
        & set(MODULES)
        for module, path in MODULES.items()
    }
    while ready := {module for module, below_it in left.items() if not below_it & set(left)}:
        left = {module: below_it for module, below_it in left.items() if module not in ready}
    assert left == {}


def test_what_a_backend_can_do_is_asked_of_its_base_class() -> None:
    """No ability is looked for by name: the base class says each, with a default."""
    pattern = re.compile(r"(?:get|has)attr\([^)]*(?:backend|transport|inner)")
    found = [
        f"{module}: {line.strip()}"
        for module, path in MODULES.items()
        for line in path.read_text("utf-8").splitlines()
        if pattern.search(line)
    ]
    assert found == []


def test_the_domain_knows_only_itself_and_errors() -> None:
    """The domain imports nothing of clocktool but the domain and the error tree."""
    assert [
        each
        for each in offences("clocktool.domain", "clocktool")
        if not below(each.partition(" -> ")[2], "clocktool.domain")
        and not below(each.partition(" -> ")[2], "clocktool.errors")
    ] == []


def test_storage_knows_only_itself_and_errors() -> None:
    """What keeps files does not know what is in them."""
    assert [
        each
        for each in offences("clocktool.storage", "clocktool")
        if not below(each.partition(" -> ")[2], "clocktool.storage")
        and not below(each.partition(" -> ")[2], "clocktool.errors")
    ] == []


def test_no_command_knows_another() -> None:
    """What commands share is in modules beside them that are no command."""
    commands = {f"clocktool.commands.{name}" for name in SUMMARIES}
    assert [
        f"{module} -> {name}"
        for module, path in MODULES.items()
        if below(module, "clocktool.commands")
        for name in imports(path)
        if any(below(name, each) for each in commands - {module})
    ] == []


def test_the_process_is_touched_where_the_app_is_made() -> None:
    """Clock, environment and streams appear in the few files that hand them on."""
    allowed = ("process", "__main__", "cli", "clock")
    pattern = re.compile(
        r"\b(?:datetime\.now|utcnow|date\.today|time\.time\(|time\.sleep|os\.environ|os\.getenv"
        r"|sys\.std|os\.urandom|random\.|uuid)"
    )
    found = [
        f"{module}: {line.strip()}"
        for module, path in MODULES.items()
        if module not in {f"clocktool.{each}" for each in allowed}
        for line in path.read_text("utf-8").splitlines()
        if pattern.search(line)
    ]
    assert found == []


@pytest.mark.parametrize("module", [each for each in MODULES if each not in TOO_LONG])
def test_modules_are_short(module: str) -> None:
    """A module that grows too long is two."""
    assert len(MODULES[module].read_text("utf-8").splitlines()) <= LONGEST


def test_every_command_of_the_table_is_a_module_of_its_name() -> None:
    """Adding a command is one file and one line: neither is forgotten."""
    files = {
        path.stem
        for path in (HOME / "commands").glob("*.py")
        if re.search(r"^command = ", path.read_text("utf-8"), re.MULTILINE)
    }
    assert files == set(SUMMARIES)


def test_the_plan_of_the_house_names_every_module() -> None:
    """CONTRIBUTING says where everything is; a command is a file of its name."""
    text = (HOME.parent / "CONTRIBUTING.md").read_text("utf-8")
    plan = text.partition("```\nclocktool/\n")[2].partition("```")[0]
    words = set(re.findall(r"\w+", plan))
    stems = {path.stem for path in MODULES.values()} - set(SUMMARIES) - {"__init__"}
    assert sorted(stems - words) == []
    packages = {path.parent.name for path in MODULES.values()}
    named = {line.split("/")[0].strip() for line in plan.splitlines() if re.match(r"  \w+/", line)}
    assert named == packages - {"clocktool"} | {"data"}
