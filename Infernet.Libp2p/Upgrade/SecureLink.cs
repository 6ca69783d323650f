using Infernet.Core.Identity;
using Infernet.Libp2p.Noise;

namespace Infernet.Libp2p.Upgrade;

/// <summary>
/// A connection whose peer is proven and whose bytes are secret. Whoever takes it disposes the link and both halves.
/// </summary>
/// <param name="Remote">The peer at the other end.</param>
/// <param name="Link">The bytes below.</param>
/// <param name="Reader">The receiving half; it may hold plaintext already.</param>
/// <param name="Writer">The sending half.</param>
/// <param name="Preamble">The end of the handshake, to be sent as it is in front of the first sealed message.</param>
internal sealed record SecureLink(
    PeerId Remote, Stream Link, NoiseReader Reader, NoiseWriter Writer, ReadOnlyMemory<byte> Preamble) : IDisposable
{
    public void Dispose()
    {
        Link.Dispose();
        Reader.Dispose();
        Writer.Dispose();
    }
}
