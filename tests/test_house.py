"""The house: what the import contracts of pyproject.toml can't say."""

import re
import subprocess
import sys
from pathlib import Path

import clocktool
from clocktool.cli.root import SUMMARIES

HOME = Path(clocktool.__file__).parent
MODULES = {
    ".".join(("clocktool", *path.relative_to(HOME).with_suffix("").parts)): path
    for path in sorted(HOME.rglob("*.py"))
}


def test_what_a_backend_can_do_is_asked_of_its_base_class() -> None:
    """No ability is looked for by name: the base class says each, with a default."""
    pattern = re.compile(r"(?:get|has)attr\((?:\w+\.)*_?(?:backend|transport|inner)\b")
    found = [
        f"{module}: {line.strip()}"
        for module, path in MODULES.items()
        for line in path.read_text("utf-8").splitlines()
        if pattern.search(line)
    ]
    assert found == []


def test_the_process_is_touched_where_the_app_is_made() -> None:
    """Clock, environment and streams appear in the few files that hand them on."""
    allowed = ("app.process", "__main__", "cli.root")
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


def test_every_command_of_the_table_is_a_module_of_its_name() -> None:
    """Adding a command is one file and one line: neither is forgotten."""
    files = {
        path.stem
        for path in (HOME / "commands").glob("*.py")
        if re.search(r"^command = ", path.read_text("utf-8"), re.MULTILINE)
    }
    assert files == set(SUMMARIES)


def test_the_picture_in_contributing_names_every_room() -> None:
    """CONTRIBUTING's picture has a line for each package, and for no other."""
    text = (HOME.parent / "CONTRIBUTING.md").read_text("utf-8")
    picture = text.partition("\nclocktool/\n")[2].partition("```")[0]
    rooms = {path.relative_to(HOME).parts[0] for path in HOME.rglob("*.py") if path.parent != HOME}

    assert rooms | {"data"} == set(re.findall(r"^  (\w+)/", picture, re.MULTILINE))


def test_the_constraints_are_the_versions_of_all_that_dev_brings() -> None:
    """Each dependency has one exact version, which its bounds allow; nothing says where from."""
    lines = (HOME.parent / "constraints.txt").read_text("utf-8").splitlines()
    exact = dict(line.lower().replace("_", "-").split("==") for line in lines)
    assert lines == sorted(lines, key=str.lower)
    ran = subprocess.run(
        [sys.executable, ".ci/lowest"], cwd=HOME.parent, check=True, capture_output=True, text=True
    )
    for line in ran.stdout.splitlines():
        name, lowest = line.split("==")
        assert version_of(exact[name]) >= version_of(lowest), name


def version_of(text: str) -> tuple[int, ...]:
    """Return the numbers of a version, without what is behind ``post`` or ``dev``."""
    return tuple(int(part) for part in text.split(".") if part.isdigit())
