"""The catalog: frozen records and the only SQL."""
