/**
 * The JSON Schema of `*.dmd.json`, for editors: `npm run schema` writes it to schema/dmd.schema.json.
 */
import { z } from 'zod';
import { Config } from '../../distillation/config.ts';

/** What configuration errors and editors need of a schema. */
export interface JsonSchema {
  readonly type?: string;
  readonly description?: string;
  readonly enum?: readonly unknown[];
  readonly minimum?: number;
  readonly exclusiveMinimum?: number;
  readonly maximum?: number;
  readonly exclusiveMaximum?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly maxLength?: number;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly items?: JsonSchema;
  readonly prefixItems?: readonly JsonSchema[];
}

/** What a person may write, `$schema` included. */
export function configSchema(): JsonSchema {
  const { $schema, properties, ...schema } = z.toJSONSchema(Config, { io: 'input' });
  return {
    $schema,
    title: 'DMD Lab configuration',
    description: 'A distillation run of dmd-lab; see `dmd-lab distill --help`.',
    ...schema,
    properties: { $schema: { type: 'string', description: 'Where this schema is.' }, ...properties },
  } as JsonSchema;
}
