"""CSV, XLSX and PDF for every record type."""
