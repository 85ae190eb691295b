// Takes values out of messages that others' code writes about them: refusals are logged, values are not ours to log.

/** Values that are looked for in a message; of larger ones nobody can tell what a message quotes. */
const MOST_VALUES = 200;

/** Shorter common parts of a message and a text are words of both, not quotations. */
const QUOTATION = 6;

const LONGEST_MESSAGE = 300;

/**
 * The message on one line, with `…` for what it quotes of the value; `undefined` if that leaves nothing, or if it
 * could quote the value in a form that cannot be recognised.
 */
export function withoutValues(message: string, value: unknown): string | undefined {
  const spellings = spellingsIn(value);
  if (spellings === undefined || message.length > LONGEST_MESSAGE) return undefined;
  // The longest first: they may contain others.
  const sorted = spellings.filter((text) => text !== '').sort((a, b) => b.length - a.length);
  const text = sorted.reduce(withoutText, message);
  if (sorted.some((quoted) => quotes(text, quoted))) return undefined;
  return text.replace(/\s+/g, ' ').trim() || undefined;
}

/** How messages may spell what is in a value; `undefined` if that cannot be known, or is too much. */
function spellingsIn(value: unknown): string[] | undefined {
  const found: string[] = [];
  const waiting: unknown[] = [value];
  for (const item of waiting) {
    if (item instanceof Date || ArrayBuffer.isView(item)) return undefined;
    if (typeof item === 'string') found.push(item);
    else if (typeof item === 'number' || typeof item === 'bigint') found.push(String(item));
    else if (item instanceof URL) found.push(item.href);
    else if (typeof item === 'object' && item !== null) {
      const inner = item instanceof Map || item instanceof Set ? [...item].flat() : Object.values(item);
      if (waiting.length + inner.length > MOST_VALUES) return undefined;
      waiting.push(...inner);
    }
  }
  return found;
}

/** Without the text, also as JSON spells it; a short one only where it is a word of its own. */
function withoutText(message: string, text: string): string {
  const unquoted = message.replaceAll(JSON.stringify(text), '"…"');
  if (text.length >= QUOTATION) return unquoted.replaceAll(text, '…');
  const escaped = text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
  return unquoted.replace(new RegExp(`(?<![\\p{L}\\p{N}.])${escaped}(?![\\p{L}\\p{N}])`, 'gu'), '…');
}

/** Whether the message still has a part of the text, as of one that was cut off or escaped. */
function quotes(message: string, text: string): boolean {
  for (let start = 0; start + QUOTATION <= message.length; start++) {
    if (text.includes(message.slice(start, start + QUOTATION))) return true;
  }
  return false;
}
