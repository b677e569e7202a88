"""Currencies: the codes of ISO 4217, and how many decimals an amount in each of them has."""

from collections.abc import Mapping

from clocktool.errors import UsageError, literal

_CODES = (
    "AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BOV BRL"
    " BSD BTN BWP BYN BZD CAD CDF CHE CHF CHW CLF CLP CNY COP COU CRC CUP CVE CZK DJF DKK"
    " DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HRK HTG HUF"
    " IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR"
    " LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO"
    " NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK"
    " SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX"
    " USD USN UYI UYU UYW UZS VED VES VND VUV WST XAF XCD XCG XOF XPF YER ZAR ZMW ZWG ZWL"
)
CODES = frozenset(_CODES.split())
"""The codes in use, and a few that entries of the last years may still have."""

_DECIMALS = {
    0: "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF",
    3: "BHD IQD JOD KWD LYD OMR TND",
    4: "CLF UYW",
}
_DECIMALS_OF = {code: count for count, codes in _DECIMALS.items() for code in codes.split()}


USUAL_DECIMALS = 2
"""The decimals of most currencies, and of amounts without a currency."""


def decimals(currency: str) -> int:
    """Return how many decimals an amount in a currency has: JPY 0, EUR 2, KWD 3."""
    return _DECIMALS_OF.get(currency, USUAL_DECIMALS)


_OF_PLACES = {
    "AUD": "AU",
    "BRL": "BR",
    "CAD": "CA",
    "CHF": "CH LI",
    "CNY": "CN",
    "CZK": "CZ",
    "DKK": "DK",
    "EUR": "AT BE BG CY DE EE ES FI FR GR HR IE IT LT LU LV MT NL PT SI SK",
    "GBP": "GB",
    "HUF": "HU",
    "ILS": "IL",
    "INR": "IN",
    "JPY": "JP",
    "KRW": "KR",
    "KWD": "KW",
    "MXN": "MX",
    "NOK": "NO",
    "NZD": "NZ",
    "PLN": "PL",
    "RON": "RO",
    "SEK": "SE",
    "SGD": "SG",
    "TRY": "TR",
    "UAH": "UA",
    "USD": "US",
    "ZAR": "ZA",
}
_OF_PLACE = {place: code for code, places in _OF_PLACES.items() for place in places.split()}


def currency_of_locale(env: Mapping[str, str]) -> str:
    """Return the currency of the territory in the locale, like ``de_DE.UTF-8``; empty if unknown.

    ``LC_ALL`` goes before ``LC_MONETARY``, and that before ``LANG``, as POSIX says.
    """
    name = env.get("LC_ALL") or env.get("LC_MONETARY") or env.get("LANG") or ""
    return _OF_PLACE.get(name.partition(".")[0].partition("@")[0].partition("_")[2], "")


def parse_currency(text: str) -> str:
    """Return a currency code. Raises UsageError for anything but a code of ISO 4217."""
    if text in CODES:
        return text
    near = f"did you mean {text.upper()}?" if text.upper() in CODES else "like EUR, USD, CHF, JPY"
    raise UsageError(
        f"unknown currency {literal(text)}", f"use three capital letters of ISO 4217: {near}"
    )
