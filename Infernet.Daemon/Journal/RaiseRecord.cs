using Infernet.Core.Identity;

namespace Infernet.Daemon.Journal;

/// <summary>A voucher that counts.</summary>
/// <param name="Channel">Its channel, in base58.</param>
/// <param name="Peer">Who signed it.</param>
/// <param name="Asset">What it is in.</param>
/// <param name="Cumulative">What it says in all.</param>
/// <param name="Expiry">Its end in Unix seconds; 0 for never.</param>
/// <param name="Signature">Of its signer.</param>
/// <param name="Job">The job whose shard it is for; empty if it is for none in particular.</param>
/// <param name="Shard">The shard.</param>
/// <param name="Attempt">Its attempt.</param>
/// <param name="At">When it came.</param>
internal sealed record RaiseRecord(
    string Channel, PeerId Peer, string Asset, long Cumulative, long Expiry, byte[] Signature, byte[] Job, ulong Shard,
    uint Attempt, DateTimeOffset At);
