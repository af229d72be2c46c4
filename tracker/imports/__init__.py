"""How does a file of others come IN? Spreadsheets and schedules are read with care, and shown before they count."""
