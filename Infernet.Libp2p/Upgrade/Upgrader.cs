using Infernet.Core.Identity;
using Infernet.Libp2p.Multistream;
using Infernet.Libp2p.Noise;
using Infernet.Libp2p.Transport;

namespace Infernet.Libp2p.Upgrade;

/// <summary>
/// Makes a secured connection of a raw one: multistream-select for /noise, the Noise XX handshake, and the muxer,
/// which both sides name inside the handshake if they can and negotiate after it otherwise. Sources:
/// https://github.com/libp2p/specs/blob/master/connections (with "inlined-muxer-negotiation") and /noise.
/// </summary>
internal sealed class Upgrader(NodeIdentity node)
{
    public const string NoiseProtocol = "/noise";
    public const string YamuxProtocol = "/yamux/1.0.0";

    private readonly NoiseIdentity _identity = new(node, [YamuxProtocol]);

    /// <summary>Secures a connection that we opened. The link stays the caller's until this returns.</summary>
    /// <exception cref="UpgradeException">Names the stage that failed and why.</exception>
    public Task<SecureLink> DialAsync(Stream link, PeerId? expected, CancellationToken cancellationToken) =>
        UpgradeAsync(link, (handshake, received) => InitiateAsync(link, handshake, received, expected, cancellationToken));

    /// <summary>Secures a connection that was opened towards us.</summary>
    /// <exception cref="UpgradeException">Names the stage that failed and why.</exception>
    public Task<SecureLink> AcceptAsync(Stream link, CancellationToken cancellationToken) =>
        UpgradeAsync(link, (handshake, received) => RespondAsync(link, handshake, received, cancellationToken));

    private static async Task<SecureLink> UpgradeAsync(
        Stream link, Func<HandshakeLink, ReceiveBuffer, Task<SecureLink>> upgrade)
    {
        var received = new ReceiveBuffer(link);
        var handshake = new HandshakeLink(link, received);
        try
        {
            return await upgrade(handshake, received).ConfigureAwait(false);
        }
        catch (Exception reason)
        {
            received.Dispose();
            if (reason is IOException or InvalidDataException or ObjectDisposedException)
            {
                throw new UpgradeException(handshake.Stage, Innermost(reason), reason);
            }

            if (reason is OperationCanceledException)
            {
                throw new UpgradeException(handshake.Stage, "no answer in time", reason);
            }

            throw;
        }
    }

    private async Task<SecureLink> InitiateAsync(
        Stream link, HandshakeLink handshake, ReceiveBuffer received, PeerId? expected,
        CancellationToken cancellationToken)
    {
        using var noise = new HandshakeState(isInitiator: true, _identity.Static, KeyPair.Generate());
        var security = new MultistreamInitiator(NoiseProtocol);

        // The first Noise message travels with the proposal: a peer that refuses /noise ends the connection anyway.
        handshake.Append(security.Opening);
        handshake.AppendNoise(noise.WriteMessage([]));
        await AgreeAsync(
            security, NoiseProtocol, () => handshake.ReadMultistreamAsync(cancellationToken)).ConfigureAwait(false);

        handshake.Stage = UpgradeStage.NoiseHandshake;
        byte[] payload = noise.ReadMessage(await handshake.ReadNoiseAsync(cancellationToken).ConfigureAwait(false));
        RemoteIdentity remote = NoiseIdentity.Verify(payload, noise.RemoteStatic);
        if (expected is not null && remote.Peer != expected)
        {
            throw new InvalidDataException($"expected the peer {expected}, but {remote.Peer} answers there");
        }

        handshake.AppendNoise(noise.WriteMessage(_identity.Payload.Span));
        (CipherState send, CipherState receive) = noise.Split();
        var reader = new NoiseReader(received, receive);
        var writer = new NoiseWriter(send);
        handshake.Stage = UpgradeStage.MuxerNegotiation;
        if (!IsAgreedInHandshake(remote))
        {
            var muxer = new MultistreamInitiator(YamuxProtocol);
            await link.WriteAsync(
                (byte[])[.. handshake.TakePending(), .. writer.Seal(muxer.Opening)], cancellationToken)
                .ConfigureAwait(false);
            await AgreeAsync(
                muxer, YamuxProtocol, () => ReadSecuredAsync(reader, cancellationToken)).ConfigureAwait(false);
        }

        return new SecureLink(remote.Peer, link, reader, writer, handshake.TakePending());
    }

    private async Task<SecureLink> RespondAsync(
        Stream link, HandshakeLink handshake, ReceiveBuffer received, CancellationToken cancellationToken)
    {
        var security = new MultistreamResponder(protocol => protocol == NoiseProtocol);
        while (security.Protocol is null)
        {
            string proposal = await handshake.ReadMultistreamAsync(cancellationToken).ConfigureAwait(false);
            handshake.Append(security.Receive(proposal).Span);
        }

        handshake.Stage = UpgradeStage.NoiseHandshake;
        byte[] first = await handshake.ReadNoiseAsync(cancellationToken).ConfigureAwait(false);
        using var noise = new HandshakeState(isInitiator: false, _identity.Static, KeyPair.Generate());
        noise.ReadMessage(first);
        handshake.AppendNoise(noise.WriteMessage(_identity.Payload.Span));
        byte[] payload = noise.ReadMessage(await handshake.ReadNoiseAsync(cancellationToken).ConfigureAwait(false));
        RemoteIdentity remote = NoiseIdentity.Verify(payload, noise.RemoteStatic);

        (CipherState send, CipherState receive) = noise.Split();
        var reader = new NoiseReader(received, receive);
        var writer = new NoiseWriter(send);
        handshake.Stage = UpgradeStage.MuxerNegotiation;
        if (!IsAgreedInHandshake(remote))
        {
            var muxer = new MultistreamResponder(protocol => protocol == YamuxProtocol);
            while (muxer.Protocol is null)
            {
                string proposal = await ReadSecuredAsync(reader, cancellationToken).ConfigureAwait(false);
                byte[] answer = writer.Seal(muxer.Receive(proposal).Span);
                await link.WriteAsync(answer, cancellationToken).ConfigureAwait(false);
            }
        }

        return new SecureLink(remote.Peer, link, reader, writer, default);
    }

    private static async Task AgreeAsync(
        MultistreamInitiator negotiation, string protocol, Func<ValueTask<string>> readAsync)
    {
        while (!negotiation.IsDone)
        {
            negotiation.Receive(await readAsync().ConfigureAwait(false));
        }

        if (negotiation.IsRefused)
        {
            throw new InvalidDataException($"the peer does not speak {protocol}");
        }
    }

    // inlined-muxer-negotiation, "Multiplexer Negotiation over Noise": no overlap must fail the handshake.
    private static bool IsAgreedInHandshake(RemoteIdentity remote)
    {
        if (remote.Muxers.Count > 0 && !remote.Muxers.Contains(YamuxProtocol))
        {
            throw new InvalidDataException("the peer offers no muxer that is spoken here");
        }

        return remote.Muxers.Count > 0;
    }

    // A proposal may be cut over several Noise messages; what is left of the last one belongs to the muxer.
    private static async ValueTask<string> ReadSecuredAsync(NoiseReader reader, CancellationToken cancellationToken)
    {
        byte[] gathered = [];
        while (true)
        {
            byte[] candidate = [.. gathered, .. reader.Plaintext.Span];
            if (MultistreamMessage.TryRead(candidate, out string message, out int consumed))
            {
                reader.Take(consumed - gathered.Length);
                return message;
            }

            gathered = candidate;
            while (!reader.TryReadMessage())
            {
                if (!await reader.ReceiveAsync(cancellationToken).ConfigureAwait(false))
                {
                    throw new EndOfStreamException("the peer closed the connection");
                }
            }
        }
    }

    private static string Innermost(Exception reason) => reason.GetBaseException().Message;
}
