using Infernet.Daemon.Jobs.Auditing;
using Infernet.Daemon.Journal;

namespace Infernet.Daemon.Jobs.Running;

/// <summary>What a shard brought, after its receipt was found right: ready for the journal, and for an audit.</summary>
internal sealed record Delivery(
    ReceiptRecord Receipt, IReadOnlyDictionary<int, OutputRecord> Outputs, AuditMaterial Material)
{
    /// <summary>
    /// What its provider is to be paid, by the receipt; 0 if it is not paid. The job's loop brings it down to what the
    /// provider was promised at most, which only engine time can pass.
    /// </summary>
    public ulong Cost { get; set; }
}
