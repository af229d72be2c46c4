"""How does it go OUT: files made from the same queries as the pages."""
