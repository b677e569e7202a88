"""The tables [seller], [invoices] and [clients.NAME] of the configuration."""

from typing import Literal

from clocktool.config.declaration import Key, Table
from clocktool.config.values import Text, checked


class Country(Text):
    """A country code of ISO 3166, like ``DE``."""

    __slots__ = ()

    def __new__(cls, value: object) -> "Country":
        """Return the value if it is valid. Raises ValueError."""
        from clocktool.domain.country import COUNTRIES

        self: Country = super().__new__(cls, str(value).strip().upper())  # type: ignore[assignment]
        if self not in COUNTRIES:
            raise ValueError("not a country code")
        return self


class VatId(Text):
    """A VAT identifier, which begins with the code of its country, without blanks."""

    __slots__ = ()

    def __new__(cls, value: object) -> "VatId":
        """Return the value if it is valid. Raises ValueError."""
        from clocktool.domain.country import COUNTRIES, VAT_PREFIXES

        text = "".join(str(value).split()).upper()
        self: VatId = super().__new__(cls, text)  # type: ignore[assignment]
        if len(text) < 4 or text[:2] not in COUNTRIES | VAT_PREFIXES:
            raise ValueError("not a VAT identifier")
        return self


class Iban(Text):
    """An IBAN without blanks."""

    __slots__ = ()

    def __new__(cls, value: object) -> "Iban":
        """Return the value if it is valid. Raises ValueError."""
        text = "".join(str(value).split()).upper()
        self: Iban = super().__new__(cls, text)  # type: ignore[assignment]
        letters = text[:2].isalpha() and text[2:4].isdigit() and text.isalnum()
        if not (text.isascii() and letters and 12 <= len(text) <= 34):
            raise ValueError("not an IBAN")
        return self


class Percent(Text):
    """A percentage as text, like ``19`` or ``8.1``."""

    __slots__ = ()

    def __new__(cls, value: object) -> "Percent":
        """Check a value: a number, or a text with one."""
        from clocktool.domain.terms import parse_percent

        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        self: Percent = super().__new__(cls, str(value) if is_number else value)  # type: ignore[assignment]
        checked(parse_percent, self)
        return self


class Pattern(Text):
    """The pattern of invoice numbers, like ``{year}-{n:03}``."""

    __slots__ = ()

    def __new__(cls, value: object) -> "Pattern":
        """Return the value if it is valid. Raises ValueError."""
        from clocktool.domain.numbers import parse_pattern

        self: Pattern = super().__new__(cls, value)  # type: ignore[assignment]
        checked(parse_pattern, self)
        return self


class PaymentTerm(Text):
    """How long a client has to pay, in days, like ``14d``."""

    __slots__ = ()

    def __new__(cls, value: object) -> "PaymentTerm":
        """Return the value if it is valid. Raises ValueError."""
        from clocktool.domain.terms import parse_term

        self: PaymentTerm = super().__new__(cls, value)  # type: ignore[assignment]
        checked(parse_term, self)
        return self


class CurrencyCode(Text):
    """A currency code of ISO 4217."""

    __slots__ = ()

    def __new__(cls, value: object) -> "CurrencyCode":
        """Return the value if it is valid. Raises ValueError."""
        from clocktool.domain.currency import parse_currency

        self: CurrencyCode = super().__new__(cls, value)  # type: ignore[assignment]
        checked(parse_currency, self)
        return self


_LINES = 'a list of lines, the last one `POSTCODE CITY`, like `["Street 1", "10115 Berlin"]`'
_PERCENT = "a percentage, like `19` or `8.1`"
_REASON = "a reason, as it stands on the invoice"
_COUNTRY = "a country code of ISO 3166, like `DE`"


class Seller(Table):
    """The table ``[seller]``: who sends invoices."""

    name = Key(Text, "your name on invoices", "a name", "person")
    address = Key(list[Text], "your address on invoices", _LINES, "person")
    country = Key(Country, "your country", _COUNTRY, "person")
    vat_id = Key(
        VatId, "your VAT identifier", "the country and the number, like `DE136695976`", "person"
    )
    tax_number = Key(Text, "your tax number", "a tax number", "person")
    iban = Key(Iban, "your bank account", "an IBAN", "person")
    bic = Key(Text, "the code of your bank", "a BIC", "person")
    email = Key(Text, "your address for mail", "an e-mail address", "person")
    phone = Key(Text, "your telephone number", "a telephone number", "person")
    logo = Key(
        Text,
        "the picture on invoices",
        "a file: `.png`, `.jpg` or `.svg`",
        "person",
        completion="file",
    )


class Invoices(Table):
    """The table ``[invoices]``: what invoices are like."""

    number = Key(
        Pattern,
        "the pattern of invoice numbers; else `{year}-{n:03}`",
        "a text with `{n}` or `{n:03}`; also `{year}`, `{month}`, `{client}`",
        "person",
    )
    due = Key(
        PaymentTerm,
        "when invoices are due; else `14d`",
        "days, like `14d`",
        "person",
        completion="due",
    )
    tax = Key(Percent, "the tax on invoices", _PERCENT, "person")
    tax_exempt = Key(Text, "why your invoices have no tax: small business", _REASON, "person")
    note = Key(Text, "a sentence on each invoice", "a text", "person")
    template = Key(
        Text,
        "your own template of HTML invoices",
        "a file, like `invoice.html`",
        "person",
        completion="file",
    )


class Client(Table):
    """The table of a client in ``[clients]``: what its invoices need."""

    name = Key(Text, "the name of a client on invoices", "a name", "workspace")
    address = Key(list[Text], "the address of a client", _LINES, "workspace")
    country = Key(Country, "the country of a client", _COUNTRY, "workspace")
    vat_id = Key(
        VatId,
        "the VAT identifier of a client",
        "the country and the number, like `DE136695976`",
        "workspace",
    )
    email = Key(Text, "the address for a client's invoices", "an e-mail address", "workspace")
    buyer_reference = Key(
        Text, "the buyer reference of a client: XRechnung", "a Leitweg-ID, or a text", "workspace"
    )
    currency = Key(
        CurrencyCode, "the currency of a client's invoices", "a code, like `EUR`", "workspace"
    )
    language = Key(
        Literal["en", "de"], "the language of a client's invoices", "`en` or `de`", "workspace"
    )
    tax = Key(Percent, "the tax on a client's invoices", _PERCENT, "workspace")
    reverse_charge = Key(
        bool, "whether a client owes the tax in its country", "`true` or `false`", "workspace"
    )
    tax_exempt = Key(Text, "why a client's invoices have no tax", _REASON, "workspace")
    not_subject = Key(
        Text,
        "why a client's invoices are not subject to tax: outside the EU",
        _REASON,
        "workspace",
    )


CLIENTS = Key(
    dict[str, Client], "what a client's invoices need", "a table", "workspace", key_names="client"
)
