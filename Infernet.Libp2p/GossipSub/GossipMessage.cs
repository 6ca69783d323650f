using Infernet.Core.Identity;

namespace Infernet.Libp2p.GossipSub;

/// <summary>A message whose author is proven by its signature.</summary>
/// <param name="From">Who wrote it; not who passed it on.</param>
/// <param name="Sequence">The author's number of the message.</param>
/// <param name="Topic">What it is about.</param>
/// <param name="Data">What it says.</param>
public sealed record GossipMessage(PeerId From, ulong Sequence, string Topic, ReadOnlyMemory<byte> Data);
