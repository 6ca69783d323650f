using System.Buffers.Binary;
using System.Text.Json.Serialization.Metadata;
using Infernet.Core.Api;
using Infernet.Core.Payments;
using Infernet.Core.Schemas;
using Infernet.Daemon.Journal;
using Infernet.Daemon.Payments.Chain;
using Infernet.Solana.Keys;
using Infernet.Solana.Programs;
using Infernet.Solana.Settlement;
using Infernet.Solana.Transactions;

namespace Infernet.Daemon.Payments.Contracts;

/// <summary>Escrows for one-off jobs: paid in at once, released by the committee, given back after the expiry.</summary>
internal sealed class EscrowDesk(ContractWork work, ContractTable table, TimeProvider time, Random random)
    : ContractDesk<EscrowState, EscrowView>(work, table, time)
{
    private const string Releasing = "escrow-release";

    protected override string Kind => "escrow";

    protected override string Opening => "escrow-authorise";

    protected override int Length => EscrowState.Length;

    protected override int WorthAt => 168;

    protected override int WorthLength => sizeof(ulong);

    protected override JsonTypeInfo<EscrowView> Json => ApiJson.Default.EscrowView;

    /// <summary>Deposits an amount for one job.</summary>
    /// <param name="payee">The provider's wallet.</param>
    /// <param name="job">32 bytes; or a job's 16, before which 16 random ones are put.</param>
    /// <param name="amount">In the smallest unit.</param>
    /// <param name="life">From when on it may be given back.</param>
    /// <param name="dryRun">Whether only to say what it would take.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <exception cref="PaymentException">It can't be paid.</exception>
    public async Task<EscrowChange> AuthoriseAsync(
        string payee, ReadOnlyMemory<byte> job, ulong amount, TimeSpan life, bool dryRun,
        CancellationToken cancellationToken)
    {
        byte[] name = new byte[EscrowKey.JobLength];
        if (job.Length != name.Length && job.Length != PaymentIntentEnvelope.IdLength)
        {
            throw new ApiException(
                "invalid", $"An escrow's job is 32 bytes, or a job's id of 16; {job.Length} were given.");
        }

        lock (random)
        {
            random.NextBytes(name.AsSpan(0, name.Length - job.Length));
        }

        job.Span.CopyTo(name.AsSpan(name.Length - job.Length));
        return await OpenAsync(ContractWork.Parse(payee, "payee's wallet"), name, amount, life, dryRun, cancellationToken)
            .ConfigureAwait(false);
    }

    /// <summary>Deposits what an intent promises; the same intent opens one escrow only.</summary>
    /// <exception cref="PaymentException">It is in another asset, has expired, or can't be paid.</exception>
    public async Task<EscrowChange> FromIntentAsync(
        PaymentIntent intent, string payee, TimeSpan life, bool dryRun, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(intent);
        ClusterFacts facts = await Chain.FactsAsync(cancellationToken).ConfigureAwait(false);
        if (!facts.Asset.Is(intent.Mint))
        {
            throw new PaymentException(
                PaymentCodes.WrongMint,
                $"The intent of {intent.Ceiling} is in {Asset.NameOf(intent.Mint)}; this node pays in {facts.Asset.Symbol}.");
        }

        if (intent.ExpiresUnixMs <= Now.ToUnixTimeMilliseconds())
        {
            throw new PaymentException(
                PaymentCodes.NotSigned,
                $"The intent of {facts.Asset.Show(intent.Ceiling)} has expired; a new one is needed. Nothing was spent.");
        }

        return intent.Id.Length == PaymentIntentEnvelope.IdLength && intent.JobId.Length == PaymentIntentEnvelope.IdLength
            ? await OpenAsync(
                ContractWork.Parse(payee, "payee's wallet"), [.. intent.Id.Span, .. intent.JobId.Span], intent.Ceiling,
                life, dryRun, cancellationToken).ConfigureAwait(false)
            : throw new ApiException("invalid", "An intent's id and its job's id have 16 bytes each.");
    }

    /// <summary>Pays the payee what k of the committee signed for; the rest goes back.</summary>
    /// <exception cref="PaymentException">The signatures are too few, or for something else.</exception>
    public async Task<EscrowChange> ReleaseAsync(
        IReadOnlyList<AttestationView> attestations, bool dryRun, CancellationToken cancellationToken)
    {
        ClusterFacts facts = await Chain.FactsAsync(cancellationToken).ConfigureAwait(false);
        AttestedAction attested = AttestedAction.Read(attestations, AttestationAction.Release, Chain.Program, facts.Config);
        EscrowState escrow = await RequireAsync(attested.Attestation.Subject, cancellationToken).ConfigureAwait(false);
        attested.RequireOccasion(escrow.OpenedSlot, 0);
        EscrowKey key = escrow.Key;
        Address address = attested.Attestation.Subject;
        (Func<Instruction, Instruction> redirect, TransactionOrder? first) = await RedirectAsync(
            key.Payer, key.Mint, KeyOf(address, escrow.OpenedSlot), cancellationToken).ConfigureAwait(false);
        return await EndAsync(
            address, escrow,
            new TransactionOrder
            {
                Purpose = Releasing,
                Key = KeyOf(address, escrow.OpenedSlot),
                What = $"releasing {Show(escrow, attested.Attestation.Amount)} of the escrow {address}",
                Mint = key.Mint,
                TokenOwners = [key.Payee, facts.Config.Treasury, facts.Config.Platform, key.Payer],
                First = first,
                Compose = at =>
                [
                    Ed25519Program.Verify(attested.Attestation.Encode(), attested.Signatures),
                    redirect(EscrowInstructions.Release(Chain.Program, key, attested.Attestation, facts.Config, at)),
                ],
            },
            dryRun, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Whether this node released the escrow that was opened at an address in a slot.</summary>
    /// <exception cref="PaymentException">The cluster can't be asked.</exception>
    public async Task<bool> WasReleasedAsync(Address address, ulong openedSlot, CancellationToken cancellationToken) =>
        await StateOfAsync(Releasing, KeyOf(address, openedSlot), cancellationToken).ConfigureAwait(false)
            is TransactionState.Done or TransactionState.Told;

    /// <summary>Gives an expired escrow back to its payer.</summary>
    /// <exception cref="PaymentException">It has not expired, or there is none.</exception>
    public async Task<EscrowChange> RefundAsync(string escrow, bool dryRun, CancellationToken cancellationToken)
    {
        Address address = await ResolveAsync(escrow, cancellationToken).ConfigureAwait(false);
        _ = await Chain.FactsAsync(cancellationToken).ConfigureAwait(false);
        EscrowState state = await RequireAsync(address, cancellationToken).ConfigureAwait(false);
        if (ContractViews.Time(state.Expiry) is var from && from > Now)
        {
            throw new PaymentException(
                PaymentCodes.Refused,
                $"The {Show(state, state.Amount)} of the escrow {address} can be taken back from {from:u} on; until then the "
                + "committee can release them. Nothing was spent.");
        }

        return await EndAsync(
            address, state,
            new TransactionOrder
            {
                Purpose = "escrow-refund",
                Key = KeyOf(address, state.OpenedSlot),
                What = $"giving back {Show(state, state.Amount)} of the escrow {address}",
                Mint = state.Key.Mint,
                TokenOwners = [state.Key.Payer],
                Compose = _ => [EscrowInstructions.Refund(Chain.Program, state.Key)],
            },
            dryRun, cancellationToken).ConfigureAwait(false);
    }

    protected override bool TryRead(ReadOnlySpan<byte> data, out EscrowState state) => EscrowState.TryRead(data, out state);

    protected override ulong WorthOf(ReadOnlySpan<byte> bytes) => BinaryPrimitives.ReadUInt64LittleEndian(bytes);

    protected override Address AddressOf(EscrowState state) => state.Key.Derive(Chain.Program).Address;

    protected override (Address Mint, Terms Terms) TermsOf(EscrowState state) => (state.Key.Mint, state.Terms);

    protected override EscrowView Show(Address address, EscrowState state, DateTimeOffset now) =>
        ContractViews.Of(address, state, Chain.Wallet, now);

    protected override EscrowView Closed(EscrowView last) => last with { State = ContractViews.Closed };

    // The payer may open another one for the same job at the same address when this one has ended.
    private static string KeyOf(Address address, ulong openedSlot) => $"{address}/{openedSlot}";

    private static string Show(EscrowState escrow, ulong amount) =>
        ContractViews.AssetOf(escrow.Key.Mint, escrow.Terms).Show(amount);

    private async Task<EscrowChange> OpenAsync(
        Address payee, byte[] job, ulong amount, TimeSpan life, bool dryRun, CancellationToken cancellationToken)
    {
        ClusterFacts facts = await Chain.FactsAsync(cancellationToken).ConfigureAwait(false);
        if (amount == 0 || life <= TimeSpan.Zero)
        {
            throw new ApiException("invalid", "An escrow needs an amount and a time, both above 0.");
        }

        if (life > ContractWork.LongestTime)
        {
            throw new ApiException(
                "invalid",
                $"An escrow may wait {ContractWork.LongestTime.TotalDays} days at most; {Math.Ceiling(life.TotalDays)} are more.");
        }

        Chain.RequirePayable(payee);

        // The end is told by this node's clock: by one that is a year ahead the amount would be away for a year.
        facts.RequireClock();
        if (!facts.Asset.IsLamports && facts.Config.Threshold > SettlementConfig.MaxTokenThreshold)
        {
            throw new PaymentException(
                PaymentCodes.Refused,
                $"{facts.Config.Threshold} of the committee release an escrow here, and beside the accounts of one in tokens a "
                + $"transaction has room for {SettlementConfig.MaxTokenThreshold} signatures: it could never be released. "
                + "Nothing was spent; escrows in SOL work.");
        }

        await RequireAboveDustAsync(payee, amount, facts, cancellationToken).ConfigureAwait(false);
        var key = new EscrowKey(Chain.Wallet, payee, Chain.Mint, job);
        Address address = key.Derive(Chain.Program).Address;
        DateTimeOffset expiry = Now + life;
        (EscrowView? after, SpendView spend) = await OpenAsync(
            new EscrowView
            {
                Address = address.ToString(), Role = "payer", Payer = Chain.Wallet.ToString(),
                Payee = payee.ToString(), Asset = ContractViews.Of(facts.Asset),
                Job = Convert.ToHexStringLower(job), State = ContractViews.Opening, Amount = amount, Expiry = expiry,
            },
            new TransactionOrder
            {
                Purpose = Opening, Key = address.ToString(),
                What = $"putting {facts.Asset.Show(amount)} into an escrow for {payee}",
                Mint = key.Mint, TokenOwners = [address],
                Compose = _ => [EscrowInstructions.Authorise(Chain.Program, key, amount, expiry.ToUnixTimeSeconds())],
            },
            dryRun, cancellationToken).ConfigureAwait(false);
        return new EscrowChange { After = after, Spend = spend };
    }

    private async Task<EscrowChange> EndAsync(
        Address address, EscrowState escrow, TransactionOrder order, bool dryRun, CancellationToken cancellationToken)
    {
        EscrowView before = View(address, escrow);
        (EscrowView? after, SpendView spend) = await ChangeAsync(before, order, dryRun, cancellationToken)
            .ConfigureAwait(false);
        return new EscrowChange { Before = before, After = after, Spend = spend };
    }
}
