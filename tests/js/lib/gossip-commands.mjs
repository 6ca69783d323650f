// Commands for a peer that was started with {"gossip":true}, and its event {"event":"message","topic","from","data"}.
import { gossipsub } from '@libp2p/gossipsub'

/**
 * GossipSub with the message id of the pubsub specification: the author's peer id followed by the sequence number. The
 * default of @libp2p/gossipsub puts the author's public key in place of its peer id, so that peers which follow the
 * specification can't tell by an IHAVE what they have.
 */
export function gossip (settings) {
  return gossipsub({
    allowPublishToZeroTopicPeers: true,
    fallbackToFloodsub: false,
    msgIdFn: message => specifiedId(message),
    ...(settings === true ? {} : settings)
  })
}

export function gossipCommands (node, report) {
  const pubsub = () => {
    if (node.services.pubsub == null) {
      throw new Error('this peer was started without {"gossip":true}')
    }

    return node.services.pubsub
  }

  node.services.pubsub?.addEventListener('message', ({ detail }) => report({
    event: 'message',
    topic: detail.topic,
    from: detail.from?.toString() ?? null,
    data: Buffer.from(detail.data).toString('base64')
  }))

  return {
    subscribe ({ topic }) {
      pubsub().subscribe(topic)
      return true
    },

    unsubscribe ({ topic }) {
      pubsub().unsubscribe(topic)
      return true
    },

    /** Publishes base64 data; answers with the number of peers that it was sent to. */
    async publish ({ topic, data }) {
      const { recipients } = await pubsub().publish(topic, Buffer.from(data, 'base64'))
      return recipients.length
    },

    /** Publishes a message that is altered after it was signed. */
    async publishAltered ({ topic, data }) {
      const service = pubsub()
      const sendRpc = service.sendRpc
      service.sendRpc = (id, rpc) => {
        rpc.messages.forEach(message => { message.data = Buffer.from('altered') })
        return sendRpc.call(service, id, rpc)
      }
      try {
        const { recipients } = await service.publish(topic, Buffer.from(data, 'base64'))
        return recipients.length
      } finally {
        service.sendRpc = sendRpc
      }
    },

    mesh: ({ topic }) => pubsub().getMeshPeers(topic),

    subscribers: ({ topic }) => pubsub().getSubscribers(topic).map(String),

    score: ({ peer }) => pubsub().score.score(peer),

    /** The P7 counter of a peer. */
    penalty: ({ peer }) => pubsub().dumpPeerScoreStats()[peer]?.behaviourPenalty ?? 0,

    /** Waits until a peer is in the mesh, or no longer is. */
    async awaitMesh ({ topic, peer, is = true }) {
      while (pubsub().getMeshPeers(topic).includes(peer) !== is) {
        await moment()
      }

      return true
    },

    async awaitSubscriber ({ topic, peer }) {
      while (!pubsub().getSubscribers(topic).some(id => id.toString() === peer)) {
        await moment()
      }

      return true
    },

    async awaitHeartbeats ({ count }) {
      for (let i = 0; i < count; i++) {
        await new Promise(resolve => {
          pubsub().addEventListener('gossipsub:heartbeat', resolve, { once: true })
        })
      }

      return true
    }
  }
}

function specifiedId (message) {
  const author = message.from.toMultihash().bytes
  const id = new Uint8Array(author.length + 8)
  id.set(author)
  new DataView(id.buffer).setBigUint64(author.length, message.sequenceNumber)
  return id
}

function moment () {
  return new Promise(resolve => setTimeout(resolve, 20))
}
