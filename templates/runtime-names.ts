// The names of `mq-rpc` that generated files import.

import type { Import } from './code.js';

const runtime = (name: string, isType: boolean): Import => ({
  kind: 'import',
  name,
  from: 'mq-rpc',
  isType,
  isFixed: false,
});

export const CallContext = runtime('CallContext', true);
export const CallOptions = runtime('CallOptions', true);
export const Connection = runtime('Connection', true);
export const ClientMethod = runtime('ClientMethod', true);
export const OneWayClientMethod = runtime('OneWayClientMethod', true);
export const ServiceDescriptor = runtime('ServiceDescriptor', true);
export const ServiceClient = runtime('ServiceClient', false);
export const ServiceError = runtime('ServiceError', false);
export const ServiceServer = runtime('ServiceServer', false);
export const EventSubscriber = runtime('EventSubscriber', false);
export const createMethod = runtime('createMethod', false);
export const createOneWayMethod = runtime('createOneWayMethod', false);
/** The namespace of readers and guards. */
export const wire = runtime('wire', false);

/** The namespace that makes instances of classes; only contracts that have such classes load it. */
export const classes: Import = {
  kind: 'import',
  name: 'classes',
  from: 'mq-rpc/class-validator',
  isType: false,
  isFixed: false,
};

/** A name that another generated file exports. */
export const generated = (name: string, from: string): Import => ({
  kind: 'import',
  name,
  from,
  isType: false,
  isFixed: true,
});
