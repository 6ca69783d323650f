using Infernet.Core.Identity;
using Infernet.Daemon.Journal;
using Infernet.Daemon.Payments;
using Infernet.Daemon.Payments.Chain;
using Infernet.Daemon.Payments.Contracts;
using Infernet.Daemon.Payments.Earning;
using Infernet.Daemon.Payments.Escrows;
using Infernet.Daemon.Reputation;
using Microsoft.Extensions.Logging;

namespace Infernet.Daemon.Nodes;

/// <summary>Puts a node's earning together.</summary>
internal static class NodeEarning
{
    public static Earner Open(
        PaymentOptions options, PeerId self, EarningChain chain, NodeJournal journal, ReputationService reputation,
        TimeProvider time, ILoggerFactory loggers, Teardown teardown) =>
        teardown.Own(new Earner(new EarnerGround
        {
            Self = self,
            Chain = chain,
            Journal = EarningJournal.Of(journal),
            StandingOf = reputation.Of,
            Options = options.Earning,
            Time = time,
            Log = loggers.CreateLogger<Earner>(),
        }));

    /// <summary>What earning needs of the chain.</summary>
    public static EarningChain ChainOf(
        ChainClient chain, TransactionDesk desk, EscrowDesk escrows, CommitteeClient committee) => new()
    {
        Wallet = chain.Wallet,
        Program = chain.Program,
        Mint = chain.Mint,
        Facts = chain.FactsAsync,
        Channel = chain.ChannelAsync,
        Escrow = chain.EscrowAsync,
        Attest = committee.AttestAsync,
        Release = escrows.ReleaseAsync,
        WasReleased = escrows.WasReleasedAsync,
        Stake = chain.StakeAsync,
        Send = desk.SendAsync,
        Quote = (order, token) => new ContractWork(chain, desk).QuoteAsync(order, token),
        CoSign = desk.CoSignAsync,
    };
}
