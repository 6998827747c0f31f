from prelude import log, net, observe

chunks = [b"one", b"two", b"three", None]


class Source(net.Readable):
    def _read(self, size):
        log("s", "_read")
        self.push(chunks.pop(0) if chunks else None)


s = Source(high_water_mark=5)
observe("s", s)


@s.on("readable")
def readable():
    log("s", "readable", s.readable_length)
    while (chunk := s.read()) is not None:
        log("s", "got", chunk)
    log("s", "left", s.readable_length)
