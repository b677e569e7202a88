"""Words as they come: which command lines ask for JSON, and what away from the network is kept."""

import pytest

from tests.conftest import Console
from tests.outbox.places import placed


@pytest.mark.parametrize(
    "words", [("-o", "json"), ("-ojson",), ("-o=json",), ("-qo", "json"), ("-qojsonl",)]
)
def test_an_error_is_json_however_that_was_said(run: Console, words: tuple[str, ...]) -> None:
    """Short options that are bundled count, too."""
    result = run("running", *words)
    assert result.err.startswith('{"error":{"code":')


@pytest.mark.parametrize("words", [("-po", "json"), ("-d", "x-ojson"), ("--", "json")])
def test_an_error_is_for_people_where_json_is_another_word(
    run: Console, words: tuple[str, ...]
) -> None:
    """``-po`` is the project o."""
    result = run("edit", "last", *words)
    assert result.err.startswith("error: ")


@pytest.mark.parametrize(
    "line", [("start", "x", "-p"), ("start", "x", "-T"), ("stop", "-p"), ("stop", "-d")]
)
def test_words_that_are_no_utf8_are_refused_before_anything_is_kept(
    run: Console, monkeypatch: pytest.MonkeyPatch, line: tuple[str, ...]
) -> None:
    """Away from the network, too: such a change could never be sent."""
    del run.env["CLOCKTOOL_PROFILE"]
    with placed(run, "guide", monkeypatch) as place:
        run.ok("start", "first")
        place.line.cut()
        assert run(*line, "\udcff").code == 2
        place.line.mend()
        assert place.states == ["done"]
