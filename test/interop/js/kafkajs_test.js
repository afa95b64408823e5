// kafkajs: kafkajs_test.js records|group|admin, against KELP_BOOTSTRAP.
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

const TOPIC = 2; // a type of resource

// Topics, configurations, records, groups and replicas, from creation to deletion.
async function admin(kafka) {
  await produce(kafka, false);
  const client = kafka.admin();
  await client.connect();
  await topics(client);
  await client.deleteTopicRecords({ topic: 't', partitions: [{ partition: 0, offset: '7' }] });
  const [bounds] = await client.fetchTopicOffsets('t');
  check(bounds.low === '7' && bounds.high === String(RECORDS), `bounds ${bounds.low} ${bounds.high}`);
  await groups(client);
  await client.alterPartitionReassignments({ topics: [{ topic: 'a',
    partitionAssignment: [{ partition: 0, replicas: [1] }] }] });
  const moving = await client.listPartitionReassignments({});
  check(moving.topics.length === 0, 'the reassignment is done');
  await client.deleteTopics({ topics: ['a', 't'] });
  const left = (await client.listTopics()).filter((name) => !name.startsWith('__'));
  check(left.length === 0, `topics that are left: ${left}`);
  await client.disconnect();
}

async function topics(client) {
  const topic = { topic: 'a', numPartitions: 2, configEntries: [{ name: 'cleanup.policy', value: 'compact' }] };
  check(await client.createTopics({ topics: [topic] }), 'created');
  check(!await client.createTopics({ topics: [topic] }), 'not created again');
  await client.createPartitions({ topicPartitions: [{ topic: 'a', count: 3 }] });
  const metadata = await client.fetchTopicMetadata({ topics: ['a'] });
  check(metadata.topics[0].partitions.length === 3, 'grown');
  await client.alterConfigs({ validateOnly: false, resources: [
    { type: TOPIC, name: 'a', configEntries: [{ name: 'segment.bytes', value: '2097152' }] }] });
  const { resources } = await client.describeConfigs({ includeSynonyms: true, resources: [
    { type: TOPIC, name: 'a', configNames: ['segment.bytes', 'cleanup.policy'] }] });
  const values = resources[0].configEntries.map((entry) => `${entry.configName}=${entry.configValue}`);
  check(String(values.sort()) === 'cleanup.policy=delete,segment.bytes=2097152', `configs ${values}`);
  const cluster = await client.describeCluster();
  check(cluster.brokers.length === 1 && cluster.controller === 1, 'one broker, which is the controller');
}

async function groups(client) {
  await client.setOffsets({ groupId: 'readers', topic: 't', partitions: [{ partition: 0, offset: '10' }] });
  const [offsets] = await client.fetchOffsets({ groupId: 'readers', topics: ['t'] });
  check(offsets.partitions[0].offset === '10', 'the offset is kept');
  const listed = await client.listGroups();
  check(String(listed.groups.map((group) => group.groupId)) === 'readers', 'the group is listed');
  const described = await client.describeGroups(['readers']);
  check(described.groups[0].state === 'Empty', 'the group is empty');
  const [deleted] = await client.deleteGroups(['readers']);
  check(deleted.errorCode === 0, 'the group is deleted');
}

const kafka = new Kafka({ clientId: 'js', brokers: [process.env.KELP_BOOTSTRAP], logLevel: logLevel.ERROR });
({ records, group, admin })[process.argv[2]](kafka).then(() => process.exit(0), (error) => {
  console.error(error);
  process.exit(1);
});
