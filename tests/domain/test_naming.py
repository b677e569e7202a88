"""Ids of the server: 24 lower-case hexadecimal digits, and nothing else."""

import pytest

from clocktool.domain.naming import is_id

ID = "6a1d4f0c9b8e7a6d5c4b3a2f"


def test_an_id_is_recognized() -> None:
    """Words of this form are never looked up as names."""
    assert is_id(ID)


@pytest.mark.parametrize(
    "text", ["", ID[1:], f"{ID}0", ID.upper(), f"{ID[:-1]}g", f"{ID[:12]} {ID[13:]}", "ab"]
)
def test_other_words_are_names(text: str) -> None:
    """A shorter, longer or upper-case word, or one with another character, can be a name."""
    assert not is_id(text)
