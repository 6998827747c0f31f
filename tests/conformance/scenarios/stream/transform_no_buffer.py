from prelude import later, log, net, state, watch

s = net.PassThrough(high_water_mark=0)
state("s", s, "readable_high_water_mark", "writable_high_water_mark")
t = net.PassThrough(readable_high_water_mark=0, writable_high_water_mark=9)
state("t", t, "readable_high_water_mark", "writable_high_water_mark")
u = net.PassThrough(readable_object_mode=True)
state(
    "u",
    u,
    "readable_high_water_mark",
    "writable_high_water_mark",
    "readable_object_mode",
    "writable_object_mode",
)
log("s", s.write("x"))


def on() -> None:
    state("s", s, "readable_length", "writable_length")
    s.end()
    watch("s", s, "data", "end", "finish", "close")


later(0.01, on)
