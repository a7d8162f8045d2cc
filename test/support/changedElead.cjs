/** A webpack loader that changes a procedure without `patched`: Elead's waits a moment before its mail. */
module.exports = function changedElead(source) {
  const start = "const step = 'elead-mail';";
  if (!source.includes(start)) throw new Error(`there is no ${start}`);
  return `import { sleep as changed } from '@temporalio/workflow';\n${source.replace(start, `await changed(100);\n${start}`)}`;
};
