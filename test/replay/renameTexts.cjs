const ts = require('typescript');

/**
 * A webpack loader that changes every text which people read (titles, summaries, details) and leaves codes as they are:
 * a text has a space, or in `domain/` a capital letter; `cancelElead` and `3 days` are codes.
 */
module.exports = function renameTexts(source) {
  const isDomain = /[\\/]domain[\\/](?!shared[\\/]searchAttributes)/.test(this.resourcePath);
  const isCode = (text) => /^\d+ \w+$/.test(text) || /^[a-z]+[A-Z]\w*$/.test(text);
  const isText = (text) => (isDomain ? /[A-Z ]/ : / /).test(text) && !isCode(text);
  const file = ts.createSourceFile('module.ts', source, ts.ScriptTarget.Latest, true);
  const places = [];
  const visit = (node) => {
    if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node) || ts.isTypeNode(node)) return;
    if (ts.isTemplateExpression(node)) {
      const words = [node.head, ...node.templateSpans.map((span) => span.literal)].map((part) => part.text).join('');
      if (isText(words)) places.push(node.head.getStart() + 1);
    } else if (ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node)) {
      const { parent } = node;
      // A property's name, or the type of a workflow.
      const isName = ts.isPropertyAssignment(parent) && (parent.name === node || parent.name.text === 'workflow');
      if (!isName && isText(node.text)) places.push(node.getStart() + 1);
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  let renamed = source;
  for (const place of places.toReversed()) renamed = `${renamed.slice(0, place)}Renamed: ${renamed.slice(place)}`;
  return renamed;
};
