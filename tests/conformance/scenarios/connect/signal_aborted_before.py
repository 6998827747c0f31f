from prelude import Socket, log, net, watch

client = Socket(signal=net.AbortSignal.abort())
watch("client", client, "error")
client.on("close", lambda *args: log("client", "close"))
