"""What an open Socket stands on."""
