from prelude import net, state, watch

client = net.connect(1, "127.0.0.1")
attempts = ("connectionAttempt", "connectionAttemptFailed", "connectionAttemptTimeout")
watch("client", client, *attempts, "error")
client.on("connectionAttemptFailed", lambda *_: state("client", client, "connecting", "destroyed"))
