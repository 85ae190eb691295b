// The public names of `mq-rpc`.

export type { CallState, CancelStatus, DeadReason, Durability, ExpiryClock } from './broker/broker.js';
export type { Call, CallStatus, ResultOptions, SubmittedCall } from './client/call.js';
export type { Accepted } from './client/caller.js';
// The names below are for generated code.
export {
  type ClientMethod,
  createMethod,
  createOneWayMethod,
  type OneWayClientMethod,
  ServiceClient,
} from './client/service-client.js';
export type { Clock, Timer } from './clock.js';
export { type Config, defineConfig, type Outputs, type WorkspaceConfig } from './config.js';
export { type Connection, type ConnectOptions, connect, type SubscribeOptions } from './connection.js';
export {
  AdditionalProperties,
  type ContractDecorator,
  type DataDecorator,
  type DataMetadata,
  dataOptions,
  Event,
  type EventOptions,
  type FieldDecorator,
  Method,
  type MethodDecoratorOptions,
  type MethodMetadata,
  methodOptions,
  OneWay,
  type OneWayOptions,
  Opaque,
  Service,
  type ServiceOptions,
  serviceOptions,
  Throws,
} from './contract/decorators.js';
export type {
  ErrorDescriptor,
  MethodDescriptor,
  ServiceDescriptor,
  ServiceErrorClass,
} from './contract/descriptor.js';
export type {
  CallOptions,
  ConcurrencyLimit,
  MethodOptions,
  RateLimit,
  RetryOptions,
  RetryStrategy,
} from './contract/options.js';
export type { Duration } from './duration.js';
export {
  RpcError,
  type RpcErrorCode,
  type RpcErrorDetails,
  type RpcErrorKind,
  ServiceError,
} from './errors.js';
export { type EventHandlers, EventSubscriber } from './events/event-subscriber.js';
export type { Subscription } from './events/subscription.js';
export type { DeadLetterEntry, LetterAttempt, LetterReason } from './operations/dead-letter-entry.js';
export type {
  DeadLetters,
  LetterProgress,
  ListLetters,
  ReplayLetters,
} from './operations/dead-letters.js';
export type {
  Journal,
  JournalledCall,
  JournalledOutcome,
  ListJournal,
  ReplayJournal,
} from './operations/journals.js';
export type { ReadError } from './operations/lenient.js';
export type { EditLetter, LetterCall } from './operations/letter-edit.js';
export type { QueueOf } from './operations/queue-of.js';
export type { Selected } from './operations/selection.js';
export type { MissedRule } from './schedules/due-times.js';
export type { SchedulableMethod, ScheduleEntry, ScheduleOptions } from './schedules/schedules.js';
export type { BreakerOptions } from './server/breaker.js';
export { type AbortCause, AbortedCall, type CallContext } from './server/call-context.js';
export type { HandlerFailure } from './server/dispatch.js';
export type { QueueLimitOptions, ServeOptions } from './server/serve-options.js';
export type { Server } from './server/server.js';
export type { Handlers } from './server/service-server.js';
export { ServiceServer } from './server/service-server.js';
export type { MovedMethod, OlderCall, Upcast, Upcasts } from './server/upcasts.js';
export * as wire from './wire/index.js';
export type { Rung } from './wire/outcome.js';
