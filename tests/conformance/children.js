'use strict';
// The Node half of the vocabulary of scenarios of several processes; children.py is its twin.
// A child runs the scenario again. What it logs goes to the same output.

const { fork } = require('node:child_process');
const cluster = require('node:cluster');

// Workers accept by themselves, as ours do.
cluster.schedulingPolicy = cluster.SCHED_NONE;

// Runs main in so many workers; call is for the primary.
function run(main, workers, call = () => {}) {
  if (cluster.isWorker) {
    main();
    return;
  }
  call();
  for (let n = 0; n < workers; n++) cluster.fork();
}

module.exports = {
  child: () => fork(process.argv[1], { env: { ...process.env, CONFORMANCE_CHILD: '1' } }),
  cluster,
  isChild: 'CONFORMANCE_CHILD' in process.env,
  parent: process,
  run,
};
