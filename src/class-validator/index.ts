// What generated code calls for contracts that use classes with the decorators of class-validator, as the namespace
// `classes`. Needs class-validator and class-transformer. Not for use by hand: it changes with the generator.

export * as classes from './classes.js';
