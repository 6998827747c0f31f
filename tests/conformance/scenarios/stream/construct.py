from prelude import done, later, log, net, observe


class Both(net.Duplex):
    def _construct(self, callback):
        def finish():
            log("s", "constructed")
            callback(None)

        log("s", "_construct")
        later(0.001, finish)

    def _read(self, size):
        log("s", "_read")
        self.push(None)

    def _write(self, chunk, encoding, callback):
        log("s", "_write", chunk)
        callback(None)

    def _final(self, callback):
        log("s", "_final")
        callback(None)


s = observe("s", Both(high_water_mark=3))
log("s", "new")
s.on("data", lambda chunk: None)
log("s", s.write("ab", done("s", "ab")), s.write("cd", done("s", "cd")), s.writable_length)
s.end(done("s", "end"))
log("s", "ended")
