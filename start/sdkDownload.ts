import { readlinkSync } from 'node:fs';
import { TestWorkflowEnvironment } from '@temporalio/testing';

/** Lets the SDK download a server's program, and prints where it put it: the path of the process that it starts. */
const env =
  process.argv[2] === 'time-skipping'
    ? await TestWorkflowEnvironment.createTimeSkipping()
    : await TestWorkflowEnvironment.createLocal();
const { execFileSync } = await import('node:child_process');
const children = execFileSync('ps', ['-o', 'pid=,comm=', '--ppid', String(process.pid)], { encoding: 'utf8' });
const pid = /^\s*(\d+)\s+temporal/m.exec(children)?.[1];
if (pid) console.log(`program: ${readlinkSync(`/proc/${pid}/exe`)}`);
await env.teardown();
