"""Words as they come: which command lines ask for JSON, and what away from the network is kept."""

import pytest

from tests.conftest import Console
from tests.outbox.places import placed


@pytest.mark.parametrize(
    "words", [("-o", "json"), ("-ojson",), ("-o=json",), ("-qo", "json"), ("-qojsonl",)]
)
def test_errors_are_json_for_every_spelling_of_the_option(
    run: Console, words: tuple[str, ...]
) -> None:
    """Bundled short options count too."""
    result = run("running", *words)
    assert result.err.startswith('{"error":{"code":')


@pytest.mark.parametrize("words", [("-po", "json"), ("-d", "x-ojson"), ("--", "json")])
def test_errors_are_text_where_json_is_another_options_value(
    run: Console, words: tuple[str, ...]
) -> None:
    """``-po`` is the project ``o``."""
    result = run("edit", "last", *words)
    assert result.err.startswith("error: ")


@pytest.mark.parametrize(
    "line", [("start", "x", "-p"), ("start", "x", "-T"), ("stop", "-p"), ("stop", "-d")]
)
def test_words_that_are_not_utf8_are_refused_before_anything_is_kept(
    run: Console, monkeypatch: pytest.MonkeyPatch, line: tuple[str, ...]
) -> None:
    """Also without a network: such a change could never be sent."""
    del run.env["CLOCKTOOL_PROFILE"]
    with placed(run, "guide", monkeypatch) as place:
        run.ok("start", "first")
        place.line.cut()
        assert run(*line, "\udcff").code == 2
        place.line.mend()
        assert place.states == ["done"]
