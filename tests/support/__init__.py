"""What several test files need: servers and peers, programs of their own, Node."""
