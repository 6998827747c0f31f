from prelude import log, net


class Source(net.Readable):
    def _read(self, size):
        log("s", "_read", size)


s = Source(high_water_mark=10)
log("s", s.read(5), s.readable_high_water_mark)
log("s", s.read(11), s.readable_high_water_mark)
log("s", s.read(100), s.readable_high_water_mark)
s.push(b"x" * 90)
log("s", s.read(100), s.readable_length)
log("s", s.read(64), s.readable_length, s.readable_high_water_mark)
