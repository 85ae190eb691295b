// The values of annotations: as they are written, and as they are understood.

/** The value of an annotation as written: text after a JSDoc tag, or a constant in a decorator's options. */
export type WrittenValue =
  | { readonly spelling: 'tag'; readonly text: string }
  | { readonly spelling: 'decorator'; readonly value: unknown };

/** A value that was understood, or why it was not. */
export type ReadValue =
  | { readonly value: unknown }
  | { readonly expected: string }
  | { readonly contradiction: string; readonly instead: string };

/** A path of parameters and members, as in `order.customerId`. */
export const isPath = (value: unknown): value is string => typeof value === 'string' && PATH.test(value);

const PATH = /^[\p{ID_Start}$_][\p{ID_Continue}$]*(\.[\p{ID_Start}$_][\p{ID_Continue}$]*)*$/u;
