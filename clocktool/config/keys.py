"""The keys of the configuration and their types.

Help, ``config``, completion and the table in docs/configuration.md come from this declaration.
"""

from typing import Literal

from clocktool.config.declaration import Declaration, Elsewhere, Key, Table
from clocktool.config.values import Address, Duration, RoundingRule, Text, Weekday, ZoneName

DEFAULT_BASE_URL = "https://api.clockify.me/api/v1"


class Defaults(Table):
    """The table ``[defaults]``: the fields of a new entry without options."""

    project = Key(
        Text,
        "the project of new entries",
        "a project's name",
        "workspace",
        in_folder=True,
        completion="project",
    )
    task = Key(
        Text,
        "the task of new entries",
        "a task's name",
        "workspace",
        in_folder=True,
        completion="task",
    )
    tags = Key(
        list[Text],
        "the tags of new entries",
        'a list of tags, like `["dev", "urgent"]`',
        "workspace",
        in_folder=True,
        completion="tag",
    )
    billable = Key(
        bool, "whether new entries are billable", "`true` or `false`", "workspace", in_folder=True
    )
    round = Key(
        RoundingRule,
        "how `report` and `invoice` round time",
        "`up`, `down` or `nearest` with a step, like `up:15m` or `nearest:6m/day`",
        "workspace",
        in_folder=True,
        completion="rounding",
    )


class Settings(Table):
    """The keys of ``config.toml``, and of each profile in it.

    A table with free names is declared as ``dict[str, TYPE]``, one with fixed names as a class
    like ``Defaults``. Those declared elsewhere are imported for files that have them.
    """

    api_key = Key(
        Text,
        "the API key of your account",
        "a Clockify API key",
        "account",
        secret=True,
        variable="CLOCKIFY_API_KEY",
    )
    addon_token = Key(
        Text,
        "an add-on's token, instead of an API key",
        "a Clockify add-on token",
        "account",
        secret=True,
        variable="CLOCKTOOL_ADDON_TOKEN",
    )
    api_key_command = Key(
        Text,
        "the program that prints the API key",
        "a command, like `pass show clockify`",
        "account",
    )
    base_url = Key(
        Address,
        "the server",
        f"an address, like `{DEFAULT_BASE_URL}`",
        "account",
        variable="CLOCKTOOL_BASE_URL",
        default=DEFAULT_BASE_URL,
    )
    routes = Key(
        Literal["auto", "guide", "service"],
        "which requests the server understands",
        "`auto`, `guide` or `service`",
        "account",
        default="auto",
    )
    workspace = Key(
        Text,
        "the workspace to track time in",
        "a workspace's name or id",
        "workspace",
        in_folder=True,
        variable="CLOCKTOOL_WORKSPACE",
        completion="workspace",
    )
    timezone = Key(
        ZoneName,
        "the time zone of what you type and read",
        "an IANA time zone, like `Europe/Berlin`",
        "person",
        variable="CLOCKTOOL_TIMEZONE",
        completion="zone",
    )
    week_start = Key(
        Weekday, "the first day of the week", "a day of the week, like `monday`", "person"
    )
    max_timer = Key(
        Duration,
        "how long a timer may run before a warning",
        "a duration, like `10h`",
        "person",
        completion="duration",
    )
    defaults = Defaults
    aliases = Elsewhere("clocktool.config.aliases", "ALIASES")
    targets = Elsewhere("clocktool.config.targets", "TARGETS")
    days_off = Elsewhere("clocktool.config.targets", "DAYS_OFF")
    carry = Elsewhere("clocktool.config.targets", "CARRIED_TIMES")
    rates = Elsewhere("clocktool.config.rates", "RATES")
    budgets = Elsewhere("clocktool.config.rates", "BUDGETS")
    seller = Elsewhere("clocktool.config.invoices", "Seller")
    invoices = Elsewhere("clocktool.config.invoices", "Invoices")
    clients = Elsewhere("clocktool.config.invoices", "CLIENTS")


DECLARATION = Declaration(Settings)
CREDENTIALS = ("api_key", "addon_token", "api_key_command")

_OWN = DECLARATION.own_keys.items()

SECRETS = [name for name, key in _OWN if key.secret]

ENVIRONMENT = {key.variable: name for name, key in _OWN if key.variable}
"""The environment variables, each with the name of the key that it sets."""

DEFAULTS = {name: key.default for name, key in _OWN if key.default is not None}


def scope_of(name: str) -> str:
    """Return the scope of a key: account, workspace or person."""
    return DECLARATION.named(name).scope
