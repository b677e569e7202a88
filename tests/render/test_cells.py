"""The width of a text in columns of a terminal."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from rich.cells import cell_len

from clocktool.render.text import _NARROW, cells


@given(st.text(st.characters(exclude_categories=("Cc", "Cs"))))
@example("–…·●■✓✗")
@example("打ち合わせ")
def test_a_width_is_the_one_of_rich(text: str) -> None:
    """Rich lays out the columns, so a quicker measure must agree for all visible text."""
    assert cells(text) == cell_len(text)


@pytest.mark.parametrize("sign", [chr(each) for each in _NARROW])
def test_a_sign_that_is_not_looked_up_is_one_column_wide(sign: str) -> None:
    """Otherwise lines with it would be wider than the terminal."""
    assert cell_len(sign) == 1
