"""The pictures in the README show what the tool prints today."""

from tests.pictures.make import HERE, pictures


def test_the_pictures_are_current() -> None:
    """Each is what ``python -m tests.pictures.make`` would write now, and the README shows it."""
    readme = (HERE.parent.parent / "README.md").read_text("utf-8")
    for name, text in pictures():
        assert (HERE / f"{name}.svg").read_text("utf-8") == text, "python -m tests.pictures.make"
        assert f"tests/pictures/{name}.svg" in readme
