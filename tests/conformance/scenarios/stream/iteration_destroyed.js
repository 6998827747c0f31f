// What waits in a stream that was destroyed is lost, for a loop as well.
async function read(name, error, destroyLater) {
  const source = new stream.Readable({ read() {} });
  source.on('error', () => {});
  source.push(name);
  if (!destroyLater) source.destroy(error);
  try {
    for await (const chunk of source) {
      log(name, chunk);
      source.push('more');
      source.destroy(error);
    }
    log(name, 'left');
  } catch (failure) {
    log(name, 'threw', failure);
  }
}

read('before');
read('before with error', new Error('why'));
read('in the loop', undefined, true);
read('in the loop with error', new Error('why'), true);
