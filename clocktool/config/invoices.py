"""The tables [seller], [invoices] and [clients.NAME] of the configuration."""

from typing import Annotated, Literal

from clocktool.config.declaration import Key, Table
from clocktool.config.values import Text, checked


class Country(Text):
    """A country code of ISO 3166, like ``DE``."""

    __slots__ = ()

    def __new__(cls, value: object) -> "Country":
        """Check a value."""
        from clocktool.domain.country import COUNTRIES

        self: Country = super().__new__(cls, str(value).strip().upper())  # type: ignore[assignment]
        if self not in COUNTRIES:
            raise ValueError("not a country code")
        return self


class VatId(Text):
    """A VAT identifier, which begins with the code of its country, without blanks."""

    __slots__ = ()

    def __new__(cls, value: object) -> "VatId":
        """Check a value."""
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
        """Check a value."""
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
        """Check a value."""
        from clocktool.domain.numbers import parse_pattern

        self: Pattern = super().__new__(cls, value)  # type: ignore[assignment]
        checked(parse_pattern, self)
        return self


class PaymentTerm(Text):
    """How long a client has to pay, in days, like ``14d``."""

    __slots__ = ()

    def __new__(cls, value: object) -> "PaymentTerm":
        """Check a value."""
        from clocktool.domain.terms import parse_term

        self: PaymentTerm = super().__new__(cls, value)  # type: ignore[assignment]
        checked(parse_term, self)
        return self


class CurrencyCode(Text):
    """A currency code of ISO 4217."""

    __slots__ = ()

    def __new__(cls, value: object) -> "CurrencyCode":
        """Check a value."""
        from clocktool.domain.currency import parse_currency

        self: CurrencyCode = super().__new__(cls, value)  # type: ignore[assignment]
        checked(parse_currency, self)
        return self


_LINES = 'a list of lines, the last one `POSTCODE CITY`, like `["Street 1", "10115 Berlin"]`'
_COUNTRY = "a country code of ISO 3166, like `DE`"


class Seller(Table):
    """The table ``[seller]``: who sends invoices."""

    name: Annotated[Text, Key("your name on invoices", "a name", "person")]
    address: Annotated[list[Text], Key("your address on invoices", _LINES, "person")]
    country: Annotated[Country, Key("your country", _COUNTRY, "person")]
    vat_id: Annotated[
        VatId,
        Key("your VAT identifier", "the country and the number, like `DE123456789`", "person"),
    ]
    tax_number: Annotated[Text, Key("your tax number", "a tax number", "person")]
    iban: Annotated[Iban, Key("your bank account", "an IBAN", "person")]
    bic: Annotated[Text, Key("the code of your bank", "a BIC", "person")]
    email: Annotated[Text, Key("your address for mail", "an e-mail address", "person")]
    phone: Annotated[Text, Key("your telephone number", "a telephone number", "person")]
    logo: Annotated[
        Text,
        Key(
            "the picture on invoices",
            "a file: `.png`, `.jpg` or `.svg`",
            "person",
            completion="file",
        ),
    ]


class Invoices(Table):
    """The table ``[invoices]``: what invoices are like."""

    number: Annotated[
        Pattern,
        Key(
            "the pattern of invoice numbers; else `{year}-{n:03}`",
            "a text with `{n}` or `{n:03}`; also `{year}`, `{month}`, `{client}`",
            "person",
        ),
    ]
    due: Annotated[
        PaymentTerm,
        Key("when invoices are due; else `14d`", "days, like `14d`", "person", completion="due"),
    ]
    tax: Annotated[
        Percent, Key("the tax on invoices", "a percentage, like `19` or `8.1`", "person")
    ]
    template: Annotated[
        Text,
        Key(
            "your own template of HTML invoices",
            "a file, like `invoice.html`",
            "person",
            completion="file",
        ),
    ]


class Client(Table):
    """The table of a client in ``[clients]``: what its invoices need."""

    name: Annotated[Text, Key("the name of a client on invoices", "a name", "workspace")]
    address: Annotated[list[Text], Key("the address of a client", _LINES, "workspace")]
    country: Annotated[Country, Key("the country of a client", _COUNTRY, "workspace")]
    vat_id: Annotated[
        VatId,
        Key(
            "the VAT identifier of a client",
            "the country and the number, like `DE123456789`",
            "workspace",
        ),
    ]
    email: Annotated[
        Text, Key("the address for a client's invoices", "an e-mail address", "workspace")
    ]
    buyer_reference: Annotated[
        Text,
        Key("the buyer reference of a client: XRechnung", "a Leitweg-ID, or a text", "workspace"),
    ]
    currency: Annotated[
        CurrencyCode,
        Key("the currency of a client's invoices", "a code, like `EUR`", "workspace"),
    ]
    language: Annotated[
        Literal["en", "de"],
        Key("the language of a client's invoices", "`en` or `de`", "workspace"),
    ]


Clients = Annotated[
    dict[str, Client],
    Key("what a client's invoices need", "a table", "workspace", key_names="client"),
]
