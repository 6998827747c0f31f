"""What blocks the calling greenlet."""
