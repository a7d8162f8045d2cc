import { parseKeyring } from '../../worker/keyring.ts';

/** Encrypts the recorded histories only: made-up dealers, so the key need not be secret. */
export const replayKeyring = parseKeyring(`replay:${Buffer.alloc(32, 'replay').toString('base64')}`);
