import { readdirSync, readFileSync } from 'node:fs';

/** What processes have used, as Linux counts it. */

/** On every Linux, whatever its kernel's own clock. */
const ticksPerSecond = 100;

/** The largest since the process began. */
export function largestMemoryMiB(pid: number): number {
  const [, kib] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kib) / 1024;
}

/** Processor time of a process, and of the children that it has now or had. */
export function processorSeconds(pid: number): number {
  const own = ticksOf(pid)!;
  const children = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((child) => ticksOf(Number(child)))
    .filter((child) => child?.parent === pid);
  const ticks = own.own + own.ofEnded + children.reduce((sum, child) => sum + child!.own, 0);
  return ticks / ticksPerSecond;
}

/** @returns undefined when it has ended */
function ticksOf(pid: number): { parent: number; own: number; ofEnded: number } | undefined {
  try {
    // A program's name may hold blanks and parentheses.
    const [, rest] = /^.*\) (.*)$/s.exec(readFileSync(`/proc/${pid}/stat`, 'utf8'))!;
    const fields = rest!.split(' ').map(Number);
    return { parent: fields[1]!, own: fields[11]! + fields[12]!, ofEnded: fields[13]! + fields[14]! };
  } catch {
    return undefined;
  }
}
