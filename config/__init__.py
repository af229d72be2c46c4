"""How Guatu is put together and started: settings, addresses, the embedded database, the launcher."""
