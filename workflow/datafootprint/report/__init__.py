"""The published check, figures, tables and the report page."""
