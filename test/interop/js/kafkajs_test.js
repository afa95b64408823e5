// kafkajs: kafkajs_test.js records|group, against KELP_BOOTSTRAP.
const { Kafka, logLevel } = require('kafkajs');

const RECORDS = 1000;

function check(condition, rule) {
  if (!condition) throw new Error(`FAILED: ${rule}`);
}

function plain(message) {
  const headers = Object.entries(message.headers).map(([name, value]) => `${name}=${value}`);
  return [message.key, message.value, headers].map(String).join('|');
}

async function produce(kafka, idempotent) {
  const messages = Array.from({ length: RECORDS }, (_, i) => (
    { key: `k${i}`, value: `v${i}`, headers: { h: `x${i}` } }));
  const producer = kafka.producer({ idempotent });
  await producer.connect();
  const [answer] = await producer.send({ topic: 't', messages });
  check(answer.errorCode === 0, 'acknowledged');
  await producer.disconnect();
  return messages.map(plain);
}

// kafkajs has no consumer without a group: what was stored is checked through the topic's offsets.
async function records(kafka) {
  await produce(kafka, false);
  await produce(kafka, true);
  const admin = kafka.admin();
  await admin.connect();
  const [offsets] = await admin.fetchTopicOffsets('t');
  check(offsets.high === String(2 * RECORDS), `high watermark ${offsets.high}`);
  await admin.disconnect();
}

async function group(kafka) {
  const sent = await produce(kafka, false);
  const consumer = kafka.consumer({ groupId: 'readers' });
  await consumer.connect();
  await consumer.subscribe({ topic: 't', fromBeginning: true });
  const got = [];
  await new Promise((resolve, reject) => {
    consumer.on(consumer.events.CRASH, ({ payload }) => reject(payload.error));
    consumer.run({
      eachMessage: async ({ message }) => {
        if (got.push(plain(message)) === RECORDS) resolve();
      },
    });
  });
  await consumer.disconnect();
  check(String(got) === String(sent), 'records come back as they were sent');
}

const kafka = new Kafka({ clientId: 'js', brokers: [process.env.KELP_BOOTSTRAP], logLevel: logLevel.ERROR });
({ records, group })[process.argv[2]](kafka).then(() => process.exit(0), (error) => {
  console.error(error);
  process.exit(1);
});
