from prelude import done, later, log, net, watch


class Sink(net.Writable):
    def _write(self, chunk, encoding, callback):
        later(0.001, lambda: callback(None))


s = Sink()
watch("s", s, "prefinish", "finish", "close")
s.on("prefinish", lambda: log("s", s.writable_finished, s.writable_ended))
s.write("x", done("s", "x"))
s.end(done("s", "end"))
