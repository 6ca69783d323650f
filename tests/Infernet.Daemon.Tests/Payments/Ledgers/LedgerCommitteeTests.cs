using Infernet.Core.Api;
using Infernet.Daemon.Payments.Ledgers;
using Infernet.Solana.Keys;

namespace Infernet.Daemon.Tests.Payments.Ledgers;

public class LedgerCommitteeTests
{
    [TestCase(3, null, 2)]
    [TestCase(4, 4, 4)]
    [TestCase(10, null, 4)]
    public void Read_Committee_TakesAsManyAsCanRelease(int members, int? threshold, int needed) =>
        Assert.That(LedgerCommittee.Read(Keys(members), threshold).Threshold, Is.EqualTo(needed));

    // The program takes five, but their signatures don't fit beside the accounts of an escrow in tokens.
    [TestCase(5, 5)]
    [TestCase(10, 6)]
    [TestCase(3, 4)]
    [TestCase(3, 0)]
    public void Read_MoreThanCanEverRelease_IsRefused(int members, int threshold) => Assert.That(
        () => LedgerCommittee.Read(Keys(members), threshold),
        Throws.InstanceOf<ApiException>().With.Message.Contains("room for 4 signatures"));

    private static string[] Keys(int count) =>
        [.. Enumerable.Range(0, count).Select(i => $"{SolanaKey.FromSeed([(byte)i, .. new byte[31]]).Address}")];
}
