"""Between text and bytes, in Node's encodings and in Python's.

Node's encodings (`utf8`, `hex`, `base64`, `base64url`, `latin1`, `ascii`, `utf16le` and their other
spellings) never fail: what cannot be encoded or decoded is replaced, cut or skipped as
`Buffer.from` and `StringDecoder` do it. Of Python's, decoding replaces, and encoding raises
`UnicodeEncodeError`.
Reference: Buffer, "Buffers and character encodings"; String decoder.
"""

from __future__ import annotations

import binascii
import codecs
import re
from collections.abc import Callable
from typing import Final

from .. import errors

__all__ = ["Decoder", "canonical", "encode"]

_SPELLINGS: Final = {
    "utf8": "utf8",
    "utf-8": "utf8",
    "hex": "hex",
    "base64": "base64",
    "base64url": "base64url",
    "latin1": "latin1",
    "binary": "latin1",
    "ascii": "ascii",
    "ucs2": "utf16le",
    "ucs-2": "utf16le",
    "utf16le": "utf16le",
    "utf-16le": "utf16le",
    # Python's own names for the same.
    "utf-16-le": "utf16le",
    "iso8859-1": "latin1",
}


def canonical(encoding: str) -> str:
    """Return the one name of an encoding: Node's if Node has it, else the name of Python's codec.

    Raises ERR_UNKNOWN_ENCODING.
    """
    if not isinstance(encoding, str):
        raise errors.unknown_encoding(encoding)
    known = _SPELLINGS.get(encoding.lower())
    if known is not None:
        return known
    try:
        # Refuses what is a codec but not one between text and bytes ("zip"), too.
        "".encode(encoding)
        name = codecs.lookup(encoding).name
    except (LookupError, ValueError):
        raise errors.unknown_encoding(encoding) from None
    return _SPELLINGS.get(name, name)


def _utf16(text: str) -> bytes:
    return text.encode("utf-16-le", "surrogatepass")


def _low_bytes(text: str) -> bytes:
    """The low byte of every UTF-16 unit, which is all that Node's byte encodings look at."""
    try:
        return text.encode("latin-1")
    except UnicodeEncodeError:
        return _utf16(text)[::2]


def _encode_surrogates(text: str) -> bytes:
    """In UTF-8 a pair of surrogates is one character, and one alone becomes U+FFFD."""
    return _utf16(text).decode("utf-16-le", "replace").encode()


_HEX_PAIRS = re.compile(rb"(?:[0-9a-fA-F]{2})*")


def _encode_hex(text: str) -> bytes:
    pairs = _HEX_PAIRS.match(_low_bytes(text))
    return binascii.unhexlify(pairs[0]) if pairs else b""


_BASE64 = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
_NOT_BASE64 = bytes(set(range(256)) - set(_BASE64))
_FROM_URL = bytes.maketrans(b"-_", b"+/")
_TO_URL = bytes.maketrans(b"+/", b"-_")


def _encode_base64(text: str) -> bytes:
    """Both alphabets are read, other characters skipped; the first `=` ends it."""
    sextets = _low_bytes(text).partition(b"=")[0].translate(_FROM_URL).translate(None, _NOT_BASE64)
    if len(sextets) % 4 == 1:
        sextets = sextets[:-1]
    return binascii.a2b_base64(sextets + b"=" * (-len(sextets) % 4))


_ENCODERS: Final[dict[str, Callable[[str], bytes]]] = {
    "utf16le": _utf16,
    "latin1": _low_bytes,
    "ascii": _low_bytes,
    "hex": _encode_hex,
    "base64": _encode_base64,
    "base64url": _encode_base64,
}


def encode(text: str, encoding: str) -> bytes:
    """Return the bytes of `text`.

    Raises ERR_UNKNOWN_ENCODING, and `UnicodeEncodeError` for a codec of Python's.
    """
    name = encoding if encoding == "utf8" else canonical(encoding)
    if name == "utf8":
        try:
            return text.encode()
        except UnicodeEncodeError:
            return _encode_surrogates(text)
    encoder = _ENCODERS.get(name)
    return encoder(text) if encoder else text.encode(name)


_SEVEN_BITS = bytes(byte & 0x7F for byte in range(256))


def _decode_utf8(data: bytes) -> str:
    return data.decode("utf-8", "replace")


def _decode_utf16(data: bytes) -> str:
    return data[: len(data) & ~1].decode("utf-16-le", "surrogatepass")


def _decode_latin1(data: bytes) -> str:
    return data.decode("latin-1")


def _decode_ascii(data: bytes) -> str:
    return data.translate(_SEVEN_BITS).decode("ascii")


def _decode_base64(data: bytes) -> str:
    return binascii.b2a_base64(data, newline=False).decode("ascii")


def _decode_base64url(data: bytes) -> str:
    return binascii.b2a_base64(data, newline=False).rstrip(b"=").translate(_TO_URL).decode("ascii")


def _hold_nothing(data: bytes) -> int:
    return 0


def _hold_utf8(data: bytes) -> int:
    for length in range(1, min(len(data), 3) + 1):
        byte = data[-length]
        if byte < 0x80:
            return 0
        if byte >= 0xC0:
            whole = 2 if byte < 0xE0 else 3 if byte < 0xF0 else 4 if byte < 0xF8 else 0
            return length if length < whole else 0
    return 0


def _hold_utf16(data: bytes) -> int:
    odd = len(data) & 1
    units = len(data) - odd
    # A surrogate waits for the other one of its pair even where Node would give it out: two that
    # come one after the other are one character in JavaScript, and are not in Python.
    return odd + 2 if units and data[units - 1] & 0xFC == 0xD8 else odd


def _hold_base64(data: bytes) -> int:
    return len(data) % 3


# How many bytes at the end of the input wait for more of it, and how the others are decoded.
_DECODERS: Final[dict[str, tuple[Callable[[bytes], int], Callable[[bytes], str]]]] = {
    "utf16le": (_hold_utf16, _decode_utf16),
    "latin1": (_hold_nothing, _decode_latin1),
    "ascii": (_hold_nothing, _decode_ascii),
    "hex": (_hold_nothing, bytes.hex),
    "base64": (_hold_base64, _decode_base64),
    "base64url": (_hold_base64, _decode_base64url),
}


class _PythonDecoder:
    """A codec of Python's behind the interface of `_NodeDecoder`."""

    __slots__ = ("_decoder",)

    def __init__(self, name: str) -> None:
        self._decoder = codecs.getincrementaldecoder(name)("replace")

    def write(self, data: bytes) -> str:
        return self._decoder.decode(data)

    def holds(self) -> bool:
        return self._decoder.getstate()[0] != b""

    def end(self) -> str:
        rest = self._decoder.decode(b"", True)
        self._decoder.reset()
        return rest


class _Utf8Decoder:
    """`_NodeDecoder` for UTF-8, with a short way for text that is plain ASCII."""

    __slots__ = ("_held",)

    def __init__(self, name: str) -> None:
        self._held = b""

    def write(self, data: bytes) -> str:
        if self._held:
            data = self._held + data
            self._held = b""
        if data.isascii():
            return data.decode()
        count = _hold_utf8(data)
        if not count:
            return _decode_utf8(data)
        self._held = data[-count:]
        return _decode_utf8(data[:-count])

    def holds(self) -> bool:
        return self._held != b""

    def end(self) -> str:
        held, self._held = self._held, b""
        return _decode_utf8(held)


class _NodeDecoder:
    __slots__ = ("_decode", "_held", "_hold")

    def __init__(self, name: str) -> None:
        self._hold, self._decode = _DECODERS[name]
        self._held = b""

    def write(self, data: bytes) -> str:
        data = self._held + data
        count = self._hold(data)
        if not count:
            self._held = b""
            return self._decode(data)
        self._held = data[-count:]
        return self._decode(data[:-count])

    def holds(self) -> bool:
        return self._held != b""

    def end(self) -> str:
        held, self._held = self._held, b""
        return self._decode(held)


class Decoder:
    """Decodes a stream of bytes whose pieces may end in the middle of a character.

    `write(data)` returns the text that is complete, `end()` what is left, replaced or cut as the
    encoding has it; afterwards the decoder can be used again. `encoding` is the canonical name.
    Raises ERR_UNKNOWN_ENCODING.
    """

    __slots__ = ("encoding", "end", "holds", "write")

    def __init__(self, encoding: str) -> None:
        self.encoding: str = canonical(encoding)
        machine: _Utf8Decoder | _NodeDecoder | _PythonDecoder
        if self.encoding == "utf8":
            machine = _Utf8Decoder(self.encoding)
        elif self.encoding in _DECODERS:
            machine = _NodeDecoder(self.encoding)
        else:
            machine = _PythonDecoder(self.encoding)
        self.write: Callable[[bytes], str] = machine.write
        self.end: Callable[[], str] = machine.end
        self.holds: Callable[[], bool] = machine.holds
