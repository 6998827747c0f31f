from prelude import later, log, net, observe

n = 0


class Source(net.Readable):
    def _read(self, size):
        global n
        log("s", "_read", size)
        n += 1
        chunk = None if n > 4 else b"abc"
        later(0.001, lambda: log("push", self.push(chunk)))


s = Source(high_water_mark=7)
observe("s", s)
s.on("data", lambda chunk: log("s", "data", chunk, s.readable_length))
