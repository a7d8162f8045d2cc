import { expect, it } from 'vitest';
import { byNeed } from '../../console/src/pages/feeds/onboarding/byNeed.ts';

const onboarding = (id: string, task?: { kind: string; team: string }, stopped?: string) => ({
  ...{ id, stopped },
  openTasks: task ? [{ ...task, id: `task of ${id}`, title: 'To do' }] : [],
});

it('onboardings that are blocked, stopped or wait for one’s team come first, each part in its order', () => {
  const all = [
    onboarding('t2 newest', { kind: 'onboarding-information', team: 't2-support' }),
    onboarding('quiet'),
    onboarding('stopped', undefined, 'its code has changed'),
    onboarding('blocked', { kind: 'trial-blocked', team: 'feeds' }),
    onboarding('t2', { kind: 'onboarding-information', team: 't2-support' }),
  ];
  const order = (teams: string[]) => byNeed(all, teams).map(({ id }) => id);
  expect(order([])).toEqual(['stopped', 'blocked', 't2 newest', 'quiet', 't2']);
  expect(order(['t2-support'])).toEqual(['t2 newest', 'stopped', 'blocked', 't2', 'quiet']);
});
