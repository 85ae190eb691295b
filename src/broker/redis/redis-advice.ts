// Every failure of Redis, of the network and of ioredis that has been met: what comes of it, and what an operator can do.

/** `reconnect` is `again` on another connection. */
export type Outlook = 'again' | 'reconnect' | 'lost' | 'refused';
type Row = readonly [Outlook, string];

/** Error replies by their first word. Source: `createSharedObjects` in redis/src/server.c, and scripts that met them. */
const REPLIES: Readonly<Record<string, Row>> = {
  LOADING: ['again', 'it is still loading its data; wait until it has'],
  BUSY: ['again', 'a script keeps it busy; find out whose it is, and end it with SCRIPT KILL'],
  TRYAGAIN: ['again', 'the slot of this queue is moving to another node; wait until it has arrived'],
  ASK: ['again', 'the slot of this queue is moving to another node; wait until it has arrived'],
  MOVED: [
    'again',
    'its nodes do not agree on who has the slot of this queue; see `redis-cli --cluster check`',
  ],
  CLUSTERDOWN: [
    'again',
    'the cluster is down or lacks a master for this slot; see `redis-cli --cluster check`',
  ],
  MASTERDOWN: [
    'reconnect',
    'it is a replica without its master; start the master, or make this one a master',
  ],
  READONLY: ['reconnect', 'it is a replica, which cannot be written; name the master in the broker URL'],
  UNBLOCKED: ['reconnect', 'it is becoming a replica; wait until there is another master'],
  NOREPLICAS: ['again', 'fewer replicas are attached than `min-replicas-to-write` demands; start them again'],
  OOM: ['refused', 'its memory is full; let servers work off the queues, or raise `maxmemory`'],
  MISCONF: ['refused', 'it cannot write to its disk; see its log, and free space or repair the disk'],
  NOPERM: ['refused', 'this user lacks a right; docs/redis-acl.md lists the rights that are needed'],
  NOAUTH: ['refused', 'it asks for a password; put it into the broker URL, as in "user:password@host"'],
  WRONGPASS: ['refused', 'the user or the password is wrong; correct it in the broker URL'],
  WRONGTYPE: [
    'refused',
    'a key of the queue holds data of somebody else; move one of the two to another database',
  ],
  CROSSSLOT: [
    'refused',
    'it takes the keys of a queue for those of several slots; it is no Redis 7 or newer',
  ],
  NOPROTO: ['refused', 'it is too old; mq-rpc needs Redis 7.0 or newer, or Valkey'],
  DENIED: [
    'refused',
    'it only lets its own machine in (protected mode); set a password, or `bind` and `protected-mode`',
  ],
};

/** Error replies that have no word of their own. */
const ERR_REPLIES: readonly (readonly [RegExp, Row])[] = [
  [
    /killed by user/i,
    ['again', 'somebody has ended the script with SCRIPT KILL; if it was slow, SLOWLOG shows it'],
  ],
  [
    /max number of clients/i,
    ['reconnect', 'it has as many clients as it takes; close some, or raise `maxclients`'],
  ],
  [/No such master/i, ['refused', 'Sentinel does not know this master; correct its name in the broker URL']],
  [
    /unknown (redis |sub)?command/i,
    [
      'refused',
      'it lacks a command; mq-rpc needs Redis 7.0 or newer, or Valkey, and no Sentinel or proxy in its place',
    ],
  ],
  [
    /DB index is out of range/i,
    ['refused', 'it has no database of this number; choose a lower one, or raise `databases`'],
  ],
  [
    /SELECT is not allowed/i,
    ['refused', 'it is a node of a cluster, where database 0 is the only one; use "redis+cluster://"'],
  ],
  [/cluster support disabled/i, ['refused', 'it is not a node of a cluster; use "redis://"']],
  [
    /without any password configured|no password is set/i,
    ['refused', 'it does not ask for a password; leave it out of the broker URL, or set `requirepass`'],
  ],
  [
    /invalid password|operation not permitted/i,
    ['refused', 'the password is wrong; correct it in the broker URL'],
  ],
];

/** What a script is told when an ACL stops one of its commands; newer versions say NOPERM. */
const NOPERM_IN_SCRIPT = /^ERR The user executing the script can't/;

/** Redis adds this to errors that were raised while a script ran, and not before. */
const IN_SCRIPT = / script: [0-9a-f]{40}|^ERR user_script:\d/;

/** Errors of Node by their code, and nothing was sent if they come from connecting. */
const NETWORK: Readonly<Record<string, Row>> = {
  ECONNREFUSED: [
    'reconnect',
    'nobody listens there; start Redis, or correct host and port in the broker URL',
  ],
  ENOTFOUND: ['reconnect', 'there is no host of this name; correct the broker URL'],
  EAI_AGAIN: ['reconnect', 'its host name cannot be looked up now; check the name service'],
  EHOSTUNREACH: ['reconnect', 'there is no way to this host; check the network'],
  ENETUNREACH: ['reconnect', 'there is no way to this host; check the network'],
  ETIMEDOUT: ['reconnect', 'it does not answer; check host, port and firewall, and whether it speaks TLS'],
  EMFILE: ['reconnect', 'this process has too many open files; raise its limit'],
  ECONNRESET: ['lost', 'it has closed the connection; see its log, and check whether it speaks TLS'],
  EPIPE: ['lost', 'it has closed the connection; see its log'],
  ERR_TLS_CERT_ALTNAME_INVALID: [
    'refused',
    'its certificate is for another name; correct the host, or add "servername=" to the broker URL',
  ],
  CERT_HAS_EXPIRED: ['refused', 'its certificate has expired; renew it'],
  ERR_SSL_WRONG_VERSION_NUMBER: [
    'refused',
    'it does not speak TLS; use "redis://", or leave "tls=true" out of the broker URL',
  ],
  EPROTO: ['refused', 'it does not speak TLS as this process does; check its `tls-protocols` and its port'],
  ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED: [
    'refused',
    'it demands a certificate of its clients, which mq-rpc has none of; set `tls-auth-clients no`',
  ],
};

/** Failures with names that begin like this: OpenSSL has dozens of them. */
const CERTIFICATE = /^(CERT_|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_)/;
const UNTRUSTED: Row = [
  'refused',
  'its certificate is not trusted; add "ca=PATH" with the certificate of its authority to the broker URL',
];
const NO_CA: Row = [
  'refused',
  'the file of "ca=" in the broker URL cannot be read; correct its path or its permissions',
];

/** Errors of ioredis and of ours, which have nothing but their text. */
const TEXTS: readonly (readonly [RegExp, Row])[] = [
  [
    /^All sentinels are unreachable.*Last error: (NOAUTH|WRONGPASS|NOPERM)/,
    [
      'refused',
      'its Sentinels let nobody in without the right password; add "sentinel-username=" and "sentinel-password=" to the broker URL',
    ],
  ],
  [
    /^All sentinels are unreachable.*Last error: ERR unknown command/,
    ['refused', 'what answers there is no Sentinel; name the ports of the Sentinels, or use "redis://"'],
  ],
  [
    /^All sentinels are unreachable.*Last error: ERR No such master/,
    ['refused', 'Sentinel does not know this master; correct its name in the broker URL'],
  ],
  [
    /^All sentinels are unreachable[^.]*\.$/,
    ['refused', 'Sentinel does not know this master; correct its name in the broker URL'],
  ],
  [
    /^All sentinels are unreachable/,
    [
      'reconnect',
      'none of its Sentinels answers; start them, or correct their hosts and ports in the broker URL',
    ],
  ],
  [
    /^\d+ of \d+ replicas have it/,
    ['lost', 'too few replicas have confirmed it in time; see whether they are attached and keep up'],
  ],
  // The first letter of "HTTP/1.1 400 Bad Request".
  [
    /^Unknown RESP type 72 /,
    ['refused', 'what answers there is an HTTP server; correct host and port in the broker URL'],
  ],
  [
    /^Unknown RESP type/,
    ['lost', 'what answers there is not Redis; correct host and port in the broker URL'],
  ],
];

const PROGRAMMING_ERRORS = [TypeError, RangeError, ReferenceError, SyntaxError];

/** Neither Redis nor the network fails like this. */
const INTERNAL: Row = ['refused', 'mq-rpc itself has failed; please report this'];

const NO_ANSWER = 'it does not answer; check that it runs and can be reached';

/** What an error is about: the row of the tables, and the short code that may be shown. */
export interface Finding {
  readonly outlook: Outlook;
  readonly advice: string;
  readonly code: string | undefined;
  /** Set if it was refused half way: inside a script, which may have written before, or by a defect of ours. */
  readonly mayHaveWritten: boolean;
}

/** Whether it is what Redis answered, and not what happened on the way. */
export const isReply = (error: unknown): error is Error =>
  error instanceof Error && error.name === 'ReplyError';

/** Finds the row of an error. What is in no table, and came from no reply, is a lost connection. */
export function diagnose(error: unknown): Finding {
  if (isReply(error) || isInWordsOfRedis(error)) return findReply(error.message);
  const { code, syscall } = (error ?? {}) as { code?: unknown; syscall?: unknown };
  const row = connectionRow(error, code, syscall);
  return {
    outlook: row[0],
    advice: row[1],
    code: typeof code === 'string' ? code : undefined,
    mayHaveWritten: row === INTERNAL,
  };
}

/** What a client finds out by itself, such as that no node has a slot, it can say as Redis would. */
const isInWordsOfRedis = (error: unknown): error is Error =>
  error instanceof Error && Object.hasOwn(REPLIES, wordOf(error.message));

const wordOf = (message: string): string => /^([A-Z]{2,20}) /.exec(message)?.[1] ?? 'ERR';

function findReply(message: string): Finding {
  const word = NOPERM_IN_SCRIPT.test(message) ? 'NOPERM' : wordOf(message);
  const row = Object.hasOwn(REPLIES, word) ? REPLIES[word] : firstMatch(ERR_REPLIES, message);
  const [outlook, advice] = row ?? [
    'refused',
    'Redis refused it for a reason that was not foreseen; please report this',
  ];
  return { outlook, advice, code: word, mayHaveWritten: outlook === 'refused' && IN_SCRIPT.test(message) };
}

function connectionRow(error: unknown, code: unknown, syscall: unknown): Row {
  if (syscall === 'open') return NO_CA;
  if (typeof code === 'string') {
    const row = Object.hasOwn(NETWORK, code) ? NETWORK[code] : CERTIFICATE.test(code) ? UNTRUSTED : undefined;
    // An established connection can time out too, with a command on its way.
    if (row?.[0] === 'reconnect' && (syscall === 'read' || syscall === 'write')) return ['lost', row[1]];
    if (row !== undefined) return row;
  }
  if (error === undefined) return ['lost', NO_ANSWER];
  if (!(error instanceof Error) || PROGRAMMING_ERRORS.some((type) => error instanceof type)) return INTERNAL;
  return firstMatch(TEXTS, error.message) ?? ['lost', NO_ANSWER];
}

const firstMatch = (rows: readonly (readonly [RegExp, Row])[], message: string): Row | undefined =>
  rows.find(([pattern]) => pattern.test(message))?.[1];
