from prelude import log, net, observe


class Sink(net.Writable):
    def _write(self, chunk, encoding, callback):
        self.release = lambda: callback(None)


for mark, size in ((0, 0), (0, 1), (3, 2), (3, 3), (3, 4), (16384, 16383), (16384, 16384)):
    name = f"{size} of {mark}"
    s = observe(name, Sink(high_water_mark=mark))
    log(name, s.write(bytes(size)), s.writable_length, s.writable_need_drain)
    s.release()
    log(name, s.writable_length, s.writable_need_drain)
