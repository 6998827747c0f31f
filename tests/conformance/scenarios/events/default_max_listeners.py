import warnings

from prelude import later, log, net

EventEmitter = net.EventEmitter
warnings.simplefilter("always")
before = EventEmitter()
own = EventEmitter().set_max_listeners(5)
log("e", EventEmitter.default_max_listeners, before.get_max_listeners())
EventEmitter.default_max_listeners = 2
after = EventEmitter()
log("e", before.get_max_listeners(), own.get_max_listeners(), after.get_max_listeners())
log("socket", net.Socket().get_max_listeners())


def on_warning(warning, category, *details):
    log("w", warning.emitter is before, warning.type, warning.count, category.__name__)


warnings.showwarning = on_warning
for _ in range(4):
    before.on("x", lambda: None)
for _ in range(5):
    own.on("x", lambda: None)


def restore():
    EventEmitter.default_max_listeners = 10
    log("e", before.get_max_listeners())


later(0.01, restore)
