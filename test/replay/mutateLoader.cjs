/** A webpack loader that makes one change in one file; see mutations.ts. */
module.exports = function mutate(source) {
  const { from, to } = this.getOptions();
  if (source.split(from).length !== 2) throw new Error(`not exactly once in ${this.resourcePath}: ${from}`);
  return source.replace(from, () => to);
};
