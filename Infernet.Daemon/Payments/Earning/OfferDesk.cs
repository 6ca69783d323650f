using System.Security.Cryptography;
using Infernet.Core.Identity;
using Infernet.Core.Multiformats;
using Infernet.Core.Payments;
using Infernet.Core.Reputation;
using Infernet.Core.Schemas;
using Infernet.Daemon.Journal;
using Infernet.Daemon.Payments.Chain;
using Infernet.Solana.Keys;
using Infernet.Solana.Settlement;

namespace Infernet.Daemon.Payments.Earning;

/// <summary>
/// Takes up offers that pay, of jobs and of audits: what costs nothing to check comes first, then the chain is asked, and
/// the intent's nonce is written last, when nothing else can be wrong.
/// </summary>
internal sealed class OfferDesk(
    EarnerGround ground, Func<Prices> asked, PayerBook payers, IntentGate intents, ChannelLookup lookup,
    VoucherDesk vouchers)
{
    // Whose owner lends newcomers less than the smallest window lends them that.
    private readonly ReputationOptions _windows = ground.Windows with
    {
        SmallestCredit = Math.Min(ground.Windows.SmallestCredit, ground.Options.FirstCredit),
    };

    private readonly OfferedMeans _means = new(ground, intents, lookup);

    /// <summary>Takes up work that is paid by agreed prices, or says why not.</summary>
    /// <exception cref="PaymentException">The chain can't be asked.</exception>
    /// <exception cref="JournalException">Nothing can be written.</exception>
    public async Task<(TakenWork? Work, string Problem)> OpenAsync(
        PaidAsk ask, PeerId payer, Prices agreed, ClusterFacts facts, CancellationToken cancellationToken)
    {
        (EarningChannelRecord? channel, PaymentIntent intent, string problem) = await _means
            .FindAsync(ask, payer, facts, cancellationToken).ConfigureAwait(false);
        if (channel is null)
        {
            return (null, problem);
        }

        if (ask.Payment.Latest is { } latest)
        {
            TakenVoucher taken = await vouchers
                .TakeAsync(latest, channel.Channel, [], facts.Asset, soon: false, cancellationToken).ConfigureAwait(false);
            if (taken.IsViolation)
            {
                return (null, taken.Problem!);
            }

            channel = ground.Journal.Channels.Find(channel.Channel)!;
        }

        ChannelKey key = channel.Key;
        channel = await FreshAsync(channel, intent, payer, facts, cancellationToken).ConfigureAwait(false);
        ulong staked = await StakeAsync(payer, key.Payer, facts, cancellationToken).ConfigureAwait(false);
        AccountGround account = Account(ask, payer, agreed, facts, key, channel, staked);
        FirstCredit credit = CreditOf(agreed);
        ulong lost = (ulong)ground.Journal.Earnings.LostByNewcomers(
            payer, ground.Chain.AssetKey, ground.Time.GetUtcNow() - ground.Options.FirstCreditMemory, credit.Proven);
        PayerGate gate = payers.Enter(
            payer, trusted => credit.Next(trusted, lost), account.Window, window => NewGate(account, window));
        return await ReserveAsync(ask, intent, gate, account, cancellationToken).ConfigureAwait(false);
    }

    // What was read a while ago may lack what the payer has put in for this very job.
    private async Task<EarningChannelRecord> FreshAsync(
        EarningChannelRecord channel, PaymentIntent intent, PeerId payer, ClusterFacts facts,
        CancellationToken cancellationToken) =>
        ChannelCheck.FindProblem(
            channel, payers.Reserved(channel.Channel), intent.Ceiling, facts.Asset, ground.Time.GetUtcNow(),
            ground.Options) is null || !lookup.MayAsk(payer)
            ? channel
            : await lookup.ReadAgainAsync(channel, cancellationToken).ConfigureAwait(false);

    private async Task<(TakenWork? Work, string Problem)> ReserveAsync(
        PaidAsk ask, PaymentIntent intent, PayerGate gate, AccountGround account, CancellationToken cancellationToken)
    {
        var use = new IntentUse(intent.Ceiling);
        string? problem = null;
        try
        {
            problem = (ask.IsAudit ? null : Debt(gate, account)) ?? payers.Reserve(
                account.Channel, gate, use,
                reserved => ChannelCheck.FindProblem(
                    // Read under the lock: whoever signs for its end marks it first, and looks for jobs then.
                    ground.Journal.Channels.Find(account.Channel)!, reserved, intent.Ceiling, account.Asset,
                    ground.Time.GetUtcNow(), ground.Options));
            problem ??= await intents.TakeAsync(intent, account.Payer, cancellationToken).ConfigureAwait(false);
            return problem is null ? (new TakenWork(payers, gate, use, account), "") : (null, problem);
        }
        catch
        {
            problem = "";
            throw;
        }
        finally
        {
            if (problem is not null)
            {
                payers.Release(account.Channel, use);
                payers.Leave(account.Payer);
            }
        }
    }

    private string? Debt(PayerGate gate, AccountGround account)
    {
        // What jobs that are open have not paid yet they will: this one's shards wait for that like theirs.
        (ulong window, ulong unpaid) = gate.Standing;
        return unpaid < window || (window > 0 && payers.JobsOf(account.Payer) > 1) ? null
            : window == 0 ? $"nothing is lent to {account.Payer} here: {ground.StandingOf(account.Payer).Exclusion}"
            : $"unpaid work of {account.Asset.Show(unpaid)} stands at the limit of {account.Asset.Show(window)}: "
                + $"pay it by a higher voucher on {PayProtocol.Id} first";
    }

    private PayerGate NewGate(AccountGround account, ulong window)
    {
        (long owed, long paid) = ground.Journal.Earnings.Owed(
            account.Payer, account.Wallet, account.AssetKey, ground.Time.GetUtcNow(), ground.Options.DebtHalfLife);
        return new PayerGate(new CreditGate(account.Asset, window, owed, ground.Options.MaxWaiting), (ulong)paid);
    }

    private PayerWindow WindowOf(PeerId payer, Prices prices, ulong staked, ulong first) => CreditPolicy.Window(
        ground.StandingOf(payer),
        (ulong)ground.Journal.Earnings.PaidBy(payer, ground.Chain.AssetKey),
        staked,
        first,
        tokens => LentBy(prices, tokens),
        _windows);

    private FirstCredit CreditOf(Prices prices)
    {
        long usual = ground.Options.FirstCredit;
        return new FirstCredit(
            LentBy(prices, _windows.SmallestCredit), LentBy(prices, usual),
            LentBy(prices, usual * ground.Options.FirstCreditsAtOnce));
    }

    // A payer may offer more than is asked. That must not widen its window, which is one for all that it has done here.
    private ulong LentBy(Prices agreed, long tokens)
    {
        ulong offered = CreditPolicy.PriceOf(agreed, tokens, UsageBound.EngineTimePerToken);
        return asked() is { IsFree: false } own
            ? Math.Min(offered, CreditPolicy.PriceOf(own, tokens, UsageBound.EngineTimePerToken))
            : offered;
    }

    // A stake counts for the peer that it was registered with: the same one is not lent against a hundred times.
    private async Task<ulong> StakeAsync(
        PeerId payer, Address wallet, ClusterFacts facts, CancellationToken cancellationToken)
    {
        if (facts.Config.StakeMint != ground.Chain.Mint)
        {
            return 0;
        }

        try
        {
            NodeState? stake = await ground.Chain.Stake(wallet, cancellationToken).ConfigureAwait(false);
            return stake is not null && stake.Peer.Span.SequenceEqual(SHA256.HashData(payer.Span)) ? stake.Staked : 0;
        }
        catch (PaymentException)
        {
            // Without an answer nothing is lent against it.
            return 0;
        }
    }

    private AccountGround Account(
        PaidAsk ask, PeerId payer, Prices agreed, ClusterFacts facts, ChannelKey key, EarningChannelRecord channel,
        ulong staked) =>
        new()
        {
            Payer = payer,
            Wallet = key.Payer.ToString(),
            Channel = channel.Channel,
            Model = Cid.TryParse(ask.ModelRoot.Span, out Cid model) ? model.ToString() : "",
            Prices = agreed,
            Asset = facts.Asset,
            AssetKey = ground.Chain.AssetKey,
            Window = first => WindowOf(payer, agreed, staked, first),
            Vouchers = vouchers,
            Journal = ground.Journal,
            Options = ground.Options,
            Time = ground.Time,
        };
}
