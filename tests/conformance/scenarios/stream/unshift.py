from prelude import log, net


class Source(net.Readable):
    def _read(self, size):
        pass


s = Source(high_water_mark=8)
s.push(b"cd")
log("s", s.unshift(b"ab"), s.readable_length)
log("s", s.read(3), s.readable_length)
log("s", s.unshift(b"xyz"), s.unshift(b"1234"), s.unshift(b""), s.readable_length)
log("s", s.read(), s.readable_length)
log("s", s.unshift("e9", "hex"), s.read())
s.set_encoding("utf8")
s.push(b"b")
s.unshift("a")
s.unshift("ff", "hex")
log("s", s.readable_length, s.read())
