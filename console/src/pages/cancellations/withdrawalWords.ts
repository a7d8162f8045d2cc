import type { Integration } from '../../app/api.ts';

type Effects = NonNullable<Integration['ifWithdrawn']>;

/**
 * What a withdrawal would do to an integration, in sentences.
 * @param holderOf who has the step's task, by name
 */
export function withdrawalWords(
  { stopped, done, unknown, running }: Effects,
  holderOf: (step: string) => string | undefined,
): string {
  const all = [...done, ...unknown, ...running];
  const byDealerops = [...done, ...unknown].filter(({ isAutomatic }) => isAutomatic);
  const toUndo = done.filter(({ isAutomatic }) => !isAutomatic);
  const toCheck = unknown.filter(({ isAutomatic }) => !isAutomatic);
  const sentences = [
    stopped.length > 0 && `Its ${done.length > 0 ? 'other ' : ''}steps stop, and its open tasks close.`,
    all.length === 0 && 'Nothing was done at the vendor, so nothing has to be reinstated.',
    byDealerops.length > 0 && `Dealerops undoes ${quoted(byDealerops)} itself; a task opens if that fails.`,
    toUndo.length + toCheck.length > 0 && `A task opens to ${taskWords(toUndo, toCheck, holderOf)}.`,
    running.length > 0 &&
      `${quoted(running)} is being done now: it stops if it has not happened yet; otherwise a task opens to undo it.`,
  ];
  return sentences.filter((sentence) => sentence !== false).join(' ');
}

function taskWords(
  toUndo: Effects['done'],
  toCheck: Effects['unknown'],
  holderOf: (step: string) => string | undefined,
): string {
  const holders = toCheck.flatMap(({ step }) => holderOf(step) ?? []);
  const why = holders.length > 0 ? `${[...new Set(holders)].join(' and ')} claimed it` : 'its task was claimed';
  const check = `check whether ${quoted(toCheck)} was done (${why}), and to undo it if it was`;
  const undo = `undo ${quoted(toUndo)}`;
  if (toCheck.length === 0) return undo;
  return toUndo.length === 0 ? check : `${undo}, to ${check}`;
}

function quoted(steps: { title: string }[]): string {
  return steps.map(({ title }) => `“${title}”`).join(', ');
}
