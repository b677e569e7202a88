"""The tables [rates] and [budgets] of the configuration.

Their rows are parsed by ``domain.rates`` and ``domain.budgets``, which are imported only where
there are rows.
"""

from clocktool.config.declaration import FreeName, Key
from clocktool.config.values import Text, checked


class SubjectRates:
    """The rates of one subject: a text like ``110 EUR``, or a table of them by day."""

    def __new__(cls, value: object) -> "SubjectRates":
        """Check a value; return it as a text or as a table."""
        from clocktool.domain.rates import read_rows

        checked(read_rows, value)
        return _RateTable(value) if isinstance(value, dict) else _RateText(value)


class _RateText(str, SubjectRates):
    __slots__ = ()


class _RateTable(dict[str, str], SubjectRates):
    __slots__ = ()


class SubjectName(str):
    """The name of a row of rates or budgets, like ``ACME/Site``."""

    __slots__ = ()

    def __new__(cls, value: object) -> "SubjectName":
        """Return the value if it is valid. Raises ValueError."""
        from clocktool.domain.rates import parse_subject

        checked(parse_subject, value)
        return super().__new__(cls, value)


class BudgetName(str):
    """The name of a row of budgets: that of a project or of a client."""

    __slots__ = ()

    def __new__(cls, value: object) -> "BudgetName":
        """Return the value if it is valid. Raises ValueError."""
        from clocktool.domain.budgets import parse_subject

        checked(parse_subject, value)
        return super().__new__(cls, value)


class BudgetText(Text):
    """A budget as text, like ``120h/month`` or ``5000 EUR``."""

    __slots__ = ()

    def __new__(cls, value: object) -> "BudgetText":
        """Return the value if it is valid. Raises ValueError."""
        from clocktool.domain.budgets import parse_budget

        self: BudgetText = super().__new__(cls, value)  # type: ignore[assignment]
        checked(parse_budget, self)
        return self


SUBJECT = FreeName(
    "SUBJECT", "`default`, `ACME/`, `/Ops`, `ACME/Site` or `ACME/Site#Bugfix`", SubjectName
)
OF_BUDGET = FreeName("SUBJECT", "`ACME/`, `/Ops` or `ACME/Site`", BudgetName)
RATES = Key(
    dict[str, SubjectRates],
    "your hourly rate for a client, a project or a task",
    'an amount, like `"110 EUR"`, or a table of them by day',
    "workspace",
    key_names="subject",
    names=(SUBJECT,),
)
BUDGETS = Key(
    dict[str, BudgetText],
    "the budget of a project or a client",
    'time or money, like `"120h/month"` or `"5000 EUR"`',
    "workspace",
    key_names="subject",
    names=(OF_BUDGET,),
)
