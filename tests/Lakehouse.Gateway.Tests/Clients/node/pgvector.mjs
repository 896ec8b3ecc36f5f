// A PostgreSQL that has pgvector, in memory and on a free port of loopback: PGlite, which is WebAssembly, because neither Debian's packages
// nor those of the embedded PostgreSQL have pgvector.
import { createServer } from 'node:net';
import { PGlite } from '@electric-sql/pglite';
import { pg_trgm } from '@electric-sql/pglite/contrib/pg_trgm';
import { vector } from '@electric-sql/pglite-pgvector';

const sslRequest = 80877103;
const gssRequest = 80877104;
const cancelRequest = 80877102;

// The tests' process holds the other end.
process.stdin.on('end', () => process.exit()).resume();

const db = await PGlite.create({ extensions: { pg_trgm, vector } });

// It is one session for all clients. A client has it from its first message until the server is idle again, so that neither requests nor
// transactions mix. Names of prepared statements would: clients use none.
let owner;
const waiting = [];

async function take(client) {
  while (owner && owner !== client) {
    await new Promise((go) => waiting.push(go));
  }
  owner = client;
}

function pass() {
  owner = undefined;
  waiting.splice(0).forEach((go) => go());
}

// PGlite waits for ever for what COPY is given. It is refused, as by servers that do not have it.
const copyFromStdin = /^copy .* from stdin\0$/is;

function refusal(code, text) {
  const fields = Buffer.from(`SERROR\0C${code}\0M${text}\0\0`);
  const head = Buffer.from([...Buffer.from('E'), 0, 0, 0, 0]);
  head.writeInt32BE(fields.length + 4, 1);
  return Buffer.concat([head, fields, Buffer.from([...Buffer.from('Z'), 0, 0, 0, 5, ...Buffer.from('I')])]);
}

const isIdle = (answer) => answer.at(-6) === 'Z'.charCodeAt() && answer.at(-1) === 'I'.charCodeAt();

// an answer is several small writes: they do not wait for each other
const server = createServer({ noDelay: true }, async (client) => {
  let started = false;
  let bytes = Buffer.alloc(0);
  try {
    for await (const data of client) {
      bytes = Buffer.concat([bytes, data]);
      for (;;) {
        const tag = started ? 1 : 0; // only what comes before the start has no type in front of its length
        if (bytes.length < tag + 4 || bytes.length < tag + bytes.readInt32BE(tag)) {
          break;
        }
        const message = bytes.subarray(0, tag + bytes.readInt32BE(tag));
        bytes = bytes.subarray(message.length);
        const code = started ? message[0] : message.readInt32BE(4);
        if (code === sslRequest || code === gssRequest) {
          client.write('N');
          continue;
        }
        if (code === cancelRequest || code === 'X'.charCodeAt()) {
          client.end();
          continue;
        }
        started = true;
        if (code === 'Q'.charCodeAt() && copyFromStdin.test(message.toString('utf8', 5))) {
          client.write(refusal('0A000', 'COPY is not supported'));
          continue;
        }
        await take(client);
        const answer = await db.execProtocolRaw(new Uint8Array(message));
        client.write(answer);
        if (isIdle(answer)) {
          pass();
        }
      }
    }
  } catch (error) {
    console.log(`a client left: ${error}`);
  }
  if (owner === client) {
    await db.exec('rollback');
    pass();
  }
});
server.listen(0, '127.0.0.1', () => console.log(`ready 127.0.0.1:${server.address().port}`));
