/** `npm run make-feed -- --rows 1000 --seed 1 --dms ids`: a file such as ProResponse delivers, to try and measure imports with. */
import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Command, InvalidArgumentError, Option } from 'commander';
import { feedDmsNames, feedKinds } from '../domain/feeds/feeds.ts';
import { type FeedFileOptions, feedFile } from '../sandbox/sftp/feedFile.ts';
import { runProgram } from '../service/runProgram.ts';
import { StartError } from '../service/startError.ts';

const whole = (least: number) => (text: string) => {
  if (!/^\d{1,9}$/.test(text) || Number(text) < least)
    throw new InvalidArgumentError(`It must be a whole number of at least ${least}.`);
  return Number(text);
};
const share = (text: string) => {
  const number = Number(text);
  if (text.trim() === '' || !(number >= 0 && number <= 1)) throw new InvalidArgumentError('It must be from 0 to 1.');
  return number;
};
const day = (text: string) => {
  const time = Date.parse(text);
  // A day that does not exist, such as February 30, may be read as another one.
  const isDay = !Number.isNaN(time) && new Date(time).toISOString().slice(0, 10) === text;
  if (!isDay || text < '1900') throw new InvalidArgumentError('It must be a date such as 2025-12-31.');
  return text;
};

const program = new Command('make-feed')
  .description('Writes a file of sales or service rows such as ProResponse delivers; nobody in it exists')
  .requiredOption('--rows <number>', 'how many rows', whole(0))
  .option(
    '--seed <number>',
    'the same seed makes the same file, and another one other deals or work orders',
    whole(0),
    1,
  )
  .addOption(new Option('--dms <dms>', 'whose columns').choices(feedDmsNames).default('ids'))
  .addOption(new Option('--kind <kind>', 'what it holds').choices(feedKinds).default('sales'))
  .option('--customers <number>', 'to how many customers the rows belong', whole(1), 200_000)
  .option('--changed <share>', 'make the next day’s file, in which this share of the rows is changed or new', share, 0)
  .option('--bad-share <share>', 'the share of rows that cannot be read', share, 0)
  .option('--odd-share <share>', 'the share of rows that are written in an unusual way', share, 0.005)
  .option('--last-date <date>', 'the latest date in it', day, '2025-12-31')
  .option('--out <file>', 'where to; the standard output when absent');
const { out, ...options } = program.parse().opts<FeedFileOptions & { out?: string }>();

await runProgram(async () => {
  const target = out === undefined ? process.stdout : createWriteStream(out);
  try {
    await pipeline(Readable.from(feedFile(options), { objectMode: true }), target, { end: out !== undefined });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // Who reads it has enough, such as head.
    if (code === 'EPIPE') return;
    const what = out === undefined ? 'The file' : `The file ${out}`;
    throw new StartError(`${what} cannot be written: ${code ?? (error as Error).message}`);
  }
});
