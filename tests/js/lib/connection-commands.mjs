// Commands about connections, Identify and Ping.
import { peerIdFromString } from '@libp2p/peer-id'
import { multiaddr } from '@multiformats/multiaddr'
import { echo, handle } from './handlers.mjs'

export function connectionCommands (node) {
  const identified = new Map()
  node.addEventListener('peer:identify', ({ detail }) => identified.set(detail.peerId.toString(), detail))

  return {
    /** Connects to an address, and answers with the peer that was proven to be there. */
    async dial ({ address }) {
      const connection = await node.dial(multiaddr(address))
      return connection.remotePeer.toString()
    },

    async hangUp ({ peer }) {
      await node.hangUp(peerIdFromString(peer))
      return true
    },

    /** Waits until no connection to the peer is left. */
    async awaitDisconnect ({ peer }) {
      const id = peerIdFromString(peer)
      while (node.getConnections(id).length > 0) {
        await nextEvent(node, 'peer:disconnect', gone => gone.equals(id))
      }

      return true
    },

    /** Round-trip time in milliseconds. */
    ping: ({ peer }) => node.services.ping.ping(peerIdFromString(peer)),

    /** What Identify said about a peer, as soon as it has said it. */
    async identify ({ peer }) {
      const result = identified.get(peer) ?? await nextEvent(node, 'peer:identify', e => e.peerId.toString() === peer)
      return {
        agent: result.agentVersion,
        protocolVersion: result.protocolVersion,
        protocols: result.protocols,
        listenAddresses: result.listenAddrs.map(String),
        observedAddress: result.observedAddr?.toString() ?? null,
        signedPeerRecord: result.signedPeerRecord != null
      }
    },

    /** Waits until a peer is known to speak a protocol: at once, or by its next push. */
    async awaitProtocol ({ peer, protocol }) {
      const id = peerIdFromString(peer)
      const speaks = async () => (await node.peerStore.get(id)).protocols.includes(protocol)
      while (!await speaks()) {
        await nextEvent(node, 'peer:update', e => e.peer.id.equals(id) && e.peer.protocols.includes(protocol))
      }

      return true
    },

    /** Serves one more protocol, as an echo; connected peers are told by Identify push. */
    async serve ({ protocol }) {
      await handle(node, protocol, echo)
      return true
    },

    /** Collects garbage first where node was started with --expose-gc, so that what is counted is in use. */
    stats () {
      globalThis.gc?.()
      return {
        connections: node.getConnections().length,
        streams: node.getConnections().reduce((count, connection) => count + connection.streams.length, 0),
        residentBytes: process.memoryUsage().rss
      }
    }
  }
}

function nextEvent (node, name, accepts) {
  return new Promise(resolve => {
    node.addEventListener(name, function listen ({ detail }) {
      if (accepts(detail)) {
        node.removeEventListener(name, listen)
        resolve(detail)
      }
    })
  })
}
