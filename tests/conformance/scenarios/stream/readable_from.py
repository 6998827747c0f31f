from prelude import attempt, log, net, state, watch

text = watch("text", net.Readable.from_("text"), "data", "end", "close")
state("text", text, "readable_object_mode", "readable_high_water_mark")
watch("bytes", net.Readable.from_(b"bytes"), "data", "end", "close")
listed = watch("list", net.Readable.from_(["a", "b", "c"]), "data", "end", "close")
state("list", listed, "readable_object_mode", "readable_high_water_mark")


def numbers():
    try:
        for i in range(5):
            log("gen", "gives", i)
            yield i
    finally:
        log("gen", "closed")


cut = watch("cut", net.Readable.from_(numbers()), "end", "error", "close")


def on_data(n):
    log("cut", n)
    if n == 2:
        cut.destroy()


cut.on("data", on_data)


def fails():
    yield "x"
    raise Exception("no more")


watch("failing", net.Readable.from_(fails()), "data", "end", "error", "close")
nulls = watch("nulls", net.Readable.from_(["x", None, "y"]), "data", "end", "close")
nulls.on("error", lambda error: log("nulls", error.code))
attempt("bad", "from", lambda: net.Readable.from_(5))
