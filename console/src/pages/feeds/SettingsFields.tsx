import { Checkbox, NativeSelect, NumberInput, Stack, Textarea, TextInput } from '@mantine/core';
import { defaultImport } from '../../../../domain/feeds/defaultImport.ts';
import type { ApiProblem } from '../../app/api.ts';
import type { Feed } from './words.ts';

/** What people write of a feed's settings. */
export interface Settings {
  host: string;
  port: number | string;
  directory: string;
  filename: string;
  regex: boolean;
  username: string;
  password: string;
  privateKey: string;
  /** One on each line. */
  hostKeys: string;
  afterwards: 'delete' | 'move' | 'leave';
  moveTo: string;
  localTime: string;
  jitterMinutes: number | string;
  /** In percent. */
  maxRejected: number | string;
  silentAfterDays: number | string;
  /** In percent. */
  smallBelow: number | string;
}

export const newSettings: Settings = {
  host: '',
  port: defaultImport.port,
  directory: '',
  filename: defaultImport.filename,
  regex: defaultImport.regex,
  username: '',
  password: '',
  privateKey: '',
  hostKeys: '',
  afterwards: 'delete',
  moveTo: '',
  localTime: defaultImport.localTime,
  jitterMinutes: defaultImport.jitterMinutes,
  maxRejected: inPercent(defaultImport.maxRejectedShare),
  silentAfterDays: defaultImport.silentAfterDays,
  smallBelow: inPercent(defaultImport.smallBelowShare),
};

export function inPercent(share: number): number {
  return Number((share * 100).toFixed(4));
}

export function settingsOf(feed: Feed): Settings {
  const { host, port, directory, filename, regex, username, localTime, jitterMinutes, silentAfterDays } = feed;
  return {
    ...{ host, port, directory, filename, regex, username, localTime, jitterMinutes, silentAfterDays },
    password: feed.password ?? '',
    privateKey: feed.privateKey ?? '',
    hostKeys: feed.hostKeys.join('\n'),
    afterwards: feed.deleteFromServer ? 'delete' : feed.moveTo === null ? 'leave' : 'move',
    moveTo: feed.moveTo ?? '',
    maxRejected: inPercent(feed.maxRejectedShare),
    smallBelow: inPercent(feed.smallBelowShare),
  };
}

/** As the API takes them: what cannot be read as a number is left to the API to refuse. */
export function bodyOfSettings(settings: Settings) {
  const { host, directory, filename, regex, username, password, privateKey, afterwards, moveTo, localTime } = settings;
  return {
    ...{ directory, filename, regex, username, localTime },
    host: host.trim(),
    port: Number(settings.port),
    password: password || null,
    privateKey: privateKey || null,
    hostKeys: settings.hostKeys.split(/\s+/).filter(Boolean),
    deleteFromServer: afterwards === 'delete',
    moveTo: afterwards === 'move' ? moveTo : null,
    jitterMinutes: Number(settings.jitterMinutes),
    maxRejectedShare: Number(settings.maxRejected) / 100,
    silentAfterDays: Number(settings.silentAfterDays),
    smallBelowShare: Number(settings.smallBelow) / 100,
  };
}

export const settingsLabels = {
  '/account': 'Dealer',
  '/dms': 'DMS',
  '/kind': 'Kind',
  '/host': 'Server',
  '/port': 'Port',
  '/directory': 'Folder',
  '/filename': 'File name',
  '/username': 'User name',
  '/password': 'Password',
  '/privateKey': 'Private key',
  '/hostKeys': 'Host keys',
  '/deleteFromServer': 'After the import',
  '/moveTo': 'Folder for imported files',
  '/localTime': 'Time of day',
  '/jitterMinutes': 'Start jitter, up to (minutes)',
  '/maxRejectedShare': 'Maximum rejected rows',
  '/silentAfterDays': 'Open a task after (days without rows)',
  '/smallBelowShare': 'Open a task below (% of usual rows)',
} as const satisfies Record<string, string>;
type SettingPath = keyof typeof settingsLabels;

/** Paths whose refusal stands at their field. */
export const fieldPaths = Object.keys(settingsLabels).filter((path) => !['/account', '/dms', '/kind'].includes(path));

interface Props {
  settings: Settings;
  onChange: (part: Partial<Settings>) => void;
  error: Error | null;
}

/** All settings of a feed, in the order in which the feeds team sets them up. */
export function SettingsFields({ settings, onChange, error }: Props) {
  const refusalOf = (path: string) => (error as ApiProblem | null)?.of?.(path);
  type Texts = 'host' | 'directory' | 'filename' | 'username' | 'password' | 'privateKey' | 'moveTo' | 'localTime';
  const text = (name: Texts, description?: string, type?: 'time') => (
    <TextInput
      label={settingsLabels[`/${name}`]}
      description={description}
      type={type}
      value={settings[name]}
      error={refusalOf(`/${name}`)}
      onChange={(event) => onChange({ [name]: event.currentTarget.value })}
    />
  );
  type Numbers = 'port' | 'jitterMinutes' | 'maxRejected' | 'silentAfterDays' | 'smallBelow';
  const number = (name: Numbers, path: SettingPath, suffix?: string) => (
    <NumberInput
      label={settingsLabels[path]}
      allowDecimal={suffix === '%'}
      allowNegative={false}
      suffix={suffix}
      value={settings[name]}
      error={refusalOf(path)}
      onChange={(value) => onChange({ [name]: value })}
    />
  );
  return (
    <Stack gap="sm">
      {text('host', 'One of the servers that Dealerops may connect to')}
      {number('port', '/port')}
      <Textarea
        label="Host keys"
        description="Fingerprints such as SHA256:…, one on each line: two while the server changes its key"
        autosize
        minRows={1}
        value={settings.hostKeys}
        error={refusalOf('/hostKeys')}
        onChange={(event) => onChange({ hostKeys: event.currentTarget.value })}
      />
      {text('username', 'Name of a secret, never the user name itself')}
      {text('password', 'Name of a secret; leave it empty where a private key is used')}
      {text('privateKey', 'Name of a secret; leave it empty where a password is used')}
      {text('directory', 'Such as dealername/IDS/')}
      {text('filename', settings.regex ? 'A pattern with which the name ends, such as _SL\\.csv' : 'The whole name')}
      <Checkbox
        label="The file name is a pattern"
        checked={settings.regex}
        onChange={(event) => onChange({ regex: event.currentTarget.checked })}
      />
      <NativeSelect
        label="After the import"
        data={[
          { value: 'delete', label: 'Delete the file on the server' },
          { value: 'move', label: 'Move the file to another folder' },
          { value: 'leave', label: 'Leave the file where it is' },
        ]}
        value={settings.afterwards}
        error={refusalOf('/deleteFromServer')}
        onChange={(event) => onChange({ afterwards: event.currentTarget.value as Settings['afterwards'] })}
      />
      {settings.afterwards === 'move' && text('moveTo')}
      {text('localTime', 'In the dealer’s time zone', 'time')}
      {number('jitterMinutes', '/jitterMinutes')}
      {number('maxRejected', '/maxRejectedShare', '%')}
      {number('silentAfterDays', '/silentAfterDays')}
      {number('smallBelow', '/smallBelowShare', '%')}
    </Stack>
  );
}
