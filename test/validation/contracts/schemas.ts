// Schemas of several libraries, and one of nobody's, which all implement Standard Schema.

import { type } from 'arktype';
import * as v from 'valibot';
import { z } from 'zod';

export const orderSchema = z.object({
  id: z.string().min(1),
  email: z.email(),
  lines: z.array(z.object({ sku: z.string().length(3), quantity: z.int().min(1) })).min(1),
  at: z.date().max(new Date('2100-01-01T00:00:00.000Z')).optional(),
  note: z.string().trim().default('none'),
  tags: z.set(z.string().max(5)).optional(),
  stock: z.map(z.string(), z.number().min(0)).optional(),
});

/** It contains itself. */
export const treeSchema = z.object({
  name: z.string().min(2),
  get children() {
    return z.array(treeSchema);
  },
});

export const shapeSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('circle'), radius: z.number().positive() }),
  z.object({ kind: z.literal('square'), side: z.number().positive() }),
]);

export const accountSchema = v.object({
  iban: v.pipe(v.string(), v.minLength(4), v.toUpperCase()),
  owner: v.object({ email: v.pipe(v.string(), v.email()) }),
  amounts: v.array(v.pipe(v.bigint(), v.minValue(0n))),
});

export const personSchema = type({ name: 'string >= 2', 'age?': '0 <= number < 150', 'born?': 'Date' });

export const emailSchema = v.pipe(v.string(), v.email());

/** Of no library. */
export const evenSchema = {
  '~standard': {
    version: 1 as const,
    vendor: 'nobody',
    types: undefined as { input: number; output: number } | undefined,
    validate: (value: unknown) =>
      Number(value) % 2 === 0
        ? { value: Number(value) * 10 }
        : { issues: [{ message: `expected an even number, but ${value} is none` }] },
  },
};

/** One that somebody else would have to be asked for. */
export const slowSchema = z.string().refine(async (name) => Promise.resolve(name !== 'unknown'));

/** One with a mistake. */
export const brokenSchema = {
  '~standard': {
    version: 1 as const,
    vendor: 'nobody',
    types: undefined as { input: string; output: string } | undefined,
    validate: (value: unknown): { value: string } => {
      throw new Error(`cannot take ${value}`);
    },
  },
};
