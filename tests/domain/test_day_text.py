"""The notation of a day as text: what is written is read back."""

from datetime import date

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from clocktool.domain.day_text import Clock, Line, Words, line_of, read, read_line, write
from clocktool.domain.entry import Draft, Entry, ProjectRef, Tag, TaskRef, same_content
from clocktool.domain.ids import Known
from clocktool.domain.time.instant import Instant
from clocktool.domain.time.zone import Zone
from clocktool.tracking.assignment import Assignment
from clocktool.tracking.day_text import Day, Plan
from clocktool.tracking.names import Names
from tests.domain.time.test_when import CHANGES

STRANGE = (
    *("", " ", "-", "-x", "--billable", "@", "@c4f2", "a  b", " a", "a ", '"', "'", "#", "don't"),
    *("- 5 apples", ".. 10:30", "– …", "- noon", "9-10 x", "a\0b"),
    *("a\nb", "\u2028", "\u202e", "\x1b[31m", "\\", "9-10", "…", "a -p Site", "…  @c4f2"),
)
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20) | st.sampled_from(STRANGE)
names = texts.filter(lambda text: text != "")
zones = st.sampled_from(sorted({name for name, _ in CHANGES})).map(Zone)
words = st.builds(
    Words,
    description=texts,
    project=st.none() | texts,
    task=st.none() | texts,
    tags=st.lists(texts, max_size=3).map(tuple),
    billable=st.none() | st.booleans(),
    is_break=st.booleans(),
)
clocks = st.builds(
    Clock,
    text=st.times().map(lambda time: f"{time:%H:%M}")
    | st.times().map(lambda time: f"{time:%H:%M:%S}"),
    offset=st.sampled_from(["", "+01:00", "-05:00", "+00:53:28"]),
    days=st.integers(0, 9999),
)
lines = st.builds(
    Line,
    start=clocks.map(lambda clock: Clock(clock.text, clock.offset)),
    end=st.none() | clocks,
    words=words,
    ref=st.sampled_from(["", "c4f2", "p12", "0" * 24]),
)


@given(st.lists(lines, max_size=4))
def test_lines_are_read_as_they_are_written(written: list[Line]) -> None:
    """Whatever their words are, and however they are aligned; each is one line."""
    text = "\n".join(write(written))
    found = read(text)
    assert found.problems == ()
    assert [Line(it.start, it.end, it.words, it.ref) for it in found.lines] == written
    assert [it.number for it in found.lines] == list(range(1, len(written) + 1))


@given(lines)
def test_nothing_hidden_is_written(line: Line) -> None:
    """No control character reaches an editor, and no character that changes the direction."""
    (text,) = write([line])
    assert text.isprintable()


def entries(zone: Zone, at: int) -> st.SearchStrategy[Entry]:
    """Return entries that start within some hours of an instant."""
    start = st.integers(at - 9000, at + 9000)
    ends = st.none() | st.integers(0, 400_000)
    return st.builds(
        lambda start, length, text, project, task, tags, billable, is_break, number: Entry(
            Known(f"{number:024x}"),
            Instant(start),
            None if length is None else Instant(start + length),
            text,
            project=None if project is None else ProjectRef(Known("5" * 24), *project),
            task=None if task is None or project is None else TaskRef(Known("6" * 24), task),
            tags=tuple(Tag(Known(f"{place:024x}"), tag) for place, tag in enumerate(tags)),
            billable=billable,
            type="BREAK" if is_break else "REGULAR",
        ),
        start,
        ends,
        texts,
        st.none() | st.tuples(names, st.just(""), st.none(), st.just("") | names),
        st.none() | names,
        st.lists(names, max_size=2, unique=True),
        st.booleans(),
        st.booleans(),
        st.integers(1, 2**60),
    )


days = st.sampled_from(CHANGES).flatmap(
    lambda change: st.tuples(
        st.just(Zone(change[0])),
        entries(Zone(change[0]), parse(change[1])),
    )
)


def parse(text: str) -> int:
    """Return the seconds of an instant."""
    from clocktool.domain.time.instant import parse_iso

    return parse_iso(text)


def same(typed: Assignment) -> Assignment:
    """Return an assignment without defaults."""
    return typed


def day_of(zone: Zone, entry: Entry) -> Day:
    """Return the day with an entry."""
    return Day(zone.day(entry.start), (entry,), zone, entry.start, print, same, future=True)


@given(days)
@settings(max_examples=300)
def test_an_entry_that_is_not_changed_stays(made: tuple[Zone, Entry]) -> None:
    """To the second, in either hour of the autumn night: nothing is looked up, nothing planned."""
    zone, entry = made
    day = day_of(zone, entry)
    text = read("\n".join(write(list(day.lines.values()))))
    assert day.plan(text, no_names()) == Plan()


@given(days, texts.filter(lambda text: not {"\n", "\0"} & set(text)))
def test_only_what_was_changed_changes(made: tuple[Zone, Entry], text: str) -> None:
    """Another description leaves times, names and all else as they are."""
    zone, entry = made
    day = day_of(zone, entry)
    (line,) = day.lines.values()
    other = Line(
        line.start,
        line.end,
        Words(
            text,
            line.words.project,
            line.words.task,
            line.words.tags,
            line.words.billable,
            line.words.is_break,
        ),
        line.ref,
    )
    plan = day.plan(read("\n".join(write([other]))), no_names())
    assert isinstance(plan, Plan)
    assert (plan.added, plan.deleted) == ((), ())
    before = Draft.of(entry)
    for edit in plan.edits:
        assert same_content(edit.after, msgspec.structs.replace(before, description=text))
    assert bool(plan.edits) == (text != entry.description)


@given(days)
def test_times_are_read_as_instants(made: tuple[Zone, Entry]) -> None:
    """A copy of a line without its id is at the same time, to the minute."""
    zone, entry = made
    day = day_of(zone, entry)
    (line,) = day.lines.values()
    if entry.end is None or zone.local_time(entry.start).second or entry.start == entry.end:
        return
    if zone.local_time(entry.end).second:
        return
    copied = Line(line.start, line.end, Words("copy"))
    shown = "\n".join(write([line, copied]))
    plan = day.plan(read(shown), no_names())
    assert isinstance(plan, Plan)
    (draft,) = plan.added
    assert (draft.start, draft.end) == (entry.start, entry.end)


def no_names() -> Names:
    """Return names that nothing may look up."""
    return None  # type: ignore[return-value]


def test_what_people_type_is_read() -> None:
    """Other dashes, blanks, times and quotes."""
    for typed, times, text in (
        ("9-10:30 Fix login", ("9", "10:30"), "Fix login"),
        ("9 - 10 Fix", ("9", "10"), "Fix"),
        ("9am..noon", ("9am", "noon"), ""),
        ("0930—1015\tdon't", ("0930", "1015"), "don't"),
        ("9–24:00 'a  b' c", ("9", "00:00+1d"), "a  b c"),
        ("23:00-1:30+1d - @ -", ("23:00", "1:30+1d"), "- @ -"),
        ("9:00-10:30 - 5 apples", ("9:00", "10:30"), "- 5 apples"),
        ("9- 10:30 Fix", ("9", "10:30"), "Fix"),
        ("9 -10:30 Fix", ("9", "10:30"), "Fix"),
        ("9-  Fix", ("9", "None"), "Fix"),
        ("9 - … - 5 apples", ("9", "None"), "- 5 apples"),
    ):
        line = read_line(typed)
        assert (str(line.start), str(line.end)) == times
        assert line.words.description == text


def test_comments_and_blank_lines_are_skipped() -> None:
    """Also the mark that some editors write at the beginning, and the ends of Windows."""
    found = read("\ufeff# rules\r\n\r\n9-10 a\r\n  # 11-12 b\r\n")
    assert [line.words.description for line in found.lines] == ["a"]


def test_a_day_of_a_zone_is_its_own() -> None:
    """The days after it count from there."""
    zone = Zone("Europe/Berlin")
    entry = Entry(Known("0" * 24), Instant(parse("2026-11-23T22:00:00Z")), None, "x")
    assert line_of(entry, date(2026, 11, 23), zone).times == "23:00–…"
