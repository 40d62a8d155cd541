"""An assessment as a page, a PDF and data."""
