"""Everything between `connect()` and `'connect'`."""
