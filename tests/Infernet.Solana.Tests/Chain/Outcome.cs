using Infernet.Solana.Settlement;

namespace Infernet.Solana.Tests.Chain;

/// <summary>What a transaction did: its error (JSON) or none, its compute units, and its logs.</summary>
internal sealed record Outcome(string? Error, ulong Units, string Logs)
{
    public void IsDone() => Assert.That(Error, Is.Null, Logs);

    /// <summary>The program refused the transaction's last instruction for this reason.</summary>
    public void IsRefused(SettlementError reason)
    {
        Assert.That(SettlementFailure.TryRead(Error, out SettlementFailure failure), $"{Error ?? "done"}\n{Logs}");
        Assert.That(failure.Error, Is.EqualTo(reason), Logs);
    }

    /// <summary>It failed in whatever way: the runtime, or another program, refused.</summary>
    public void IsFailed(string part) => Assert.That(Error, Does.Contain(part), Logs);
}
