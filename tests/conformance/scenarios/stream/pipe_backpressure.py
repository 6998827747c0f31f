from prelude import later, log, net, observe, watch

n = 0


class Source(net.Readable):
    def _read(self, size):
        global n
        n += 1
        self.push(None if n > 4 else f"chunk {n}")


class Sink(net.Writable):
    def _write(self, chunk, encoding, callback):
        log("sink", "_write", chunk, self.writable_length)
        later(0.001, lambda: callback(None))


source = observe("source", Source(high_water_mark=1))
sink = watch("sink", Sink(high_water_mark=10), "drain", "finish", "close")
source.pipe(sink)
