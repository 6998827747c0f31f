from prelude import done, later, net, observe


class Sink(net.Writable):
    def _write(self, chunk, encoding, callback):
        callback(None)
        callback(None)


write = observe("write", Sink())
write.write("x", done("write", "callback"))


class Late(net.Writable):
    def _write(self, chunk, encoding, callback):
        def twice():
            callback(None)
            callback(None)

        later(0.001, twice)


late = observe("late", Late())
late.write("x", done("late", "callback"))


class Final(net.Writable):
    def _write(self, chunk, encoding, callback):
        callback(None)

    def _final(self, callback):
        callback(None)
        callback(None)


final = observe("final", Final())
final.end(done("final", "end"))


class Construct(net.Writable):
    def _construct(self, callback):
        callback(None)
        callback(None)

    def _write(self, chunk, encoding, callback):
        callback(None)


construct = observe("construct", Construct())
construct.write("x", done("construct", "callback"))
