// Names for the declarations of one generated file.

/** Gives every declaration a name of its own. */
export interface NameScope {
  /** The wanted name, or the next free one with a number at its end. */
  declare(wanted: string): string;
}

export function createNameScope(taken: Iterable<string>): NameScope {
  const names = new Set(taken);
  return {
    declare(wanted) {
      let name = wanted;
      for (let count = 2; names.has(name); count++) name = `${wanted}${count}`;
      names.add(name);
      return name;
    },
  };
}

/** Words of a text as the middle of an identifier: `pull_request` becomes `PullRequest`. */
export const pascalCase = (text: string): string => {
  // Few names need the tables of Unicode, which take their time.
  const separator = /^\w*$/.test(text) ? /_+/ : /[^\p{ID_Continue}]+|_+/u;
  const words = text.split(separator);
  return words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('');
};

export const lowerFirst = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1);
