"""Checks of arguments, the signatures of `listen` and `connect`, the arity of listeners."""
