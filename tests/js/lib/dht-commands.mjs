// Commands for a peer that was started with {"kad":true}.
import { peerIdFromString } from '@libp2p/peer-id'
import { CID } from 'multiformats/cid'

export function dhtCommands (node) {
  const dht = () => {
    if (node.services.dht == null) {
      throw new Error('this peer was started without {"kad":true}')
    }

    return node.services.dht
  }

  return {
    /** Stores a text under a text key; answers with the number of peers that took it. */
    async put ({ key, value }) {
      return await count(dht().put(Buffer.from(key), Buffer.from(value)), 'PEER_RESPONSE')
    },

    /** The text under a key, or null. */
    async get ({ key }) {
      for await (const event of dht().get(Buffer.from(key))) {
        if (event.name === 'VALUE') {
          return Buffer.from(event.value).toString()
        }
      }

      return null
    },

    /** Announces that this peer has something; answers with the number of peers that were told. */
    async provide ({ cid }) {
      return await count(dht().provide(CID.parse(cid)), 'PEER_RESPONSE')
    },

    /** The ids of everybody who said to have something. */
    async findProviders ({ cid }) {
      const found = new Set()
      for await (const event of dht().findProviders(CID.parse(cid))) {
        if (event.name === 'PROVIDER') {
          event.providers.forEach(provider => found.add(provider.id.toString()))
        }
      }

      return [...found]
    },

    /** A peer's addresses, or null. */
    async findPeer ({ peer }) {
      for await (const event of dht().findPeer(peerIdFromString(peer))) {
        if (event.name === 'FINAL_PEER') {
          return { peer: event.peer.id.toString(), addresses: event.peer.multiaddrs.map(String) }
        }
      }

      return null
    },

    /** The closest peers to a text key that the network has. */
    async closest ({ key }) {
      const found = []
      for await (const event of dht().getClosestPeers(Buffer.from(key))) {
        if (event.name === 'FINAL_PEER') {
          found.push(event.peer.id.toString())
        }
      }

      return found
    },

    async refresh () {
      await dht().refreshRoutingTable()
      return dht().routingTable.size
    },

    mode: () => dht().getMode(),

    routingTable: () => dht().routingTable.size,

    /** Waits until the routing table holds at least so many peers. */
    async awaitRoutingTable ({ size }) {
      while (dht().routingTable.size < size) {
        await new Promise(resolve => setTimeout(resolve, 20))
      }

      return dht().routingTable.size
    }
  }
}

async function count (events, name) {
  let seen = 0
  for await (const event of events) {
    if (event.name === name) {
      seen++
    }
  }

  return seen
}
