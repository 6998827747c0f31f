from prelude import log, net, observe

n = 0


class Source(net.Readable):
    def _read(self, size):
        global n
        n += 1
        log("s", "_read", n)
        self.push(None if n > 3 else b"x")


s = Source()
observe("s", s)
s.resume()
log("s", "called", s.readable_flowing)
s.on("end", lambda: log("s", s.readable_did_read))
