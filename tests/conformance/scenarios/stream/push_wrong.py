from prelude import log, net


class Source(net.Readable):
    def _read(self, size):
        pass


s = Source()
s.on("error", lambda error: log("s", "error", error.code))
s.on("close", lambda: log("s", "close"))
log("s", s.push(7), s.destroyed)
u = Source()
u.on("error", lambda error: log("u", "error", error.code))
u.on("close", lambda: log("u", "close"))
log("u", u.unshift({}), u.destroyed)
