from prelude import attempt, net, observe, state


class Sink(net.Writable):
    def _write(self, chunk, encoding, callback):
        callback(None)


s = observe("s", Sink())
attempt("s", "null", lambda: s.write(None))
attempt("s", "number", lambda: s.write(7))
attempt("s", "array", lambda: s.write([1]))
attempt("s", "boolean", lambda: s.write(True))
attempt("s", "end", lambda: s.end(7))
state("s", s, "writable", "writable_ended", "destroyed", "errored", "writable_length")
o = observe("o", Sink(object_mode=True))
attempt("o", "null", lambda: o.write(None))
attempt("o", "number", lambda: o.write(7))


class Plain(net.Writable):
    pass


none = observe("none", Plain())
attempt("none", "write", lambda: none.write("x"))
