// Validates an AsyncAPI document, and each JSON Schema of 2020-12 that it names.
//
//   node asyncapi.mjs FILE
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { Parser } from '@asyncapi/parser';
import Ajv2020 from 'ajv/dist/2020.js';

const FORMAT = 'application/schema+json;version=draft-2020-12';
const file = resolve(process.argv[2]);
const ajv = new Ajv2020({ strict: false, validateFormats: false });

const parser = new Parser();
parser.registerSchemaParser({
  getMimeTypes: () => [FORMAT],
  validate: ({ data, path }) =>
    ajv.validateSchema(data) ? [] : ajv.errors.map(({ instancePath, message }) => ({ message, path: [...path, instancePath] })),
  parse: ({ data }) => data,
});
const { document, diagnostics } = await parser.parse(readFileSync(file, 'utf8'), { source: file });
const errors = diagnostics.filter(({ severity }) => severity === 0);
errors.forEach(({ path, message }) => console.error(`${path.join('.')}: ${message}`));
if (errors.length > 0 || document === undefined) process.exit(1);
console.log(`${document.channels().all().length} channels, ${document.messages().all().length} messages`);
