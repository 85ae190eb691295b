// Addresses of machines.

import { isIPv4, isIPv6 } from 'node:net';

const LONGEST_ADDRESS = 45;

export function isIPv4Text(text: string): boolean {
  return text.length <= LONGEST_ADDRESS && isIPv4(text);
}

/** Without the zone that an operating system may want. */
export function isIPv6Text(text: string): boolean {
  return text.length <= LONGEST_ADDRESS && !text.includes('%') && isIPv6(text);
}
