import './shiftedClock.ts';

/** A worker whose clock is off; the settings of `workerProcess.ts` besides. */
await import('../faults/workerProcess.ts');
