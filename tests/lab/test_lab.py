"""Seeded runs in which everything fails now and then: nothing is lost, doubled or wrong.

A failure prints its seed and all that was typed: ``play(seed, place)`` plays it again.
Thousands of runs: ``python benchmarks/faults.py``.
"""

import pytest

from tests.lab.player import PLACES, play

pytestmark = pytest.mark.slow

SEEDS = range(1, 161)
MAX_PARALLEL = 10


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("first", SEEDS[::MAX_PARALLEL])
def test_nothing_is_lost_doubled_or_wrong(place: str, first: int) -> None:
    """Every command that said it was done is there once; every other has changed nothing."""
    every = 1 if place == "local" else 5  # a run that goes out takes longer
    for seed in range(first, first + MAX_PARALLEL, every):
        outcome = play(seed, place)
        assert not outcome.problems, str(outcome)
