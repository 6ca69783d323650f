using System.Buffers.Binary;
using System.Security.Cryptography;
using Infernet.Core.Identity;

namespace Infernet.Daemon.Payments;

/// <summary>
/// Binds a channel to one provider node: the upper 48 bits of its salt follow from the node's peer id, the lower 16 are
/// free. Several nodes may be paid into one wallet, and a channel names the wallet alone; without this a payer could show
/// all of them one channel, and each would take the same voucher for its own work.
/// </summary>
internal static class ChannelSalt
{
    private const int FreeBits = 16;

    /// <summary>The salt of a channel to a node.</summary>
    public static ulong New(PeerId provider, ushort free) => Bound(provider) | free;

    /// <summary>Whether a channel with this salt is one to that node.</summary>
    public static bool IsFor(ulong salt, PeerId provider) => salt >> FreeBits << FreeBits == Bound(provider);

    private static ulong Bound(PeerId provider)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData([.. "infernet-channel"u8, .. provider.Span], hash);
        return BinaryPrimitives.ReadUInt64LittleEndian(hash) >> FreeBits << FreeBits;
    }
}
