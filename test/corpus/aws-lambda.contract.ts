// Events that AWS Lambda functions are called with, by the types of @types/aws-lambda.

import type {
  ALBEvent,
  APIGatewayProxyEvent,
  APIGatewayProxyEventV2,
  CloudFormationCustomResourceEvent,
  CloudFrontRequestEvent,
  CloudWatchLogsEvent,
  CodePipelineEvent,
  CognitoUserPoolTriggerEvent,
  DynamoDBStreamEvent,
  EventBridgeEvent,
  FirehoseTransformationEvent,
  KinesisStreamEvent,
  LambdaFunctionURLEvent,
  LexV2Event,
  MSKEvent,
  PreSignUpTriggerEvent,
  S3Event,
  ScheduledEvent,
  SESEvent,
  SNSEvent,
  SQSEvent,
} from 'aws-lambda';

/** What the state of an EC2 instance changes to. */
interface InstanceState {
  'instance-id': string;
  state: string;
}

/** The events, by what they come from. */
export interface Events {
  alb: ALBEvent;
  'api-gateway': APIGatewayProxyEvent;
  'api-gateway-v2': APIGatewayProxyEventV2;
  'cloud-formation': CloudFormationCustomResourceEvent;
  'cloud-front': CloudFrontRequestEvent;
  'cloud-watch': EventBridgeEvent<'EC2 Instance State-change Notification', InstanceState>;
  'cloud-watch-log': CloudWatchLogsEvent;
  'code-pipeline': CodePipelineEvent;
  'cognito-user-pool': CognitoUserPoolTriggerEvent;
  'cognito-sign-up': PreSignUpTriggerEvent;
  'dynamo-stream': DynamoDBStreamEvent;
  firehose: FirehoseTransformationEvent;
  'function-url': LambdaFunctionURLEvent;
  kafka: MSKEvent;
  kinesis: KinesisStreamEvent;
  lex: LexV2Event;
  s3: S3Event;
  scheduled: ScheduledEvent;
  ses: SESEvent;
  sns: SNSEvent;
  sqs: SQSEvent;
}

/** An event: its source decides what it holds. */
export type Invocation = {
  [Source in keyof Events]: { source: Source; event: Events[Source] };
}[keyof Events];

/** @service corpus.aws-lambda */
export interface LambdaEcho {
  echo(value: Invocation): Promise<Invocation>;
}
