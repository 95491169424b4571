/**
 * Starts the host application of the current folder in this very process: its own command line would put the server
 * into a grandchild, which outlives whoever started it. Ends with the process at the other end of standard input.
 */
const { createRequire } = require('node:module');
const path = require('node:path');

const patience = 10_000;

const hostRequire = createRequire(path.resolve('package.json'));
const { initEnv, generateAppDir } = hostRequire('@nocobase/cli-v1/src/util');

function leave() {
  setTimeout(() => process.exit(0), patience).unref();
}

process.once('SIGTERM', leave);
process.once('SIGINT', leave);
process.stdin.on('end', () => process.kill(process.pid, 'SIGTERM'));
process.stdin.on('error', () => process.kill(process.pid, 'SIGTERM'));
process.stdin.resume();
process.stdin.unref?.();

initEnv();
generateAppDir();
hostRequire(path.join(process.env.APP_PACKAGE_ROOT, 'lib/index.js'));
