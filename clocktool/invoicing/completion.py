"""The query by which completion reads the numbers of invoices."""

QUERIES = {
    "invoice": (
        "SELECT json_extract(event, '$.number'), json_extract(event, '$.client') FROM register"
        " WHERE json_extract(event, '$.event') = 'issued' GROUP BY 1 ORDER BY max(position) DESC"
    )
}
"""The kind, with the number and the client of each invoice, newest first."""
