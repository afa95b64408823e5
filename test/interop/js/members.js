// Members of groups with kafkajs; members_test.py speaks with it, see there.
const { Kafka, logLevel } = require('kafkajs');
const readline = require('readline');

const members = new Map();

function say(...words) {
  console.log(words.join(' '));
}

function kafka(clientId) {
  return new Kafka({ clientId, brokers: [process.env.KELP_BOOTSTRAP], logLevel: logLevel.NOTHING });
}

async function produce(partitions) {
  const producer = kafka('producer').producer();
  await producer.connect();
  const messages = Array.from({ length: partitions }, (_, partition) => ({ partition, value: 'v' }));
  await producer.send({ topic: 't', messages });
  await producer.disconnect();
  say('- - produced');
}

async function join(group, name) {
  const consumer = kafka(name).consumer({
    groupId: group, sessionTimeout: Number(process.env.SESSION_MS),
    heartbeatInterval: Number(process.env.HEARTBEAT_MS), maxWaitTimeInMs: 200,
    metadataMaxAge: Number(process.env.METADATA_MS),
  });
  members.set(`${group} ${name}`, consumer);
  let owned = [];
  const revoked = () => {
    if (owned.length) say(group, name, 'revoked', owned.join(','));
    owned = [];
  };
  consumer.on(consumer.events.REBALANCING, revoked);
  consumer.on(consumer.events.GROUP_JOIN, ({ payload }) => {
    revoked();
    owned = payload.memberAssignment.t || [];
    say(group, name, 'assigned', owned.join(','));
  });
  consumer.on(consumer.events.DISCONNECT, revoked);
  consumer.on(consumer.events.CRASH, ({ payload }) => say(group, name, 'failed', payload.error.code, payload.error));
  await consumer.connect();
  await consumer.subscribe({ topic: 't', fromBeginning: true });
  await consumer.run({ eachMessage: async ({ partition }) => say(group, name, 'read', partition) });
}

readline.createInterface({ input: process.stdin }).on('line', (line) => {
  const [command, ...words] = line.split(' ');
  if (command === 'produce') produce(Number(words[0]));
  else if (command === 'join') join(words[0], words[1]);
  else members.get(`${words[0]} ${words[1]}`).disconnect();
}).on('close', () => process.exit(0));
