using Infernet.Core.Identity;
using Infernet.Core.Payments;

namespace Infernet.Daemon.Journal;

/// <summary>A shard that this node computed for pay, or an audit.</summary>
/// <param name="Peer">Who owes for it.</param>
/// <param name="Wallet">The wallet behind the channel, in base58.</param>
/// <param name="Asset">What it is paid in, see <see cref="EarningTable"/>.</param>
/// <param name="Job">The job's id; of an audit what its intent names, see <see cref="Core.Audits.AuditBill"/>.</param>
/// <param name="Shard">The shard's id.</param>
/// <param name="Attempt">The attempt.</param>
/// <param name="Model">The CID of the model.</param>
/// <param name="Usage">What it took.</param>
/// <param name="Amount">What it costs.</param>
/// <param name="At">When it was finished.</param>
internal sealed record EarningRecord(
    PeerId Peer, string Wallet, string Asset, byte[] Job, ulong Shard, uint Attempt, string Model, Usage Usage,
    long Amount, DateTimeOffset At)
{
    public const string Shards = "shard";

    public const string Audit = "audit";

    /// <summary>One of the constants above.</summary>
    public string Kind { get; init; } = Shards;
}
