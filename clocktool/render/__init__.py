"""What the user reads: tables, lines, CSV, Markdown, JSON."""
