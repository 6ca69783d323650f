using Infernet.Core.Identity;

namespace Infernet.Daemon.Jobs.Auditing;

/// <summary>A receipt that is to be audited.</summary>
/// <param name="Receipt">SHA-256 of its envelope.</param>
/// <param name="Provider">Who signed it.</param>
/// <param name="Shard">What it is for.</param>
/// <param name="Places">Of the items to judge, as the draw picks them.</param>
/// <param name="Discretionary">Whether it is audited beyond the draw, on suspicion.</param>
internal sealed record AuditOrder(
    byte[] Receipt, PeerId Provider, long Shard, IReadOnlyList<int> Places, bool Discretionary)
{
    /// <summary>What it is known by.</summary>
    public string Key => KeyOf(Receipt);

    public static string KeyOf(byte[] receipt) => Convert.ToHexStringLower(receipt);
}
