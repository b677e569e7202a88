"""Documents of invoices as files: PDF, HTML, XLSX, CSV and the XML of EN 16931."""
