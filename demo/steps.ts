import { actorName } from '../domain/shared/actors.ts';
import { inWords } from '../domain/shared/words.ts';

/** One step of a checklist, as the API answers it. */
export interface Step {
  step: string;
  title: string;
  state: string;
  by?: string;
  evidence?: string;
  waitingOn?: string;
}

/** Prints each line once. */
export function oncePrinter(): (line: string) => void {
  const printed = new Set<string>();
  return (line) => {
    if (!printed.has(line)) console.log(line);
    printed.add(line);
  };
}

/** @returns undefined while there is nothing to say of it */
export function stepInWords({ title, state, by, evidence, waitingOn }: Step): string | undefined {
  if (state === 'next' || state === 'running') return undefined;
  const how = state === 'waiting' ? `waits for ${waitingOn}` : `${inWords(state)}${by ? ` by ${actorName(by)}` : ''}`;
  return `${title}: ${how}${evidence ? `\n      ${evidence}` : ''}`;
}
