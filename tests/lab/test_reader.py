"""Seeded runs in which somebody else changes entries: each answer is the truth as of its "as of".

A failure prints its seed and all that was typed: ``read(seed, place)`` plays it again.
Thousands of runs: ``python benchmarks/faults.py reads``.
"""

import pytest

from tests.lab.reader import PLACES, read


@pytest.mark.parametrize(
    "first", [1, *(pytest.param(it, marks=pytest.mark.slow) for it in range(11, 41, 10))]
)
@pytest.mark.parametrize("place", PLACES)
def test_what_is_read_is_the_truth_and_no_newer_than_it_says(place: str, first: int) -> None:
    """Of this machine or of the service, with faults, full disks and clocks that are set."""
    for seed in range(first, first + (1 if first == 1 else 5)):
        outcome = read(seed, place)
        assert not outcome.problems, str(outcome)
