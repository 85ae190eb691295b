// Reads a body. What the broker wrote is text; what somebody else wrote may be bytes, or nothing.

/** The body as text. Bytes that are not UTF-8 become U+FFFD here and stay as they are in the table. */
export function readBody(stored: unknown): string {
  if (typeof stored === 'string') return stored;
  return stored instanceof Uint8Array ? Buffer.from(stored).toString('utf8') : '';
}
