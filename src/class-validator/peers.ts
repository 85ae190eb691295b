// The two packages that hydrate and validate classes: optional peers, loaded when a contract has such a class.

import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);

/** A peer, as whoever declares such classes has it: both packages are CommonJS, so `import` gives the same. */
function load<Module>(name: string): Module {
  try {
    return require(name) as Module;
  } catch (error) {
    const { code, message = '' } = error as Partial<NodeJS.ErrnoException>;
    if (code !== 'MODULE_NOT_FOUND' || !message.includes(`'${name}'`)) throw error;
    throw new Error(
      `contracts with classes of class-validator need ${name}; add it with: npm install class-validator class-transformer`,
      { cause: error },
    );
  }
}

const validator = load<typeof import('class-validator')>('class-validator');
const transformer = load<typeof import('class-transformer')>('class-transformer');

export const { getMetadataStorage, validateSync } = validator;
export const { plainToInstance } = transformer;
