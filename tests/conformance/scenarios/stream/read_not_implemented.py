from prelude import log, net, observe


class Source(net.Readable):
    pass


s = observe("s", Source())
log("s", s.read(), s.destroyed)
d = observe("d", Source())
d.resume()
