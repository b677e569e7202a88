"""Whatever happens on the server and to the network: an answer is the truth as of its "as of"."""

import random
from collections.abc import Callable
from datetime import date, timedelta

import pytest

from clocktool.domain.time.instant import Instant
from clocktool.domain.time.period import parse_period
from clocktool.domain.time.zone import Zone
from tests.conftest import Console
from tests.history.truth import World, world

HOUR = 3600
DAY = 86_400
ZONES = ("Europe/Berlin", "America/Los_Angeles", "Pacific/Kiritimati", "Pacific/Pago_Pago", "UTC")


class Player:
    """Plays random commands, changes by somebody else, and faults of the network."""

    def __init__(self, place: World, chance: random.Random) -> None:
        self.place = place
        self.chance = chance
        self.zone = Zone(place.run.zone)
        self.held: set[date] = set()
        self.last = date.max
        """The last day when the present was listed."""
        self.read = 0
        self.refused = 0

    def play(self, steps: int) -> None:
        """Play some steps."""
        for _ in range(60):
            self.change()
        for _ in range(steps):
            self.place.run.later(60 * self.chance.choice((1, 1, 1, 3, 20, 90, 500, 1700)))
            self.chance.choice((self.change, self.write, self.look, self.look, self.look))()

    def change(self) -> None:
        """Let somebody else change something."""
        place, chance = self.place, self.chance
        some = [each for each, log in place.states.items() if log[-1][1] is not None]
        if not some or chance.random() < 0.4:
            place.add(self.start(), self.length())
            return
        entry = chance.choice(some)
        if chance.random() < 0.3:
            place.delete(entry)
        else:
            place.move(entry, self.start(), self.length(), chance.choice(("moved", "other")))

    def write(self) -> None:
        """Change something with a command, with a network."""
        self.place.line.mend()
        ids = [each for each, log in self.place.states.items() if log[-1][1] is not None]
        line = self.chance.choice(
            (
                ("add", "mine", "--for", "20m"),
                ("start", "timer"),
                ("stop", "--if-running"),
                ("edit", "last", "-d", "edited"),
                ("delete", "last", "-y"),
                ("show", self.chance.choice(ids)) if ids else ("show", "last"),
                ("running",),
            )
        )
        self.place.run(*line)
        self.place.note()

    def look(self) -> None:
        """List a period, and compare; the network may be gone, or go."""
        place, chance = self.place, self.chance
        today = self.zone.day(place.run.now)
        place.line.mend()
        fails = chance.random() < 0.4
        if fails:
            place.fail_after(chance.choice((0, 0, 1, 2, 3)), chance.choice((None, None, 500, 429)))
        flags = chance.choice(((), (), (), ("--fresh",), ("--offline",)))
        words = self.period(today)
        filters = chance.choice(((), (), (), ("-d", "moved"), ("-d", "mine")))
        result = place.run(*flags, "list", words, *filters, "-o", "json")
        place.line.mend()
        assert result.code in (0, 6, 7, 8), result
        window = None
        if words != "all":
            window = parse_period(words, today).window(self.zone)
        if result.code == 0:
            self.read += 1
            place.check(result, window, *filters[1:])
            if not filters and "as of" not in result.err and not fails and not flags:
                self.hold(words, today)
            return
        self.refused += 1
        assert fails or flags == ("--offline",)
        days = set() if words == "all" else set(parse_period(words, today).days())
        later = {day for day in days if day >= self.last}
        held = (self.held | later) - self.days_of_timers()
        assert not days or not days <= held, (words, result)

    def days_of_timers(self) -> set[date]:
        """Return the days when timers began: one that has ended elsewhere makes its day unknown."""
        states = (state for log in self.place.states.values() for _, state in log)
        return {self.zone.day(it.start) for it in states if it is not None and it.end is None}

    def hold(self, words: str, today: date) -> None:
        """Note which days must be readable from now on."""
        if words == "all":
            return
        days = set(parse_period(words, today).days())
        self.held |= days
        if today in days:
            self.last = today if self.last == date.max else max(self.last, today)

    def period(self, today: date) -> str:
        """Return a random period."""
        day = today - timedelta(days=self.chance.choice((0, 1, 2, 5, 20, 40, 70, 200)))
        return self.chance.choice(
            (
                *("today", "yesterday", "week", "last-week", "month", "last-month", "9d"),
                *("all", "year", "2026-07..2026-09", "2026-08", f"2026-09..{today}"),
                *(f"{day}", f"{day:%Y-%m}", f"{day}..{day + timedelta(days=3)}"),
            )
        )

    def start(self) -> int:
        """Return a random start."""
        back = self.chance.choice((0, 0, 1, 1, 2, 6, 9, 20, 30, 33, 55, 60, 75, 90, 110, 300))
        return self.place.run.now - back * DAY - self.chance.randrange(60 * 20) * 60 - 7 * HOUR

    def length(self) -> int:
        """Return a random length."""
        return self.chance.choice((60, HOUR, HOUR, 3 * HOUR, 7 * HOUR, 26 * HOUR, 6 * DAY))


@pytest.mark.parametrize(
    "seed", [*range(2), *(pytest.param(it, marks=pytest.mark.slow) for it in range(2, 10))]
)
@pytest.mark.parametrize("kind", ["guide", "service"])
def test_each_answer_is_the_truth_as_of_its_as_of(
    new_console: Callable[[str], Console],
    monkeypatch: pytest.MonkeyPatch,
    kind: str,
    seed: int,
) -> None:
    """Never newer than it says, and never refused for days that were listed."""
    console = new_console(kind)
    console.zone = ZONES[seed % len(ZONES)]
    console.now = Instant(console.now - console.now % 60)
    with world(console, kind, monkeypatch, cap=(4, 11, 1000)[seed % 3]) as place:
        player = Player(place, random.Random(seed))  # noqa: S311
        player.play(60)
    assert player.read > 5
