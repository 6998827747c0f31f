from prelude import Socket, attempt, log, state, watch

socket = Socket()
watch("socket", socket, "error", "end", "finish")
socket.on("close", lambda *args: log("socket", "close"))
attempt("socket", "reset", lambda: socket.reset_and_destroy() is socket)
state("socket", socket, "destroyed", "errored")
