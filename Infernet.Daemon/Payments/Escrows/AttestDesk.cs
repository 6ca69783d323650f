using Google.Protobuf;
using Infernet.Core.Identity;
using Infernet.Core.Schemas;
using Infernet.Daemon.Payments.Chain;
using Infernet.Daemon.Payments.Earning;
using Infernet.Solana.Keys;
using Infernet.Solana.Settlement;

namespace Infernet.Daemon.Payments.Escrows;

/// <summary>
/// A member of the committee: signs for the release of an escrow that its payer signed a voucher for. Keeps nothing; an
/// escrow ends with its first release, whatever else was signed for it.
/// </summary>
/// <param name="identity">Whose key is in the committee.</param>
/// <param name="program">The settlement program.</param>
/// <param name="factsAsync">What is known of the cluster.</param>
/// <param name="escrowAsync">An escrow as the chain has it.</param>
/// <param name="timeout">How long one question may keep the chain busy.</param>
/// <param name="time">The clock.</param>
internal sealed class AttestDesk(
    NodeIdentity identity, Address program, Func<CancellationToken, ValueTask<ClusterFacts>> factsAsync,
    Func<Address, CancellationToken, Task<EscrowState?>> escrowAsync, TimeSpan timeout, TimeProvider time)
{
    /// <summary>Why this node is no member, for people; null if it is.</summary>
    public static string? FindProblem(SettlementConfig config, NodeIdentity identity)
    {
        ArgumentNullException.ThrowIfNull(config);
        ArgumentNullException.ThrowIfNull(identity);
        var self = new Address(identity.PublicKey);
        return config.Committee.Contains(self) ? null : $"the key {self} of this node is none of the committee's";
    }

    /// <summary>Answers one request.</summary>
    public async Task<ReleaseAnswer> AnswerAsync(
        ReleaseRequest request, PeerId asker, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(timeout, time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            return await SignAsync(request, asker, linked.Token).ConfigureAwait(false);
        }
        catch (PaymentException failed)
        {
            return Refuse(ReasonForPeers.Of(failed));
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return Refuse("its cluster does not answer in time; try again later");
        }
    }

    /// <summary>An answer without a signature.</summary>
    public static ReleaseAnswer Refuse(string problem)
    {
        ArgumentNullException.ThrowIfNull(problem);
        return new ReleaseAnswer
        {
            Problem = problem.Length <= AttestProtocol.MaxProblemLength
                ? problem : problem[..AttestProtocol.MaxProblemLength],
        };
    }

    private async Task<ReleaseAnswer> SignAsync(
        ReleaseRequest request, PeerId asker, CancellationToken cancellationToken)
    {
        ClusterFacts facts = await factsAsync(cancellationToken).ConfigureAwait(false);
        if (FindProblem(facts.Config, identity) is { } stranger)
        {
            return Refuse(stranger);
        }

        if (ReleaseCheck.Read(request, asker, facts.Genesis, program, time.GetUtcNow(), out Voucher voucher) is { } wrong)
        {
            return Refuse(wrong);
        }

        EscrowState? escrow = await escrowAsync(voucher.Channel, cancellationToken).ConfigureAwait(false);
        if (ReleaseCheck.FindProblem(escrow, voucher, time.GetUtcNow()) is { } problem)
        {
            return Refuse(problem);
        }

        byte[] attestation = ReleaseCheck.AttestationOf(program, request, voucher, escrow!.OpenedSlot).Encode();
        return new ReleaseAnswer
        {
            Attestation = UnsafeByteOperations.UnsafeWrap(attestation),
            Signature = UnsafeByteOperations.UnsafeWrap(identity.Sign(attestation)),
        };
    }
}
