from prelude import log, net, observe

n = 0


class Source(net.Readable):
    def _read(self, size):
        global n
        n += 1
        log("read", n)
        self.push(None if n > 6 else b"x")


data = Source(high_water_mark=1)
observe("data", data)


@data.on("data")
def on_data(chunk):
    log("data", "data", chunk)
    if n >= 2:
        data.destroy()


class Pushed(net.Readable):
    def _read(self, size):
        pass


readable = Pushed()
observe("readable", readable)


@readable.on("readable")
def on_readable():
    log("readable", "readable", readable.read(1))
    readable.destroy(Exception("enough"))
    log("readable", readable.read(1))


readable.push(b"abc")
end = Pushed()
observe("end", end)
end.on("end", lambda: end.destroy(Exception("at the end")))
end.resume()
end.push(None)
close = Pushed()
observe("close", close)


@close.on("close")
def on_close():
    close.destroy(Exception("never seen"))
    log("close", close.errored, close.closed)


close.destroy()
