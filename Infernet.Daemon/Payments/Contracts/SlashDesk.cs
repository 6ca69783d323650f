using Infernet.Core.Api;
using Infernet.Daemon.Payments.Chain;
using Infernet.Daemon.Payments.Spending;
using Infernet.Solana.Keys;
using Infernet.Solana.Programs;
using Infernet.Solana.Settlement;

namespace Infernet.Daemon.Payments.Contracts;

/// <summary>Slashing: what a committee's member must sign, and handing in what enough of them signed.</summary>
internal sealed class SlashDesk(ContractWork work, StakeDesk stakes)
{
    private ChainClient Chain => work.Chain;

    /// <summary>What an attestation must name now.</summary>
    /// <param name="action">"slash" or "release".</param>
    /// <param name="of">The wallet of a staked node, or an escrow's address.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <exception cref="PaymentException">There is no such stake or escrow.</exception>
    public async Task<AttestationSubject> SubjectAsync(string action, string of, CancellationToken cancellationToken)
    {
        ClusterFacts facts = await Chain.FactsAsync(cancellationToken).ConfigureAwait(false);
        Address address = ContractWork.Parse(of, "wallet or escrow");
        if (action == AttestedAction.Name(AttestationAction.Slash))
        {
            NodeState stake = await Chain.FreshStakeAsync(address, cancellationToken).ConfigureAwait(false)
                ?? throw Unknown($"The wallet {address} has no stake that could be slashed.");
            return Subject(
                action, NodeState.Derive(Chain.Program, address).Address, ContractViews.Of(facts.Stake),
                stake.Staked + stake.Pending, stake.RegisteredSlot, stake.Slashes, facts.Config);
        }

        if (action != AttestedAction.Name(AttestationAction.Release))
        {
            throw new ApiException("invalid", $"'{action}' is no action; 'slash' and 'release' are.");
        }

        EscrowState escrow = await Chain.EscrowAsync(address, cancellationToken).ConfigureAwait(false)
            ?? throw Unknown($"There is no escrow at {address}; it is closed, or never was.");
        return Subject(
            action, address, ContractViews.Of(ContractViews.AssetOf(escrow.Key.Mint, escrow.Terms)), escrow.Amount,
            escrow.OpenedSlot, 0, facts.Config);
    }

    /// <summary>Takes from a node what enough of the committee signed for.</summary>
    /// <exception cref="PaymentException">The signatures are too few, or for something else.</exception>
    public async Task<StakeChange> SubmitAsync(
        IReadOnlyList<AttestationView> attestations, bool dryRun, CancellationToken cancellationToken)
    {
        ClusterFacts facts = await Chain.FactsAsync(cancellationToken).ConfigureAwait(false);
        AttestedAction attested = AttestedAction.Read(attestations, AttestationAction.Slash, Chain.Program, facts.Config);
        Attestation attestation = attested.Attestation;
        NodeState stake = await StakeAtAsync(attestation.Subject, cancellationToken).ConfigureAwait(false);
        attested.RequireOccasion(stake.RegisteredSlot, stake.Slashes);
        (SpendView spend, _) = await work.RunAsync(
            new TransactionOrder
            {
                Purpose = "slash",

                // A node that registers anew begins with no slashes again.
                Key = $"{attestation.Subject}/{attestation.Slot}/{attestation.Sequence}",
                What = $"slashing {facts.Stake.Show(attestation.Amount)} of {stake.Owner}'s stake",
                Mint = stake.Mint,
                TokenOwners = [facts.Config.Treasury],
                Scope = new OutflowScope { StakeMint = stake.Mint },
                Compose = at =>
                [
                    Ed25519Program.Verify(attestation.Encode(), attested.Signatures),
                    StakeInstructions.Slash(Chain.Program, stake.Mint, attestation, facts.Config, at),
                ],
            },
            dryRun, cancellationToken).ConfigureAwait(false);
        return new StakeChange
        {
            Before = stakes.View(stake.Owner, facts, stake),
            After = dryRun ? null
                : await stakes.StatusAsync(stake.Owner.ToString(), cancellationToken).ConfigureAwait(false),
            Spend = spend,
        };
    }

    private async Task<NodeState> StakeAtAsync(Address node, CancellationToken cancellationToken) =>
        await Chain.AccountAsync(node, cancellationToken).ConfigureAwait(false) is { } account
        && account.Owner == Chain.Program && NodeState.TryRead(account.Data.Span, out NodeState stake)
        && NodeState.Derive(Chain.Program, stake.Owner).Address == node
            ? stake : throw Unknown($"There is no stake at {node} that could be slashed.");

    private AttestationSubject Subject(
        string action, Address subject, AssetView asset, ulong most, ulong slot, ulong sequence,
        SettlementConfig config) => new()
        {
            Action = action,
            Program = Chain.Program.ToString(),
            Subject = subject.ToString(),
            Asset = asset,
            Most = most,
            Slot = slot,
            Sequence = sequence,
            Committee = [.. config.Committee.Select(c => c.ToString())],
            Threshold = config.Threshold,
        };

    private static PaymentException Unknown(string sentence) => new(PaymentCodes.ContractUnknown, sentence);
}
