"""Public holidays, by the package ``holidays``; it is imported only here, when it is used."""

from collections.abc import Sequence

from clocktool.domain.targets import DayOff
from clocktool.domain.time.period import Period
from clocktool.errors import SetupError, UsageError, literal

INSTALL = "install it: pip install holidays, or: pipx inject clocktool holidays"

LANGUAGE = "en_US"
"""The language of the names where a country has translations, else its own."""


def public_holidays(place: str, years: Sequence[int]) -> list[DayOff]:
    """Return the public holidays of a country, or of a region like ``DE-BE``, by day.

    Raises SetupError without the package, UsageError for an unknown country or region.
    """
    try:
        from holidays import country_holidays, list_supported_countries
    except ImportError as error:
        raise SetupError("'targets holidays' needs the package holidays", INSTALL) from error
    country, _, region = place.strip().upper().partition("-")
    regions = list_supported_countries()
    if country not in regions:
        raise UsageError(
            f"unknown country {literal(place)}", "use a code, like DE, DE-BE, US-CA or GB"
        )
    names = {name.upper(): name for name in regions[country]}
    if region and region not in names:
        known = ", ".join(f"{country}-{each}" for each in names) or "none, write only the country"
        raise UsageError(f"unknown region {literal(place)}", f"regions: {known}")
    subdivision = names.get(region)
    found = country_holidays(country, subdivision, years=list(years), language=LANGUAGE)
    return [DayOff(Period(day, day), str(name)) for day, name in sorted(found.items())]


def known_places(begun: str) -> list[str]:
    """Return the codes of countries, or those of the regions of one that is typed with a dash.

    Without the package there are none.
    """
    try:
        from holidays import list_supported_countries
    except ImportError:
        return []
    found = list_supported_countries(include_aliases=False)
    country, dash, _ = begun.upper().partition("-")
    if dash:
        return [f"{country}-{region}" for region in found.get(country, ())]
    return list(found)
