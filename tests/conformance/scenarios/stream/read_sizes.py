from prelude import log, net


class Source(net.Readable):
    def _read(self, size):
        pass


s = Source()
s.push(b"abcdefghij")
s.push(b"klmno")
log("s", s.read(0), s.readable_length)
log("s", s.read(3), s.readable_length)
log("s", s.read(9), s.readable_length)
log("s", s.read(4), s.readable_length)
log("s", s.read(-1), s.readable_length)
log("s", s.read(3), s.readable_length)
log("s", s.read(), s.readable_length)
s.push(b"pq")
s.push(b"r")
log("s", s.read(), s.readable_length)
s.push(b"st")
s.push(None)
log("s", s.read(3), s.readable_length)
log("s", s.read(), s.read(1))
