"""Guatu 挂图: planned works, who reports them, and what leadership sees."""
