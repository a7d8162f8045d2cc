/** Rates and percentiles. */

/** @returns how many a second */
export async function rateOf(count: number, work: () => Promise<unknown>): Promise<number> {
  const begun = performance.now();
  await work();
  return count / ((performance.now() - begun) / 1_000);
}

function median(values: number[]): number {
  return percentile(values, 50);
}

export function percentile(values: number[], percent: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor((percent / 100) * sorted.length))]!;
}

/** Splits into so many parts of the same length. */
export function parts<T>(items: readonly T[], count: number): T[][] {
  const size = Math.floor(items.length / count);
  return Array.from({ length: count }, (_, index) => items.slice(index * size, (index + 1) * size));
}

export interface Figure {
  name: string;
  ours: number;
  baseline?: number;
  unit: string;
  /** What it is to be: a ratio to the baseline, or a limit. Absent of what is not ours. */
  target?: { atLeastRatio: number } | { atMostRatio: number } | { below: number };
}

/**
 * Ours and the baseline in turn, the one that begins changing, so that neither the machine's drift nor a server that grows
 * fuller is taken for a difference. The first round warms up and is not counted.
 * @param quiet resolves when what was begun has come to its end, so that it is not measured with what comes next
 * @returns the medians of what the rounds have measured, such as rates
 */
export async function inTurn(
  rounds: number,
  baseline: (round: number) => Promise<number>,
  ours: (round: number) => Promise<number>,
  quiet: () => Promise<unknown> = async () => {},
): Promise<{ baseline: number; ours: number }> {
  const rates = { baseline: [] as number[], ours: [] as number[] };
  for (let round = 0; round < rounds; round += 1) {
    const measure = {
      baseline: async () => rates.baseline.push(await baseline(round)),
      ours: async () => rates.ours.push(await ours(round)),
    };
    const order = round % 2 === 0 ? (['baseline', 'ours'] as const) : (['ours', 'baseline'] as const);
    for (const one of order) {
      await measure[one]();
      await quiet();
    }
  }
  return { baseline: median(rates.baseline.slice(1)), ours: median(rates.ours.slice(1)) };
}
