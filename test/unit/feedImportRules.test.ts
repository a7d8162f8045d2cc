import { expect, test } from 'vitest';
import { meetingOf, type TakenFiles } from '../../domain/feeds/importRules.ts';

const one: TakenFiles = {
  ...{ host: 'sftp.example.com', port: 22, directory: 'lakeside/IDS/', moveTo: null },
  ...{ filename: '_SL\\.csv', regex: true, account: 'D-1001', dms: 'ids', kind: 'sales' },
};

test.each<[Partial<TakenFiles>, ReturnType<typeof meetingOf>]>([
  [{ kind: 'service' }, 'shared'],
  [{}, 'same_files'],
  [{ account: 'D-1002' }, 'same_files'],
  [{ account: 'D-1002', kind: 'service' }, 'same_files'],
  [{ account: 'D-1002', directory: '/LAKESIDE/ids', kind: 'service' }, 'same_files'],
  [{ directory: 'elsewhere', moveTo: 'lakeside/IDS' }, 'moved'],
  [{ account: 'D-1002', directory: 'elsewhere' }, undefined],
  [{ account: 'D-1002', host: 'other.example.com' }, undefined],
  [{ kind: 'service', filename: 'x.csv', regex: false }, undefined],
])('an import like this one but with %o meets it: %s', (other, meeting) => {
  expect(meetingOf(one, { ...one, ...other })).toBe(meeting);
  expect(meetingOf({ ...one, ...other }, one)).toBe(meeting);
});
