from prelude import Socket, log, net, state, watch

client = Socket(signal=net.AbortSignal.abort())
watch("client", client, "error")
client.on("close", lambda *args: log("client", "close"))
state("client", client, "destroyed")
