"""What users read: tables, lines, CSV, Markdown, JSON."""
