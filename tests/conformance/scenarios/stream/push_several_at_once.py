from prelude import log, net, observe

rounds = [[b"a", b"b", b"c"], [b"d", b"e", None]]


class Source(net.Readable):
    def _read(self, size):
        chunks = rounds.pop(0)
        log("s", "_read", len(chunks))
        for chunk in chunks:
            log("push", self.push(chunk))


s = Source(high_water_mark=3)
observe("s", s)
s.on("data", lambda chunk: log("s", "data", chunk, s.readable_length))
