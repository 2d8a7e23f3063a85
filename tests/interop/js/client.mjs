// grpc-js at the client's end of the standard interoperability cases. Each line read is {"name", "address", "ca"?}; each
// line written is {"error"}, null when the server behaved.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import grpc from '@grpc/grpc-js';
import loader from '@grpc/proto-loader';

const PROTO = process.argv[2];
const REQUEST_SIZES = [27182, 8, 1828, 45904];
const RESPONSE_SIZES = [31415, 9, 2653, 58979];
const LARGE_REQUEST = 271828;
const LARGE_RESPONSE = 314159;
const AT_ONCE = 20;
const GZIP = { 'grpc.default_compression_algorithm': 2 };
const SPECIAL_MESSAGE = '\t\ntest with whitespace\r\nand Unicode BMP ☺ and non-BMP 😈\t\n';

const { TestService } = grpc.loadPackageDefinition(loader.loadSync(PROTO, { keepCase: true })).grpc.testing;
const { status } = grpc;

const payload = (size) => ({ body: Buffer.alloc(size) });
const wanting = (...sizes) => ({ response_parameters: sizes.map((size) => ({ size })) });

/** Resolves to what a unary call gives: its answer or error, and the metadata before and after it. */
function unary(client, method, request, metadata = new grpc.Metadata()) {
  return new Promise((resolve) => {
    const result = {};
    const call = client[method](request, metadata, (error, response) => Object.assign(result, { error, response }));
    call.on('metadata', (initial) => Object.assign(result, { initial }));
    call.on('status', ({ code, details, metadata: trailing }) => resolve({ ...result, code, details, trailing }));
  });
}

/** Collects what a stream says until it ends; `each` sees every message as it comes. */
function ended(call, each = () => {}) {
  return new Promise((resolve) => {
    const messages = [];
    let initial;
    call.on('metadata', (received) => { initial = received; });
    call.on('data', (message) => { messages.push(message); each(message); });
    call.on('error', () => {}); // its code comes with the status
    call.on('status', ({ code, details, metadata }) => resolve({ messages, initial, code, details, trailing: metadata }));
  });
}

async function large(client) {
  const request = { response_size: LARGE_RESPONSE, payload: payload(LARGE_REQUEST) };
  const { response, code } = await unary(client, 'UnaryCall', request);
  assert.equal(code, status.OK);
  assert.equal(response.payload.body.length, LARGE_RESPONSE);
}

function aggregated(client) {
  return new Promise((resolve, reject) => {
    const call = client.StreamingInputCall((error, response) => (error ? reject(error) : resolve(response)));
    REQUEST_SIZES.forEach((size) => call.write({ payload: payload(size) }));
    call.end();
  });
}

const sum = (sizes) => sizes.reduce((a, b) => a + b);
const lengths = (messages) => messages.map((message) => message.payload.body.length);

const cases = {
  async empty_unary(client) {
    assert.equal((await unary(client, 'EmptyCall', {})).code, status.OK);
  },
  large_unary: large,
  async concurrent_large_unary(client) {
    await Promise.all(Array.from({ length: AT_ONCE }, () => large(client)));
  },
  async client_streaming(client) {
    assert.equal((await aggregated(client)).aggregated_payload_size, sum(REQUEST_SIZES));
  },
  async server_streaming(client) {
    const { messages, code } = await ended(client.StreamingOutputCall(wanting(...RESPONSE_SIZES)));
    assert.deepEqual([lengths(messages), code], [RESPONSE_SIZES, status.OK]);
  },
  async ping_pong(client) {
    const call = client.FullDuplexCall();
    let turn = 0;
    const next = () => {
      if (turn === REQUEST_SIZES.length) return call.end();
      return call.write({ ...wanting(RESPONSE_SIZES[turn]), payload: payload(REQUEST_SIZES[turn++]) });
    };
    const end = ended(call, next);
    next();
    const { messages, code } = await end;
    assert.deepEqual([lengths(messages), code], [RESPONSE_SIZES, status.OK]);
  },
  async empty_stream(client) {
    const call = client.FullDuplexCall();
    call.end();
    const { messages, code } = await ended(call);
    assert.deepEqual([messages, code], [[], status.OK]);
  },
  async cancel_after_begin(client) {
    const code = await new Promise((resolve) => {
      const call = client.StreamingInputCall((error) => resolve(error?.code));
      setImmediate(() => call.cancel());
    });
    assert.equal(code, status.CANCELLED);
  },
  async cancel_after_first_response(client) {
    const call = client.FullDuplexCall();
    const end = ended(call, () => call.cancel());
    call.write({ ...wanting(31415), payload: payload(27182) });
    const { messages, code } = await end;
    assert.deepEqual([lengths(messages), code], [[31415], status.CANCELLED]);
  },
  async timeout_on_sleeping_server(client) {
    const call = client.FullDuplexCall({ deadline: Date.now() + 1 });
    call.write({ payload: payload(27182) });
    assert.equal((await ended(call)).code, status.DEADLINE_EXCEEDED);
  },
  async custom_metadata(client) {
    const metadata = new grpc.Metadata();
    metadata.set('x-grpc-test-echo-initial', 'test_initial_metadata_value');
    metadata.set('x-grpc-test-echo-trailing-bin', Buffer.from('ababab', 'hex'));
    const answer = unary(client, 'UnaryCall', { response_size: 1, payload: payload(1) }, metadata);
    const call = client.FullDuplexCall(metadata);
    call.write({ ...wanting(1), payload: payload(1) });
    call.end();
    for (const { code, initial, trailing } of await Promise.all([answer, ended(call)])) {
      assert.equal(code, status.OK);
      assert.deepEqual(initial.get('x-grpc-test-echo-initial'), ['test_initial_metadata_value']);
      assert.deepEqual(trailing.get('x-grpc-test-echo-trailing-bin'), [Buffer.from('ababab', 'hex')]);
    }
  },
  async status_code_and_message(client) {
    const request = { response_status: { code: 2, message: 'test status message' } };
    const call = client.FullDuplexCall();
    call.write(request);
    call.end();
    for (const { code, details } of await Promise.all([unary(client, 'UnaryCall', request), ended(call)])) {
      assert.deepEqual([code, details], [2, 'test status message']);
    }
  },
  async special_status_message(client) {
    const request = { response_status: { code: 2, message: SPECIAL_MESSAGE } };
    const { code, details } = await unary(client, 'UnaryCall', request);
    assert.deepEqual([code, details], [2, SPECIAL_MESSAGE]);
  },
  async unimplemented_method(client) {
    assert.equal(await missing(client, '/grpc.testing.TestService/UnimplementedCall'), status.UNIMPLEMENTED);
  },
  async unimplemented_service(client) {
    assert.equal(await missing(client, '/grpc.testing.UnimplementedService/UnimplementedCall'), status.UNIMPLEMENTED);
  },
  client_compressed_unary: (_, compressing) => large(compressing),
  async client_compressed_streaming(_, compressing) {
    assert.equal((await aggregated(compressing)).aggregated_payload_size, sum(REQUEST_SIZES));
  },
  async server_compressed_unary(client) {
    const request = { response_size: LARGE_RESPONSE, response_compressed: { value: true } };
    const { response } = await unary(client, 'UnaryCall', request);
    assert.equal(response.payload.body.length, LARGE_RESPONSE);
  },
  async server_compressed_streaming(client) {
    const wanted = [{ size: 31415, compressed: { value: true } }, { size: 92653, compressed: { value: false } }];
    const { messages, code } = await ended(client.StreamingOutputCall({ response_parameters: wanted }));
    assert.deepEqual([lengths(messages), code], [[31415, 92653], status.OK]);
  },
};

function missing(client, method) {
  const nothing = () => Buffer.alloc(0);
  return new Promise((resolve) => {
    client.makeUnaryRequest(method, nothing, nothing, {}, (error) => resolve(error?.code));
  });
}

async function run({ name, address, ca }) {
  const secure = ca ? grpc.credentials.createSsl(readFileSync(ca)) : grpc.credentials.createInsecure();
  const client = new TestService(address, secure);
  const compressing = new TestService(address, secure, GZIP);
  try {
    await cases[name](client, compressing);
    return null;
  } catch (error) {
    return error.stack;
  } finally {
    client.close();
    compressing.close();
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  process.stdout.write(`${JSON.stringify({ error: await run(JSON.parse(line)) })}\n`);
}
