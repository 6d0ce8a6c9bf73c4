// Sends one translation request and prints its result as JSON. Usage: node request.mjs --help
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import kafkajs from 'kafkajs';
import { COMPATIBILITY, SchemaRegistry } from '@kafkajs/confluent-schema-registry';

const USAGE = `Usage: node request.mjs --bootstrap-server HOST:PORT --schema-registry-url URL [options]
  --text TEXT         default: A man is riding a bicycle.
  --from TAG          default: en
  --to TAG            default: de
  --key KEY           Kafka key; default: none
  --header NAME=VALUE repeatable
  --schema FILE       registers this schema first; default: the subject's latest one
  --requests-topic T  default: translation.requests.v1
  --results-topic T   default: translation.results.v1
  --timeout SECONDS   default: 60
Prints one JSON object: partition, offset, key, headers and value of the result.
Status: 0 ok, 1 no result in time or another failure, 2 usage.`;

const text = (initial) => ({ type: 'string', default: initial });
const { values: options } = parseArgs({
  options: {
    'bootstrap-server': { type: 'string' },
    'schema-registry-url': { type: 'string' },
    text: text('A man is riding a bicycle.'),
    from: text('en'),
    to: text('de'),
    key: { type: 'string' },
    header: { type: 'string', multiple: true, default: [] },
    schema: { type: 'string' },
    'requests-topic': text('translation.requests.v1'),
    'results-topic': text('translation.results.v1'),
    timeout: text('60'),
    help: { type: 'boolean', default: false },
  },
});
if (options.help || !options['bootstrap-server'] || !options['schema-registry-url']) {
  (options.help ? console.log : console.error)(USAGE);
  process.exit(options.help ? 0 : 2);
}

const registry = new SchemaRegistry({ host: options['schema-registry-url'] });
const kafka = new kafkajs.Kafka({
  clientId: 'sluice-node-client',
  brokers: options['bootstrap-server'].split(','),
  logLevel: kafkajs.logLevel.ERROR,
});

/** The id of the schema to write with. */
async function schemaId() {
  const subject = `${options['requests-topic']}-value`;
  if (!options.schema) {
    return registry.getLatestSchemaId(subject);
  }
  const schema = { type: 'AVRO', schema: readFileSync(options.schema, 'utf8') };
  // the client refuses to register when the subject has another level than it is told
  const registered = await registry.register(schema, { subject, compatibility: await level(subject) });
  return registered.id;
}

/** The subject's own compatibility level; for a subject without one, what Sluice's schemas keep. */
async function level(subject) {
  const response = await fetch(`${options['schema-registry-url']}/config/${subject}`);
  return response.ok ? (await response.json()).compatibilityLevel : COMPATIBILITY.FULL_TRANSITIVE;
}

function headers() {
  return Object.fromEntries(
    options.header.map((each) => {
      const at = each.indexOf('=');
      return [each.slice(0, at), each.slice(at + 1)];
    }),
  );
}

/** Reads the results topic from its beginning; aborted transactions are not seen. */
async function readResults(consumer, onMessage, onCrash) {
  consumer.on(consumer.events.CRASH, ({ payload }) => payload.restart || onCrash(payload.error));
  await consumer.connect();
  await consumer.subscribe({ topic: options['results-topic'], fromBeginning: true });
  await consumer.run({ eachMessage: onMessage });
}

async function main() {
  const id = randomUUID();
  const consumer = kafka.consumer({ groupId: `sluice-node-client-${id}`, readUncommitted: false });
  const producer = kafka.producer({ idempotent: true, maxInFlightRequests: 1 });
  try {
    const value = await registry.encode(await schemaId(), {
      id,
      text: options.text,
      sourceLanguage: options.from,
      targetLanguage: options.to,
      createdAt: Date.now(),
      priority: 'INTERACTIVE',
      minimumExpertShare: null,
      deadline: null,
      metadata: { client: 'node' },
    });
    const result = new Promise((resolve, reject) => {
      const limit = Number(options.timeout) * 1000;
      setTimeout(() => reject(new Error(`no result for ${id} in ${options.timeout} s`)), limit).unref();
      readResults(consumer, async ({ partition, message }) => {
        const decoded = message.value && (await registry.decode(message.value));
        if (decoded?.id === id) {
          resolve({
            partition,
            offset: message.offset,
            key: message.key?.toString() ?? null,
            headers: Object.fromEntries(
              Object.entries(message.headers).map(([name, bytes]) => [name, bytes.toString()]),
            ),
            value: decoded,
          });
        }
      }, reject).catch(reject);
    });
    await producer.connect();
    await producer.send({
      topic: options['requests-topic'],
      messages: [{ key: options.key ?? null, value, headers: headers() }],
    });
    console.log(JSON.stringify(await result, null, 2));
  } finally {
    await Promise.allSettled([producer.disconnect(), consumer.disconnect()]);
  }
}

try {
  await main();
} catch (error) {
  console.error(`request.mjs: ${error.message}`);
  process.exitCode = 1;
}
