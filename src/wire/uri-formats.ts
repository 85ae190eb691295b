// URIs, IRIs and templates of them, as RFC 3986, 3987 and 6570 write them.

import { isIPv6Text } from './ip-formats.js';

/** The parts of a URI. Everything matches: what the parts may consist of is looked at one by one. */
const PARTS = /^(?:([A-Za-z][A-Za-z\d+.-]*):)?(?:\/\/([^/?#]*))?([^?#]*)(?:\?([^#]*))?(?:#(.*))?$/su;

const WIDE = '\\u{a0}-\\u{d7ff}\\u{f900}-\\u{fdcf}\\u{fdf0}-\\u{ffef}\\u{10000}-\\u{efffd}';
const WIDE_PRIVATE = '\\u{e000}-\\u{f8ff}\\u{f0000}-\\u{10fffd}';

/**
 * Characters of one part and escapes; a letter of `also` may stand for itself, too. Both cases are spelled out: with the
 * flags `iu`, `k` and `s` stand for the Kelvin sign and the long s, too.
 */
const textOf = (also: string): RegExp => new RegExp(`^(?:[\\w.~!$&'()*+,;=${also}-]|%[\\dA-Fa-f]{2})*$`, 'u');

const charactersWith = (wide: string, wideInQuery: string) => ({
  userinfo: textOf(`:${wide}`),
  host: textOf(wide),
  path: textOf(`:@/${wide}`),
  query: textOf(`:@/?${wideInQuery}`),
  fragment: textOf(`:@/?${wide}`),
});

type Characters = ReturnType<typeof charactersWith>;

const ASCII = charactersWith('', '');
const UNICODE = charactersWith(WIDE, WIDE + WIDE_PRIVATE);

export const isUri = (text: string): boolean => isReference(text, ASCII, true);
export const isUriReference = (text: string): boolean => isReference(text, ASCII, false);
export const isIri = (text: string): boolean => isReference(text, UNICODE, true);
export const isIriReference = (text: string): boolean => isReference(text, UNICODE, false);

function isReference(text: string, characters: Characters, isAbsolute: boolean): boolean {
  const [, scheme, authority, path = '', query = '', fragment = ''] = PARTS.exec(text) ?? [];
  if (scheme === undefined && (isAbsolute || hasColonFirst(path))) return false;
  const hasAuthority = authority === undefined || isAuthority(authority, characters);
  const { path: inPath, query: inQuery, fragment: inFragment } = characters;
  return hasAuthority && inPath.test(path) && inQuery.test(query) && inFragment.test(fragment);
}

/** Without a scheme, a colon before the first slash would end one. */
const hasColonFirst = (path: string): boolean => /^[^/]*:/.test(path);

function isAuthority(text: string, { userinfo, host }: Characters): boolean {
  const at = text.indexOf('@');
  if (at !== -1 && !userinfo.test(text.slice(0, at))) return false;
  const place = text.slice(at + 1);
  const literal = /^\[([^\]]*)\](?::\d*)?$/.exec(place)?.[1];
  if (literal !== undefined) return isIPv6Text(literal) || /^v[\da-f]+\.[\w.~!$&'()*+,;=:-]+$/i.test(literal);
  const [name = '', port = '', ...more] = place.split(':', 3);
  return more.length === 0 && host.test(name) && /^\d*$/.test(port);
}

const VARIABLE = '(?:\\w|%[\\dA-Fa-f]{2})(?:\\.?(?:\\w|%[\\dA-Fa-f]{2}))*(?::[1-9]\\d{0,3}|\\*)?';
const TEMPLATE = new RegExp(
  `^(?:[^\\p{Cc} "'%<>\\\\^\`{|}]|%[\\dA-Fa-f]{2}|\\{[+#./;?&=,!@|]?${VARIABLE}(?:,${VARIABLE})*\\})*$`,
  'u',
);

export const isUriTemplate = (text: string): boolean => TEMPLATE.test(text);
