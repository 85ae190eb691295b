// What became of a value that was sent: which members are gone, and what is not as it was.

/** Members that are gone, by their name: how many, and the path of the first. */
export type GoneMembers = ReadonlyMap<string, { count: number; readonly first: string }>;

export interface Differences {
  readonly gone: GoneMembers;
  /** Paths where something else stands, or something new. */
  readonly changed: readonly string[];
}

export function differences(before: unknown, after: unknown): Differences {
  const gone = new Map<string, { count: number; readonly first: string }>();
  const changed: string[] = [];
  compare(
    before,
    after,
    '',
    (path, name) => {
      const known = gone.get(name);
      if (known === undefined) gone.set(name, { count: 1, first: path });
      else known.count++;
    },
    (path) => changed.push(path),
  );
  return { gone, changed };
}

type Members = Readonly<Record<string, unknown>>;

function compare(
  before: unknown,
  after: unknown,
  path: string,
  onGone: (path: string, name: string) => void,
  onChanged: (path: string) => void,
): void {
  if (!isContainer(before) || !isContainer(after) || Array.isArray(before) !== Array.isArray(after)) {
    if (!Object.is(before, after)) onChanged(path);
    return;
  }
  const isList = Array.isArray(before);
  for (const [key, value] of Object.entries(before)) {
    const place = isList ? `${path}[${key}]` : path + step(key);
    if (Object.hasOwn(after, key)) compare(value, after[key], place, onGone, onChanged);
    else if (isList) onChanged(place);
    else onGone(place, key);
  }
  for (const key of Object.keys(after)) if (!Object.hasOwn(before, key)) onChanged(path + step(key));
}

const isContainer = (value: unknown): value is Members => typeof value === 'object' && value !== null;

const step = (key: string): string =>
  /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`;
