from prelude import done, later, log, net, observe


class Sink(net.Writable):
    def _write(self, chunk, encoding, callback):
        callback(None)


ended = observe("ended", Sink())
ended.end("x", done("ended", "end"))
ended.destroy()
failed = observe("failed", Sink())
failed.end("x", done("failed", "end"))
failed.destroy(Exception("boom"))


class Self(net.Writable):
    def _write(self, chunk, encoding, callback):
        self.destroy(Exception("from _write"))
        callback(None)


inwrite = observe("inwrite", Self())
log("inwrite", inwrite.write("x", done("inwrite", "x")), inwrite.destroyed)
infinish = observe("infinish", Sink())
infinish.on("finish", lambda: infinish.destroy(Exception("from finish")))
infinish.end(done("infinish", "end"))
incallback = observe("incallback", Sink())
incallback.write("x", lambda *values: incallback.destroy())
incallback.write("y", done("incallback", "y"))


class Slow(net.Writable):
    def _write(self, chunk, encoding, callback):
        later(0.001, lambda: callback(None))


indrain = observe("indrain", Slow(high_water_mark=1))
indrain.on("drain", lambda: indrain.destroy())
indrain.write("x", done("indrain", "x"))
