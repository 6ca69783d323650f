using Infernet.Core.Identity;
using Infernet.Daemon.Journal;
using Infernet.Daemon.Payments;
using Infernet.Daemon.Payments.Chain;
using Infernet.Daemon.Payments.Contracts;
using Infernet.Daemon.Payments.Earning;
using Infernet.Daemon.Reputation;
using Microsoft.Extensions.Logging;

namespace Infernet.Daemon.Nodes;

/// <summary>Puts a node's earning together.</summary>
internal static class NodeEarning
{
    public static Earner Open(
        PaymentOptions options, PeerId self, ChainClient chain, TransactionDesk desk, NodeJournal journal,
        ReputationService reputation, TimeProvider time, ILoggerFactory loggers, Teardown teardown) =>
        teardown.Own(new Earner(new EarnerGround
        {
            Self = self,
            Chain = ChainOf(chain, desk),
            Journal = EarningJournal.Of(journal),
            StandingOf = reputation.Of,
            Options = options.Earning,
            Time = time,
            Log = loggers.CreateLogger<Earner>(),
        }));

    /// <summary>What earning needs of the chain.</summary>
    public static EarningChain ChainOf(ChainClient chain, TransactionDesk desk) => new()
    {
        Wallet = chain.Wallet,
        Program = chain.Program,
        Mint = chain.Mint,
        Facts = chain.FactsAsync,
        Channel = chain.ChannelAsync,
        Stake = chain.StakeAsync,
        Send = desk.SendAsync,
        Quote = (order, token) => new ContractWork(chain, desk).QuoteAsync(order, token),
        CoSign = desk.CoSignAsync,
    };
}
