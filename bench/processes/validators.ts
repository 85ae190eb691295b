// How long validators take, each on the same values in turn: nanoseconds per value, by shape and validator.

import { instancesOf, isExpressible, validate } from '../peers/class-validator.js';
import * as typia from '../peers/typia.js';
import { type ShapeName, shapeNames, valuesOf } from '../validators/data.js';
import { shapesServiceDescriptor } from '../validators/generated/index.js';

/** What one run of a work takes, in ms: long enough to be measured, short enough for all to have the same luck. */
const SLICE_MS = 8;
const SLICES = 25;
const WARM_UP = 5;
const VALUES = 100;

interface Work {
  readonly run: (value: never) => unknown;
  readonly values: readonly unknown[];
}

/** Processor time, of all threads: on a busy machine the clock would measure the others, too. */
function nanoseconds({ run, values }: Work): number {
  const endAt = performance.now() + SLICE_MS;
  const before = process.cpuUsage();
  let count = 0;
  for (; performance.now() < endAt; count += values.length) {
    for (let index = 0; index < values.length; index++) run(values[index] as never);
  }
  const { user, system } = process.cpuUsage(before);
  return ((user + system) * 1e3) / count;
}

const median = (numbers: readonly number[]): number =>
  [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? Number.NaN;

/** Runs all works in turn, again and again. What the machine does besides hits all of them alike. */
function measure(works: Readonly<Record<string, Work>>): Record<string, number> {
  const taken = new Map<string, number[]>();
  for (let slice = -WARM_UP; slice < SLICES; slice++) {
    for (const [name, work] of Object.entries(works)) {
      const time = nanoseconds(work);
      if (slice >= 0) taken.set(name, [...(taken.get(name) ?? []), time]);
    }
  }
  return Object.fromEntries([...taken].map(([name, times]) => [name, median(times)]));
}

function worksFor(shape: ShapeName): Record<string, Work> {
  const values = valuesOf(shape, VALUES);
  const method = shapesServiceDescriptor.methods[shape];
  if (method === undefined) throw new Error(`no method ${shape}`);
  const { encodeResult, decodeResult } = method;
  return {
    'mq-rpc': { run: decodeResult, values },
    is: { run: typia.is[shape], values },
    assert: { run: typia.assert[shape], values },
    assertEquals: { run: typia.assertEquals[shape], values },
    assertPrune: { run: typia.assertPrune[shape], values },
    ...(isExpressible(shape) && { 'class-validator': { run: validate, values: instancesOf(shape, values) } }),
    json: { run: (value) => JSON.parse(JSON.stringify(value)), values },
    codec: { run: (value) => decodeResult(JSON.parse(JSON.stringify(encodeResult(value)))), values },
  };
}

const shapes = Object.fromEntries(shapeNames.map((shape) => [shape, measure(worksFor(shape))]));
console.log(JSON.stringify(shapes));
