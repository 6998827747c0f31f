"""A stream in a for loop."""

import pytest
from test_stream import Source


def test_iteration() -> None:
    source = Source(b"one", b"two", None, high_water_mark=1)
    assert b"".join(source) == b"onetwo"
    assert source.readable_ended


def test_iteration_raises_the_error() -> None:
    source = Source(b"one")
    chunks = []
    with pytest.raises(LookupError):
        for chunk in source:
            chunks.append(chunk)
            source.destroy(LookupError())
    assert chunks == [b"one"]
