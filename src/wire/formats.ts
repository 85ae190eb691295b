// The formats of JSON Schema 2020-12: what `@format` asks of strings. Each takes time in proportion to the length.

import { isIPv4Text, isIPv6Text } from './ip-formats.js';
import { isDate, isDateTime, isDuration, isTime } from './time-formats.js';
import { isIri, isIriReference, isUri, isUriReference, isUriTemplate } from './uri-formats.js';

/** Every known format by its name. `idn-hostname` is none: no two libraries agree about it. */
const FORMATS = {
  'date-time': isDateTime,
  date: isDate,
  time: isTime,
  duration: isDuration,
  email: (text) => isEmail(text, ATOM, isHostname),
  'idn-email': (text) => isEmail(text, WIDE_ATOM, isWideHostname),
  hostname: isHostname,
  ipv4: isIPv4Text,
  ipv6: isIPv6Text,
  uri: isUri,
  'uri-reference': isUriReference,
  iri: isIri,
  'iri-reference': isIriReference,
  'uri-template': isUriTemplate,
  uuid: (text) => UUID.test(text),
  'json-pointer': (text) => POINTER.test(text),
  'relative-json-pointer': (text) => RELATIVE_POINTER.test(text),
  regex: isRegularExpression,
} as const satisfies Record<string, (text: string) => boolean>;

export type FormatName = keyof typeof FORMATS;

export const FORMAT_NAMES = Object.keys(FORMATS) as readonly FormatName[];

/** Longer texts have no format: matching them could take more memory than an engine has for it. */
const LONGEST = 1_000_000;

/** Whether a string has a format. */
export const isFormat = (text: string, name: FormatName): boolean =>
  text.length <= LONGEST && FORMATS[name](text);

const UUID = /^[\da-f]{8}-(?:[\da-f]{4}-){3}[\da-f]{12}$/i;
const POINTER = /^(?:\/(?:[^/~]|~[01])*)*$/u;
const RELATIVE_POINTER = /^(?:0|[1-9]\d*)(?:#|(?:\/(?:[^/~]|~[01])*)*)$/u;

const ATOM = /^[\w!#$%&'*+/=?^`{|}~-]+$/;
const WIDE_ATOM = /^[\w!#$%&'*+/=?^`{|}~\u{80}-\u{10ffff}-]+$/u;
const LONGEST_EMAIL = 254;
const LONGEST_LOCAL_PART = 64;

/** `local@domain`, as RFC 5321 has it, without quoted parts and addresses of machines; the domain has a dot. */
function isEmail(text: string, atom: RegExp, isDomain: (text: string) => boolean): boolean {
  if (text.length > LONGEST_EMAIL) return false;
  const at = text.indexOf('@');
  const domain = text.slice(at + 1);
  const isLocal = at > 0 && at <= LONGEST_LOCAL_PART;
  return isLocal && areAll(text.slice(0, at), atom) && domain.includes('.') && isDomain(domain);
}

const LABEL = /^[a-z\d](?:[a-z\d-]{0,61}[a-z\d])?$/i;
const WIDE_LABEL = /^[a-z\d\u{80}-\u{10ffff}](?:[a-z\d\u{80}-\u{10ffff}-]{0,61}[a-z\d\u{80}-\u{10ffff}])?$/iu;
const LONGEST_HOSTNAME = 253;

/** As RFC 1123 has it. */
function isHostname(text: string): boolean {
  return text.length <= LONGEST_HOSTNAME && areAll(text, LABEL);
}

const isWideHostname = (text: string): boolean => text.length <= LONGEST_HOSTNAME && areAll(text, WIDE_LABEL);

/** Whether all that stands between dots matches. */
const areAll = (text: string, part: RegExp): boolean => text.split('.').every((item) => part.test(item));

function isRegularExpression(text: string): boolean {
  try {
    new RegExp(text, 'u');
    return true;
  } catch {
    return false;
  }
}
