"""The table of keys in docs/configuration.md; ``python -m clocktool.config.table`` prints it."""

from clocktool.config.keys import KEYS

HEADER = (
    "| key | sets | value | default | variable |",
    "|---|---|---|---|---|",
)


def table_of_keys() -> str:
    """Return the keys as a Markdown table."""
    rows = [
        f"| `{name}` | {key.about} | {key.accepts} | {_code(key.default)} | {_code(key.variable)} |"
        for name, key in KEYS.items()
    ]
    return "\n".join((*HEADER, *rows)) + "\n"


def _code(text: str | None) -> str:
    return f"`{text}`" if text else ""


if __name__ == "__main__":
    import sys

    sys.stdout.write(table_of_keys())
