import { useState } from 'react';

/** One key for one body: what is sent twice, such as again after a broken connection, is done once. */
export function useRequestKey(body: unknown): string {
  const content = JSON.stringify(body);
  const [key, setKey] = useState(() => ({ content, value: crypto.randomUUID() }));
  if (key.content !== content) setKey({ content, value: crypto.randomUUID() });
  return key.value;
}
