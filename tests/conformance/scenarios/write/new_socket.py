from prelude import Socket, attempt, done, later, log, state, watch

socket = Socket()
watch("socket", socket, "error", "finish")
socket.on("close", lambda *args: log("socket", "close"))
attempt("socket", "write", lambda: socket.write("x", done("socket", "written")))
later(0.02, lambda: state("socket", socket, "destroyed", "bytes_written"))
