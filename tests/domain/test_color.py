"""Colours of projects on terminals."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clocktool.domain.color import DARKEST, LIGHTEST, _linear, readable
from tests.conftest import Console

CHANNEL = st.integers(0, 255)


@given(CHANNEL, CHANNEL, CHANNEL)
def test_every_colour_is_neither_too_light_nor_too_dark(red: int, green: int, blue: int) -> None:
    """On white and on black; the greatest channel stays the greatest."""
    shown = readable(red, green, blue)
    intensity = [_linear(each / 255) for each in shown]
    luminance = 0.2126 * intensity[0] + 0.7152 * intensity[1] + 0.0722 * intensity[2]
    assert DARKEST - 0.005 < luminance < LIGHTEST + 0.005
    assert shown[(red, green, blue).index(max(red, green, blue))] == max(shown)


@pytest.mark.parametrize(
    ("color", "code"),
    [
        ("#03A9F4", "3;169;244"),
        ("#FFEB3B", "178;164;38"),
        ("#ffffff", "162;162;162"),
        ("#000080", "100;100;152"),
        ("#000000", "105;105;105"),
    ],
)
def test_a_name_is_painted_so_that_it_can_be_read(run: Console, color: str, code: str) -> None:
    """In the lines of results, and in tables; what is stored stays."""
    run.ok("projects", "add", "Site", "--color", color)
    made = run.ok("add", "x", "-p", "Site", "--for", "1h", columns=80).out
    assert f"\x1b[38;2;{code}mSite\x1b[0m" in made
    assert f"\x1b[38;2;{code}mSite" in run.ok("list", columns=80).out
    assert f"\x1b[38;2;{code}mSite" in run.ok("report", columns=80).out
    assert f"\x1b[38;2;{code}m●" in run.ok("projects", columns=80).out
    assert run.ok("projects", "-o", "json").json[0]["color"].lower() == color.lower()
