"""``fields`` at the front door."""

import pytest

from tests.conftest import Console

FIRST = "000000000000000000000003"


def test_they_are_added_and_listed(run: Console) -> None:
    """Name, type and choices are shown."""
    assert run("fields") == (0, "", "No fields yet: clocktool fields add NAME\n")
    result = run("fields", "add", "Kind", "--type", "choice", "--choices", "bug, feature")
    assert result == (0, "+ Added field Kind\n", "")
    assert run("fields").out == (
        f"name  type    choices       id\nKind  choice  bug, feature  {FIRST}\n"
    )
    assert run("fields", "add", "kind").code == 5


@pytest.mark.parametrize("kind", ["text", "number", "link", "checkbox"])
def test_each_type(run: Console, kind: str) -> None:
    """Types are named in words."""
    run.ok("fields", "add", "F", "--type", kind)
    assert run("fields", "-o", "csv").out.splitlines() == [
        "name,type,choices,required,id",
        f"F,{kind},,false,{FIRST}",
    ]


def test_an_unknown_type_is_a_usage_error(run: Console) -> None:
    """The error names the types there are."""
    result = run("fields", "add", "F", "--type", "colour")
    assert result.code == 2
    assert "'choices'" in result.err
    assert run("fields", "add", "F", "--type", "choices", "--choices", "a,b", "-q").out == ""
    assert run("start", "--field", "F=A,b", "-o", "json").json["customFieldValues"][0]["value"] == [
        "a",
        "b",
    ]
