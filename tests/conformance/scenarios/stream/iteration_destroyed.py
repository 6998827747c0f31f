import gevent
from prelude import log, net


class Source(net.Readable):
    def _read(self, size):
        pass


def read(name, error=None, destroy_later=False):
    source = Source()
    source.on("error", lambda error: None)
    source.push(name)
    if not destroy_later:
        source.destroy(error)
    try:
        for chunk in source:
            log(name, chunk)
            source.push("more")
            source.destroy(error)
        log(name, "left")
    except Exception as failure:
        log(name, "threw", failure)


gevent.joinall(
    [
        gevent.spawn(read, "before"),
        gevent.spawn(read, "before with error", Exception("why")),
        gevent.spawn(read, "in the loop", None, True),
        gevent.spawn(read, "in the loop with error", Exception("why"), True),
    ]
)
