"""Input shape and cleaning; nothing is saved here."""
