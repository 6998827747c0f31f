from prelude import log, net


class Source(net.Readable):
    def _read(self, size):
        pass


s = Source()
s.push("h\u00e9")
s.push("e9", "hex")
s.push("aGk=", "base64")
s.push("\u00e9", "latin1")
s.push("a", "utf16le")
log("s", s.read())
latin = Source(default_encoding="latin1")
latin.push("\u00e9")
log("l", latin.read())
h = Source(encoding="hex")
h.push("61", "hex")
h.push("abc")
h.push("6566", "hex")
log("h", h.readable_encoding, h.read())
