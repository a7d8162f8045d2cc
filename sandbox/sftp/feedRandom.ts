/** Numbers that look random, and are the same for the same seed, index and purpose. */

/** What a number is for: those of two purposes have nothing to do with each other. */
export function purpose(name: string): number {
  let salt = 0;
  for (const character of name) salt = Math.imul(salt, 31) + character.charCodeAt(0);
  return Math.imul(salt, 0xc2b2ae35);
}

/** From 0 to below 1. */
export function chance(seed: number, index: number, of: number): number {
  return mixed(seed, index, of) / 2 ** 32;
}

/** A whole number from 0 to below `most`. */
export function numberOf(seed: number, index: number, of: number, most: number): number {
  return Math.floor((mixed(seed, index, of) / 2 ** 32) * most);
}

function mixed(seed: number, index: number, of: number): number {
  let bits = (Math.imul(index + 1, 0x9e3779b1) ^ Math.imul(seed + 1, 0x85ebca6b) ^ of) | 0;
  bits = Math.imul(bits ^ (bits >>> 16), 0x7feb352d);
  bits = Math.imul(bits ^ (bits >>> 15), 0x846ca68b);
  return (bits ^ (bits >>> 16)) >>> 0;
}
