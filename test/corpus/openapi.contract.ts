// OpenAPI documents of three versions, by the types of openapi-types.

import type { OpenAPIV2, OpenAPIV3, OpenAPIV3_1 } from 'openapi-types';

/** A document as it stands in a file: a program may add functions to it, which are no data. */
type Written<Document> = Document extends unknown
  ? Omit<Document, 'x-express-openapi-additional-middleware'>
  : never;

/** @service corpus.openapi */
export interface OpenApiEcho {
  v20(value: Written<OpenAPIV2.Document>): Promise<Written<OpenAPIV2.Document>>;
  v30(value: Written<OpenAPIV3.Document>): Promise<Written<OpenAPIV3.Document>>;
  v31(value: Written<OpenAPIV3_1.Document>): Promise<Written<OpenAPIV3_1.Document>>;
}
