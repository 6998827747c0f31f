from prelude import log, net


class Both(net.Duplex):
    def _read(self, size):
        pass

    def _write(self, chunk, encoding, callback):
        callback(None)


d = Both()
log("pause", d.pause() is d)
log("resume", d.resume() is d)
log("setEncoding", d.set_encoding("utf8") is d)
log("setDefaultEncoding", d.set_default_encoding("latin1") is d)
log("unpipe", d.unpipe() is d)
other = Both()
log("pipe", d.pipe(other) is other)
log("unpipe", d.unpipe(other) is d)
log("end", d.end() is d)
log("destroy", d.destroy() is d)
log("again", d.destroy() is d)
log("cork", d.cork(), d.uncork())
