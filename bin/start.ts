/** `npm start`: everything on this machine. The rest is loaded only once Node is known to be new enough for it. */
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(`Node ${process.versions.node} is too old: install Node 20.19 or newer`);
  process.exit(1);
}
const { runEmbedded } = await import('../embedded/embedded.ts');
await runEmbedded();
