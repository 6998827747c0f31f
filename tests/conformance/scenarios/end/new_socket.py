from prelude import Socket, attempt, done, later, state, watch

socket = watch("socket", Socket())
attempt("socket", "end", lambda: socket.end(done("socket", "ended")))
state("socket", socket, "writable_ended", "ready_state", "destroyed")
later(0.02, lambda: state("socket", socket, "writable_finished", "destroyed", "ready_state"))
