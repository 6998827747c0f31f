from prelude import later, log, net, observe

n = 0


class Source(net.Readable):
    def _read(self, size):
        global n
        n += 1
        log("s", "_read", size)
        later(0.001, lambda: self.push(None if n > 3 else b"x"))


s = Source(high_water_mark=0)
observe("s", s)


@s.on("readable")
def readable():
    log("s", "readable", s.readable_length)
    while (chunk := s.read()) is not None:
        log("s", "got", chunk)
