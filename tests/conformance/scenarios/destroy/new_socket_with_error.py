from prelude import Socket, log, state, watch

socket = Socket()
watch("socket", socket, "error", "end", "finish")
socket.on("close", lambda *args: log("socket", "close"))
socket.destroy(Exception("unused"))
state("socket", socket, "destroyed", "errored")
