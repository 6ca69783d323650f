// Serves JSON-RPC over HTTP, and its subscriptions over WebSocket, on one port of the loopback interface.
import http from 'node:http';
import { WebSocketServer } from 'ws';
import { RpcError } from './rpc-error.mjs';

const MAX_BODY = 1 << 20;
const MAX_BATCH = 100;
const MAX_SUBSCRIPTIONS = 1000;
const MAX_CONNECTIONS = 1024;
// A signature of 64 bytes in base58.
const MAX_SIGNATURE = 88;
// What may wait for a subscriber that reads too slowly.
const MAX_UNREAD = 4 << 20;

// Lamports and slots have 64 bits; JSON has no limit, but JSON.stringify refuses them.
const write = (value) => {
  const marked = JSON.stringify(value, (_, v) => (typeof v === 'bigint' ? `\u0000${v}` : v));
  return marked.replace(/"\\u0000(-?\d+)"/g, '$1');
};

function answer(methods, request) {
  const id = request?.id ?? null;
  try {
    if (typeof request?.method !== 'string') {
      throw new RpcError(-32600, 'Invalid request');
    }
    if (!Object.hasOwn(methods, request.method)) {
      throw new RpcError(-32601, 'Method not found');
    }
    return { jsonrpc: '2.0', id, result: methods[request.method](...(request.params ?? [])) };
  } catch (error) {
    const code = error instanceof RpcError ? error.code : -32602;
    return { jsonrpc: '2.0', id, error: { code, message: String(error.message), data: error.data } };
  }
}

async function readBody(request) {
  const parts = [];
  let length = 0;
  for await (const part of request) {
    length += part.length;
    if (length > MAX_BODY) {
      throw new RpcError(-32600, `Request larger than ${MAX_BODY} bytes`);
    }
    parts.push(part);
  }
  return JSON.parse(Buffer.concat(parts).toString());
}

async function respond(methods, request, response) {
  response.setHeader('content-type', 'application/json');
  let body;
  try {
    body = await readBody(request);
  } catch (error) {
    const code = error instanceof RpcError ? error.code : -32700;
    // What was not read of the request would be taken for the next one.
    response.setHeader('connection', 'close');
    response.end(write({ jsonrpc: '2.0', id: null, error: { code, message: error.message } }));
    return;
  }
  response.end(write(answerAll(methods, body)));
}

function answerAll(methods, body) {
  if (!Array.isArray(body)) {
    return answer(methods, body);
  }
  return body.length <= MAX_BATCH
    ? body.map((one) => answer(methods, one))
    : { jsonrpc: '2.0', id: null, error: { code: -32600, message: `Too many requests in a batch; max ${MAX_BATCH}` } };
}

class Subscriber {
  #socket;
  #runtime;
  #subscriptions = new Map();
  #next = 1;

  constructor(socket, runtime) {
    this.#socket = socket;
    this.#runtime = runtime;
    const stop = runtime.listen((...event) => this.#hear(...event));
    socket.on('close', stop);
    socket.on('error', () => socket.terminate());
    socket.on('message', (raw) => this.#receive(raw));
  }

  #receive(raw) {
    let request;
    try {
      request = JSON.parse(raw);
    } catch {
      this.#send({ jsonrpc: '2.0', id: null, error: { code: -32700, message: 'Parse error' } });
      return;
    }
    this.#send(answer({
      slotSubscribe: () => this.#subscribe({ kind: 'slot' }),
      signatureSubscribe: (signature) => this.#subscribe({ kind: 'signature', signature }),
      slotUnsubscribe: (id) => this.#subscriptions.delete(id),
      signatureUnsubscribe: (id) => this.#subscriptions.delete(id),
    }, request));
    // What is known already is said at once, but only after the subscription's number.
    for (const [id, { signature }] of this.#subscriptions) {
      const entry = signature && this.#runtime.signatures.get(signature);
      if (entry) {
        this.#notifySignature(id, entry);
      }
    }
  }

  #subscribe(subscription) {
    if (this.#subscriptions.size >= MAX_SUBSCRIPTIONS) {
      throw new RpcError(-32602, `Too many subscriptions; max ${MAX_SUBSCRIPTIONS}`);
    }
    const { kind, signature } = subscription;
    if (kind === 'signature' && !(typeof signature === 'string' && signature.length <= MAX_SIGNATURE)) {
      throw new RpcError(-32602, `A signature is a text of at most ${MAX_SIGNATURE} characters`);
    }
    this.#subscriptions.set(this.#next, subscription);
    return this.#next++;
  }

  #hear(kind, subject, entry) {
    for (const [id, subscription] of this.#subscriptions) {
      if (kind === 'slot' && subscription.kind === 'slot') {
        const root = subject > 32n ? subject - 32n : 0n;
        this.#notify('slotNotification', id, { parent: subject - 1n, root, slot: subject });
      } else if (kind === 'signature' && subscription.signature === subject) {
        this.#notifySignature(id, entry);
      }
    }
  }

  #notifySignature(id, entry) {
    this.#subscriptions.delete(id);
    this.#notify('signatureNotification', id, { context: { slot: entry.slot }, value: { err: entry.err } });
  }

  #notify(method, subscription, result) {
    this.#send({ jsonrpc: '2.0', method, params: { result, subscription } });
  }

  #send(message) {
    if (this.#socket.bufferedAmount > MAX_UNREAD) {
      this.#socket.terminate();
    } else if (this.#socket.readyState === this.#socket.OPEN) {
      this.#socket.send(write(message));
    }
  }
}

export async function serve(runtime, methods, port) {
  const server = http.createServer((request, response) => respond(methods, request, response));
  server.maxConnections = MAX_CONNECTIONS;
  const sockets = new WebSocketServer({ server, maxPayload: MAX_BODY });
  // It repeats what the HTTP server says of a port that is in use.
  sockets.on('error', () => {});
  sockets.on('connection', (socket) => new Subscriber(socket, runtime));
  await new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  const bound = server.address().port;
  return {
    http: `http://127.0.0.1:${bound}`,
    ws: `ws://127.0.0.1:${bound}`,
    close() {
      for (const socket of sockets.clients) {
        socket.terminate();
      }
      server.close();
      server.closeAllConnections();
    },
  };
}
