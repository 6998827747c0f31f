from prelude import attempt, later, log, net, state, watch

EVENTS = ("end", "finish", "error", "close")
kept = watch("kept", net.PassThrough(), *EVENTS)
kept.resume()
net.pipeline(
    net.Readable.from_(["x", "y"]),
    kept,
    lambda error: state("kept", kept, "writable_ended", "destroyed"),
    end=False,
)


def aborted(name, act):
    controller = net.AbortController()
    a = watch(f"{name} a", net.PassThrough(), *EVENTS)
    b = watch(f"{name} b", net.PassThrough(), *EVENTS)
    act(controller)
    net.pipeline(a, b, lambda error: log(name, error.code), signal=controller.signal)


aborted("before", lambda controller: controller.abort())
aborted("later", lambda controller: later(0.01, controller.abort))
attempt("bad", "one", lambda: net.pipeline(net.PassThrough(), lambda: None))
attempt("bad", "middle", lambda: net.pipeline(net.PassThrough(), 5, lambda: None))
