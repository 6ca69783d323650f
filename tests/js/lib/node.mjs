// How the js-libp2p nodes of the tests and the benchmarks are put together: TCP, Noise, Yamux, Identify with push,
// Ping, and if asked for kad-dht under Infernet's prefix, and GossipSub. Everything stays on loopback.
import { identify, identifyPush } from '@libp2p/identify'
import { kadDHT, passthroughMapper } from '@libp2p/kad-dht'
import { noise } from '@libp2p/noise'
import { ping } from '@libp2p/ping'
import { tcp } from '@libp2p/tcp'
import { yamux } from '@libp2p/yamux'
import { multiaddr } from '@multiformats/multiaddr'
import { createLibp2p } from 'libp2p'
import { CID } from 'multiformats/cid'
import * as raw from 'multiformats/codecs/raw'
import { sha256 } from 'multiformats/hashes/sha2'
import { gossip } from './gossip-commands.mjs'
import { selectors, validators } from './records.mjs'

// The benchmarks, which have no packages of their own for this, import these from here.
export { multiaddr }

export const KAD_PROTOCOL = '/infernet/kad/1.0.0'

const MANY = 100_000

/**
 * @param {object} options
 * @param {string[]} [options.listen] listen addresses; by default a free loopback port, [] for a node that only dials
 * @param {boolean|object} [options.kad] whether to speak kad-dht, or settings that override the ones below
 * @param {string} [options.kadProtocol]
 * @param {boolean} [options.clientMode] kad-dht asks, but does not answer
 * @param {boolean|object} [options.gossip] whether to speak GossipSub, or settings of it
 * @param {boolean} [options.push] whether changed protocols are pushed to connected peers
 * @param {boolean} [options.monitor] whether connections are pinged now and then, as js-libp2p does by default
 * @param {string} [options.agent]
 */
export function createNode (options = {}) {
  const services = { identify: identify(), ping: ping({ maxInboundStreams: MANY, maxOutboundStreams: MANY }) }
  if (options.push !== false) {
    services.identifyPush = identifyPush()
  }

  if (options.kad) {
    services.dht = kadDHT(kadSettings(options))
  }

  if (options.gossip) {
    services.pubsub = gossip(options.gossip)
  }

  return createLibp2p({
    nodeInfo: { userAgent: options.agent ?? 'js-libp2p/interop' },
    addresses: { listen: options.listen ?? ['/ip4/127.0.0.1/tcp/0'] },
    transports: [tcp()],
    connectionEncrypters: [noise()],
    streamMuxers: [yamux()],
    connectionMonitor: { enabled: options.monitor ?? true },
    // The defaults throttle dials from one address, and everything here comes from 127.0.0.1.
    connectionManager: {
      inboundConnectionThreshold: Infinity,
      maxIncomingPendingConnections: MANY,
      maxConnections: MANY,
      maxParallelDials: 1_000,
      maxDialQueueLength: MANY
    },
    connectionGater: { denyDialMultiaddr: () => false },
    services
  })
}

/** The CID of raw bytes by SHA-256. */
export async function rawCid (bytes) {
  return CID.createV1(raw.code, await sha256.digest(bytes))
}

function kadSettings (options) {
  return {
    protocol: options.kadProtocol ?? KAD_PROTOCOL,
    clientMode: options.clientMode ?? false,
    // The default mapper drops loopback addresses.
    peerInfoMapper: passthroughMapper,
    allowQueryWithZeroPeers: true,
    initialQuerySelfInterval: 1_000,
    maxInboundStreams: MANY,
    maxOutboundStreams: MANY,
    validators,
    selectors,
    ...(options.kad === true ? {} : options.kad)
  }
}
