from prelude import attempt, log, net


class Source(net.Readable):
    def _read(self, size):
        pass


s = Source()
s.push(bytes.fromhex("61c3a962e2"))
s.push(bytes.fromhex("82acc3"))
log("s", s.readable_length, s.readable_encoding)
s.set_encoding("utf8")
log("s", s.readable_length, s.readable_encoding)
log("s", s.read(2), s.readable_length)
s.push(bytes.fromhex("a9"))
log("s", s.readable_length, s.read(), s.readable_length)
s.push(bytes.fromhex("6162c3"))
s.push(None)
log("s", s.readable_length, s.read(1), s.read())
attempt("wrong", "setEncoding", lambda: s.set_encoding("no such"))
attempt("wrong", "constructor", lambda: Source(encoding="no such"))
