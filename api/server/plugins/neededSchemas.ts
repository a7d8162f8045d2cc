export type Schemas = Record<string, object>;

const prefix = '#/components/schemas/';
const inputSuffix = 'Input';

/**
 * Keeps the schemas that the document refers to. Each named schema comes twice: as it is sent, with a suffix, and as it is
 * answered. The suffix is left out where both are the same, or where it is only sent.
 */
export function withNeededSchemas<Document extends { components: { schemas: Schemas } }>(document: Document): Document {
  const schemas = Object.fromEntries(
    Object.entries(document.components.schemas).map(([name, schema]) => [
      name,
      name.endsWith(inputSuffix) ? schema : mayGrow(schema),
    ]),
  );
  const needed = neededOf({ ...document, components: undefined }, schemas);
  const nameOf = (name: string): string => {
    const answered = name.endsWith(inputSuffix) ? name.slice(0, -inputSuffix.length) : name;
    return needed.has(answered) && !isSame(schemas[answered], schemas[name]) ? name : answered;
  };
  const kept = Object.fromEntries([...needed].sort().map((name) => [nameOf(name), schemas[name]]));
  const whole = { ...document, components: { ...document.components, schemas: kept } };
  return JSON.parse(JSON.stringify(whole), (key, value) =>
    key === '$ref' && typeof value === 'string' && value.startsWith(prefix)
      ? prefix + nameOf(value.slice(prefix.length))
      : value,
  );
}

function neededOf(paths: object, schemas: Schemas): Set<string> {
  const needed = new Set<string>();
  const left = [paths];
  for (let part = left.pop(); part; part = left.pop()) {
    for (const [, name] of JSON.stringify(part).matchAll(/"\$ref":"#\/components\/schemas\/([^"]+)"/g)) {
      if (needed.has(name!) || !schemas[name!]) continue;
      needed.add(name!);
      left.push(schemas[name!]!);
    }
  }
  return needed;
}

/** Clients must accept fields that a later release adds to an answer. */
function mayGrow(schema: object): object {
  return JSON.parse(JSON.stringify(schema), (key, value) =>
    key === 'additionalProperties' && value === false ? undefined : value,
  );
}

function isSame(one: object | undefined, other: object | undefined): boolean {
  const plain = (schema: object | undefined) => JSON.stringify(schema)?.replaceAll(`${inputSuffix}"`, '"');
  return plain(one) === plain(other);
}
