"""The table of keys in docs/configuration.md; ``python -m clocktool.config.table`` updates it."""

from pathlib import Path

from clocktool.config.keys import DECLARATION

PAGE = Path(__file__).parents[2] / "docs" / "configuration.md"
BEGIN, END = "<!-- keys -->\n", "<!-- /keys -->"

HEADER = (
    "| key | sets | value | default | variable |",
    "|---|---|---|---|---|",
)


def table_of_keys() -> str:
    """Return the keys as a Markdown table."""
    rows = [
        f"| `{name}` | {key.about} | {key.accepts} | {_code(key.default)} | {_code(key.variable)} |"
        for name, key in DECLARATION.keys.items()
    ]
    return "\n".join((*HEADER, *rows)) + "\n"


def _code(text: str | None) -> str:
    return f"`{text}`" if text else ""


if __name__ == "__main__":
    before, begin, rest = PAGE.read_text(encoding="utf-8").partition(BEGIN)
    after = rest.partition(END)[2]
    PAGE.write_text(f"{before}{begin}{table_of_keys()}{END}{after}", encoding="utf-8")
