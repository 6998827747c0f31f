from prelude import done, later, log, net, observe


class Sink(net.Writable):
    def _write(self, chunk, encoding, callback):
        log("s", "_write", chunk, self.writable_length)
        later(0.001, lambda: callback(None))


s = observe("s", Sink(high_water_mark=4))
s.on("drain", lambda: log("s", s.writable_length, s.writable_need_drain))
log("s", s.write("ab", done("s", "callback 1")), s.writable_length, s.writable_need_drain)
log("s", s.write("c", done("s", "callback 2")), s.writable_length, s.writable_need_drain)
log("s", s.write("d", done("s", "callback 3")), s.writable_length, s.writable_need_drain)
log("s", s.write("e", done("s", "callback 4")), s.writable_length, s.writable_need_drain)


@s.once("drain")
def more():
    log("s", s.write("f", done("s", "callback 5")), s.writable_need_drain)
    log("s", s.write("ghij", done("s", "callback 6")), s.writable_need_drain)
    s.once("drain", lambda: s.end(done("s", "end")))
