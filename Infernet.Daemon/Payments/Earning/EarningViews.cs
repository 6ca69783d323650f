using Infernet.Core.Api;
using Infernet.Core.Multiformats;
using Infernet.Core.Payments;
using Infernet.Daemon.Journal;

namespace Infernet.Daemon.Payments.Earning;

/// <summary>What was earned and what is asked, as people see it.</summary>
internal static class EarningViews
{
    /// <summary>Settlements that a report lists, the latest.</summary>
    private const int MaxSettlements = 1_000;

    public static EarningsReport Report(
        EarningChain chain, EarningJournal journal, Asset asset, EarningsGrouping by, DateTimeOffset since,
        string? problem)
    {
        IReadOnlyList<EarningChannelRecord> channels =
        [
            .. journal.Channels.List(open: false)
                .Where(c => c.Program == chain.Program.ToString() && c.Key.Mint == chain.Mint),
        ];
        var payers = channels.ToDictionary(c => c.Channel, c => c.Peer);
        IReadOnlyList<SettlementView> settlements =
        [
            .. journal.Settlements.List(since, MaxSettlements).Where(s => payers.ContainsKey(s.Channel))
                .Select(s => SettlementDesk.View(s, payers[s.Channel])),
        ];
        (string name, string column) = by switch
        {
            EarningsGrouping.Model => ("model", EarningSums.ByModel),
            EarningsGrouping.Payer => ("payer", EarningSums.ByPayer),
            EarningsGrouping.Kind => ("kind", EarningSums.ByKind),
            _ => ("day", EarningSums.ByDay),
        };
        return new EarningsReport
        {
            By = name,
            Wallet = chain.Wallet.ToString(),
            Symbol = asset.Symbol,
            Decimals = asset.Decimals,
            Rows = journal.Sums.Since(column, chain.AssetKey, since),
            Total = journal.Sums.Since(EarningSums.Total, chain.AssetKey, since) is [var total]
                ? total
                : new EarningsRow { Key = "total" },
            Held = (ulong)channels.Where(c => !c.IsClosed).Sum(c => c.Unsettled),
            Received = (ulong)settlements.Sum(s => (long)s.Received),
            ProtocolFees = (ulong)settlements.Sum(s => (long)s.ProtocolFees),
            NetworkFees = (ulong)settlements.Sum(s => (long)s.NetworkFee),
            Channels = [.. channels.Select(Of)],
            Settlements = settlements,
            Problem = problem,
        };
    }

    public static PriceView Of(PriceBook book, Asset asset)
    {
        Prices prices = book.Current;
        return new PriceView
        {
            Mint = prices.Mint.IsEmpty ? "" : Base58.Encode(prices.Mint.Span),
            Symbol = asset.Symbol,
            Decimals = asset.Decimals,
            InputPerMillionTokens = prices.InputPerMillionTokens,
            OutputPerMillionTokens = prices.OutputPerMillionTokens,
            EnginePerHour = prices.EnginePerHour,
            ContainerPerHour = prices.ContainerPerHour,
            Origin = book.SetAt is null ? "settings" : "set",
            SetAt = book.SetAt,
        };
    }

    private static EarningChannelView Of(EarningChannelRecord channel) => new()
    {
        Address = channel.Channel,
        Kind = channel.Escrow is null ? "channel" : "escrow",
        Payer = channel.Peer.ToString(),
        Wallet = channel.Key.Payer.ToString(),
        Deposit = (ulong)channel.Deposit,
        Settled = (ulong)channel.Settled,
        Held = (ulong)channel.Held,
        Expiry = channel.Expiry,
        ReclaimAt = channel.ReclaimAt,
        State = channel.IsClosed ? "closed"
            : channel.ReclaimAt is not null || channel.CloseSignedAt is not null ? "closing"
            : "open",
    };
}
