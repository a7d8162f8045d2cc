import { describe, expect, it } from 'vitest';
import type { IntegrationState, StepProgress } from '../../domain/cancellations/cancellations.ts';
import { withdrawalEffects } from '../../domain/cancellations/effects.ts';
import { standingOf } from '../../domain/cancellations/standing.ts';

const ongoing = { isOpen: true, isWithdrawn: false };
const over = { isOpen: false, isWithdrawn: false };
const all = (...states: IntegrationState[]) => states.map((state) => ({ state, reinstating: false }));
const reinstating = (state: IntegrationState) => ({ state, reinstating: true });

describe('a cancellation as a whole', () => {
  it('is in progress while a system works on any integration, or none is recorded yet', () => {
    expect(standingOf(ongoing, all('waiting', 'in_progress', 'blocked')).state).toBe('in_progress');
    expect(standingOf(ongoing, []).state).toBe('in_progress');
  });

  it('waits while all that has not ended waits', () => {
    expect(standingOf(ongoing, all('ended', 'waiting')).state).toBe('waiting');
    expect(standingOf(ongoing, [reinstating('withdrawn'), ...all('waiting')])).toEqual({
      state: 'waiting',
      reinstating: false,
    });
  });

  it('ends as what most needs somebody to look at it', () => {
    expect(standingOf(over, all('ended', 'blocked', 'not_completed')).state).toBe('not_completed');
    expect(standingOf(over, all('ended', 'blocked')).state).toBe('blocked');
    expect(standingOf(over, all('withdrawn', 'ended')).state).toBe('ended');
  });

  it('is withdrawn from the withdrawal on, and being reinstated until that is done', () => {
    const withdrawn = { isOpen: true, isWithdrawn: true };
    expect(standingOf(withdrawn, all('waiting'))).toEqual({ state: 'withdrawn', reinstating: false });
    expect(standingOf(withdrawn, [reinstating('withdrawn')])).toEqual(reinstating('withdrawn'));
    expect(standingOf({ ...withdrawn, isOpen: false }, all('withdrawn')).reinstating).toBe(false);
  });

  it('whose integrations have all been withdrawn or blocked is being reinstated while a task says so', () => {
    expect(standingOf(ongoing, [reinstating('blocked'), ...all('withdrawn')])).toEqual(reinstating('blocked'));
  });
});

describe('a withdrawal', () => {
  const step = (name: StepProgress['step'], state: StepProgress['state'], more: Partial<StepProgress> = {}) => ({
    ...{ step: name, title: name, state },
    ...more,
  });
  const effects = (steps: StepProgress[], begun: string[] = []) =>
    withdrawalEffects(steps, (one) => begun.includes(one.step));
  const none = { stopped: [], done: [], unknown: [], running: [], automatic: [] };

  it('undoes what was done at the vendor, and checks what may have been', () => {
    const steps = [step('gate', 'done'), step('cdk-case', 'waiting'), step('cdk-clean-up', 'next')];
    expect(effects(steps)).toEqual({ ...none, stopped: ['cdk-case', 'cdk-clean-up'] });
    expect(effects(steps, ['cdk-case'])).toEqual({
      ...none,
      stopped: ['cdk-case', 'cdk-clean-up'],
      unknown: ['cdk-case'],
    });
    expect(effects([step('gate', 'done'), step('cdk-case', 'done')])).toEqual({ ...none, done: ['cdk-case'] });
  });

  it('checks a step that a team lead closed after somebody had claimed it', () => {
    expect(effects([step('cdk-case', 'not_completed', { mayBeDone: true })])).toEqual({
      ...none,
      unknown: ['cdk-case'],
    });
  });

  it('does not know yet what becomes of a step that a system is doing', () => {
    const running = [step('elead-mail', 'running', { waitingOnCode: 'mail_server' })];
    expect(effects(running)).toEqual({ ...none, stopped: ['elead-mail'], running: ['elead-mail'] });
    expect(effects([step('gate', 'running', { waitingOnCode: 'cst' })])).toEqual({ ...none, stopped: ['gate'] });
  });

  it('has Dealerops restore the events that VinSolutions’ service has ended', () => {
    const before = { of: '12345', values: ['sale'] };
    const done = step('vin-event-stream', 'done', { by: 'vinsolutions_events', before });
    expect(effects([done]).automatic).toEqual(['vin-event-stream']);
    expect(effects([{ ...done, by: 'olivia' }]).automatic).toEqual([]);
  });
});
