"""Emitters of events, and what tells them to stop."""
