"""The topics of ``clocktool help``: texts in ``data/help``, with tables made from the code."""

from pathlib import Path

from clocktool.errors import UsageError

TOPICS = {
    "times": "TIME: when something started or ended",
    "periods": "PERIOD and DAY: which days",
    "filters": "which entries: by project, tag, text, person …",
    "durations": "DURATION: how long",
    "refs": "REF: which entry",
    "day-text": "a day as text: what its lines mean",
    "names": "NAME: projects, tasks, tags, clients, users",
    "formats": "-o and --template: how results are written",
    "json": "what -o json and jsonl contain",
    "exit-codes": "what each exit code means",
    "overtime": "hours of weekdays, days off, and how the balance is counted",
    "configuration": "config.toml, profiles, the environment",
    "offline": "no account, no connection, and the files on this machine",
}
"""The topics with a summary each, in the order of the man page."""

LISTS = {
    "options": "the options of every command",
    "commands": "all commands, a line each",
    "aliases": "your aliases, and words of other time trackers",
}
"""The topics made from what is declared elsewhere."""

ALL = TOPICS | LISTS
"""All words that ``help`` explains, besides the commands."""

LISTED = [topic for topic in ALL if topic != "commands"]
"""The topics on the first screen of help, which shows the commands itself."""

FOLDER = Path(__file__).parents[1] / "data"


def text_of(topic: str) -> str:
    """Return the text of a topic, at most 80 columns wide, with a final newline.

    A line ``@name@`` in the file is replaced by a table. Raises UsageError for an unknown topic.
    """
    if topic not in TOPICS:
        raise UsageError(f"no help on {topic!r}", f"topics: {', '.join(ALL)}")
    text = (FOLDER / "help" / f"{topic}.txt").read_text(encoding="utf-8")
    tables = {
        "exit-codes": _exit_codes,
        "formats": _formats,
        "csv": _csv,
        "template": _template,
        "keys": _keys,
        "environment": _environment,
        "json": _json,
    }
    lines = text.splitlines()
    for place, line in enumerate(lines):
        name = line.strip()
        if name[:1] == "@" and name.strip("@") in tables:
            lines[place] = tables[name.strip("@")]()
    return "\n".join(lines) + "\n"


def _exit_codes() -> str:
    from clocktool.errors import ExitCode

    meaning = {
        ExitCode.DONE: "done; also if a change is kept to be sent later",
        ExitCode.NO: "the answer is no: nothing is running, nothing was changed",
        ExitCode.USAGE: "usage: an unknown command or option; an invalid TIME, DURATION or"
        " PERIOD; a time in the future; a file that can't be read; a missing"
        " confirmation without a terminal",
        ExitCode.SETUP: "not set up: no key, a refused key, or an invalid configuration",
        ExitCode.NOT_FOUND: "not found, or ambiguous: several have that name",
        ExitCode.REFUSED: "refused by a rule: locked, approved, a required field, or an end before"
        " its start",
        ExitCode.OFFLINE: "no connection",
        ExitCode.RATE_LIMITED: "rate limited: too many requests, try again later",
        ExitCode.SERVER: "the server, the file of the local workspace, or the output failed",
        ExitCode.BUG: "a bug in clocktool: please report what --debug prints",
        ExitCode.INTERRUPTED: "interrupted with Ctrl-C",
    }
    return "\n".join(_wrapped(meaning[code], f"  {int(code):>3}  ") for code in ExitCode)


def _formats() -> str:
    from clocktool.render.output import Format

    meaning = {
        "table": "for people: aligned, coloured on a terminal",
        "json": "one JSON value: an object for one entry, else an array",
        "jsonl": "one JSON object per line",
        "csv": "comma-separated, with a header",
        "md": "a Markdown table",
        "id": "only the ids, one a line, as 'bulk -' and others read them",
    }
    return "\n".join(f"  {each.value:<6} {meaning.get(each.value, '')}".rstrip() for each in Format)


def _csv() -> str:
    from clocktool.render.columns import CSV

    return _wrapped(", ".join(CSV))


def _template() -> str:
    from clocktool.render.columns import TEMPLATE

    return _wrapped(", ".join(TEMPLATE))


def _json() -> str:
    """Return an example entry as JSON, with every field."""
    import msgspec

    from clocktool.domain.entry import Entry, ProjectRef, Tag, TaskRef
    from clocktool.domain.ids import Known
    from clocktool.domain.time.instant import parse_iso
    from clocktool.wire import entry_object

    one, two = (Known(f"6565a1b2c3d4e5f60000000{place}") for place in "12")
    start, end = (parse_iso(f"2026-11-24T{clock}:00Z") for clock in ("08:00", "09:30"))
    entry = Entry(
        id=one,
        start=start,
        end=end,
        description="Fix login page",
        project=ProjectRef(two, "Site", "#03A9F4", None, "ACME"),
        task=TaskRef(two, "Login"),
        tags=(Tag(two, "dev", workspace_id=two),),
        billable=True,
        user_id=two,
        user="Ada",
        workspace_id=two,
    )
    text = msgspec.json.format(msgspec.json.encode(entry_object(entry, end)), indent=2).decode()
    return "\n".join(f"  {line}" for line in text.splitlines())


def _keys() -> str:
    from clocktool.config.keys import DECLARATION

    return "\n".join(
        _wrapped(f"{key.about}: {key.accepts}".replace("`", ""), f"  {name:<17}  ")
        for name, key in DECLARATION.keys.items()
    )


def _environment() -> str:
    from clocktool.config.keys import ENVIRONMENT

    more = {
        "CLOCKTOOL_PROFILE": "the profile to use",
        "CLOCKTOOL_CONFIG": "the configuration file",
        "CLOCKTOOL_DATA": "the data folder: local workspace, caches, journal",
        "CLOCKTOOL_PAGER": "the pager for long lists; 'cat' turns it off",
        "PAGER": "the pager without CLOCKTOOL_PAGER; default: less",
        "VISUAL": "the editor for 'config edit' and 'edit --day'",
        "EDITOR": "the editor without VISUAL",
        "NO_COLOR": "no colour",
        "FORCE_COLOR": "colour, also without a terminal",
    }
    return "\n".join(f"  {name:<21}  {what}" for name, what in (ENVIRONMENT | more).items())


def _wrapped(text: str, first: str = "  ") -> str:
    """Return a text wrapped at 78 columns: ``first`` before it, later lines indented as far."""
    from textwrap import fill

    return fill(
        text,
        78,
        initial_indent=first,
        subsequent_indent=" " * len(first),
        break_long_words=False,
        break_on_hyphens=False,
    )
