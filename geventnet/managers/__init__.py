"""Process managers: what they hand to a program, and what it tells them."""
