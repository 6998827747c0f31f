from prelude import log, missing_path, net, observe

e = net.EventEmitter()


def monitor(error):
    log("e", "monitor", str(error))


e.on(net.error_monitor, monitor)
try:
    e.emit("error", Exception("unheard"))
except Exception as error:
    log("e", "threw", str(error))
e.on("error", lambda error: log("e", "error", str(error)))
log("e", e.listener_count("error"), e.listener_count(net.error_monitor), len(e.event_names()))
e.emit("error", Exception("heard"))
e.prepend_once_listener(net.error_monitor, lambda error: log("e", "first", str(error)))
e.emit("error", Exception("twice"))
e.off(net.error_monitor, monitor)
e.emit("error", Exception("unmonitored"))
e.emit("x", Exception("another"))

socket = net.Socket()
socket.on(net.error_monitor, lambda error: log("socket", "monitor", str(error)))
observe("socket", socket)
socket.destroy(Exception("late"))

server = net.create_server()
server.on("error", lambda error: log("server", "error", error.code))
server.on(net.error_monitor, lambda error: log("server", "monitor", error.code))
server.listen(missing_path() + "/below")
