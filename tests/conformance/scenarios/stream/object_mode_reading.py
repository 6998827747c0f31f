from prelude import log, net


class Source(net.Readable):
    def _read(self, size):
        log("s", "_read", size)


s = Source(object_mode=True, high_water_mark=3)
log("s", s.push(1), s.push(0), s.push(""), s.push(False), s.readable_length)
log("s", s.unshift("first"), s.readable_length)
log("s", s.read(), s.read(1), s.read(5), s.readable_length)
log("s", s.read(0), s.readable_length)
s.push([1, 2])
s.push(None)
log("s", s.readable_length, s.readable_high_water_mark)
s.on("data", lambda value: log("s", "data", value))
s.on("end", lambda: log("s", "end"))
