using Infernet.Solana.Keys;

namespace Infernet.Daemon.Journal;

/// <summary>A payment intent that this node signed.</summary>
internal sealed record IntentRecord(
    byte[] Id, long Job, string Provider, Address Channel, ulong Ceiling, byte[] Nonce, DateTimeOffset IssuedAt);
