from prelude import Socket, attempt, done, later, log, state, watch

socket = watch("socket", Socket(), "finish", "error")
socket.on("close", lambda *args: log("socket", "close"))
attempt("socket", "end", lambda: socket.end("x", done("socket", "ended")))
later(0.02, lambda: state("socket", socket, "writable_finished", "destroyed", "errored"))
