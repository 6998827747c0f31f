from prelude import attempt, done, log, net


class Sink(net.Writable):
    def __init__(self, name, **options):
        super().__init__(**options)
        self.name = name

    def _write(self, chunk, encoding, callback):
        log(self.name, "_write", chunk, encoding)
        callback(None)


s = Sink("s")
s.write("\u00e9")
s.write("\u00e9", "latin1")
s.write("c3a9", "hex")
s.write("aGk=", "base64", done("s", "callback"))
s.write("a", "UTF16LE")
s.write("\ud800")
s.write(b"x", "hex")
s.write(bytearray([1, 2]))
s.set_default_encoding("hex")
s.write("ff")
s.set_default_encoding("Latin1")
s.write("\u00ff")
s.end("\u00e9", "utf8")
plain = Sink("plain", decode_strings=False)
plain.write("\u00e9")
plain.write("ff", "hex")
plain.write(b"x")
log("plain", plain.writable_length)
latin = Sink("latin", default_encoding="latin1")
latin.write("\u00e9")
wrong = Sink("wrong")
attempt("wrong", "write", lambda: wrong.write("x", "no such"))
attempt("wrong", "setDefaultEncoding", lambda: wrong.set_default_encoding("no such"))
attempt("wrong", "constructor", lambda: Sink("wrong", default_encoding="no such"))
attempt("wrong", "end", lambda: wrong.end("x", "no such"))
log("wrong", wrong.destroyed, wrong.writable_ended)
