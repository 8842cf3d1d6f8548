"""The report page: one module and one template per section."""
