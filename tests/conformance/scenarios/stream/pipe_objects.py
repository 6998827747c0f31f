from prelude import later, log, net, observe, watch

values = [1, "two", [3], False, None]


class Source(net.Readable):
    def _read(self, size):
        self.push(values.pop(0))


class Sink(net.Writable):
    def _write(self, value, encoding, callback):
        log("sink", "_write", value)
        later(0.001, lambda: callback(None))


source = observe("source", Source(object_mode=True, high_water_mark=1))
sink = watch("sink", Sink(object_mode=True, high_water_mark=2), "drain", "finish", "close")
source.pipe(sink)
