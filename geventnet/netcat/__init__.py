"""The netcat: ``geventnet``, or ``python -m geventnet``."""
