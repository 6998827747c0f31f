"""The only code that touches the loop of gevent."""
