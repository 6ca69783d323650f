using Infernet.Daemon.Journal;

namespace Infernet.Daemon.Payments.Earning;

/// <summary>The tables that earning writes.</summary>
internal sealed record EarningJournal(
    EarningTable Earnings, EarningChannelTable Channels, SettlementTable Settlements, NonceTable Nonces,
    PriceTable Prices, EarningSums Sums)
{
    public static EarningJournal Of(NodeJournal journal) => new(
        journal.Earnings, journal.EarningChannels, journal.Settlements, journal.Nonces, journal.Prices,
        journal.EarningSums);
}
