using System.Security.Cryptography;
using Google.Protobuf;
using Infernet.Core.Api;
using Infernet.Core.Identity;
using Infernet.Core.Schemas;
using Infernet.Daemon.Journal;
using Infernet.Daemon.Payments.Chain;
using Infernet.Daemon.Payments.Earning;
using Infernet.Daemon.Payments.Spending;
using Infernet.Solana.Keys;
using Infernet.Solana.Programs;
using Infernet.Solana.Settlement;
using Infernet.Solana.Transactions;

namespace Infernet.Daemon.Payments.Paying;

/// <summary>
/// Carries channels over the chain: opens, tops up, closes, reclaims. Each intention is in the journal before its
/// transaction is signed, under a key by which the transaction desk knows it again: after a crash the same order learns
/// what became of it, and never makes a second one.
/// </summary>
internal sealed class ChannelDesk(
    ChainClient chain, TransactionDesk desk, Address signer, VoucherPen pen, PayClient client, PayTable table,
    ChannelBook book, TimeProvider time)
{
    // The program's rule, and some slots for the transaction to arrive.
    private const ulong LeastAge = 155;
    private const double SlotSeconds = 0.4;

    /// <summary>
    /// Refuses a channel that is too young for both to close: asked alone, the rest would wait for the whole withdraw
    /// delay instead of some seconds.
    /// </summary>
    /// <exception cref="PaymentException">It is; says how long to wait.</exception>
    public async Task RequireOldEnoughAsync(Address address, CancellationToken cancellationToken)
    {
        ulong slot = await chain.SlotAsync(cancellationToken).ConfigureAwait(false);
        ChannelState? channel = await chain.ChannelAsync(address, cancellationToken).ConfigureAwait(false);
        if (channel is not null && channel.Key.OpenSlot + LeastAge > slot)
        {
            ulong missing = channel.Key.OpenSlot + LeastAge - slot;
            throw new PaymentException(
                PaymentCodes.ChannelState,
                $"The channel {address} can be closed {LeastAge} slots after it was opened: in {missing} slots, that is "
                + $"{Math.Ceiling(missing * SlotSeconds)} s on Solana. Nothing was spent.");
        }
    }

    /// <summary>Opens a channel with a deposit.</summary>
    /// <exception cref="PaymentException">
    /// It was not opened, as when the payee is nobody's wallet; with the code "pending" it may be yet.
    /// </exception>
    public async Task<PayChannel> OpenAsync(
        PeerId peer, Address payee, ulong deposit, DateTimeOffset expiry, ClusterFacts facts,
        CancellationToken cancellationToken)
    {
        await chain.RequireWalletAsync(payee, cancellationToken).ConfigureAwait(false);
        ulong slot = await chain.SlotAsync(cancellationToken).ConfigureAwait(false);
        ulong salt = ChannelSalt.New(peer, BitConverter.ToUInt16(RandomNumberGenerator.GetBytes(sizeof(ushort))));
        var key = new ChannelKey(chain.Wallet, payee, chain.Mint, signer, salt, slot);
        DateTimeOffset now = time.GetUtcNow();
        var channel = new PayChannel
        {
            Address = key.Derive(chain.Program).Address,
            Peer = peer,
            Key = key,
            Genesis = facts.Genesis,
            State = PayChannelState.Opening,
            Deposit = deposit,
            Expiry = expiry,
            OpenedAt = now,
            UsedAt = now,
        };
        await table.AddAsync(channel, cancellationToken).ConfigureAwait(false);
        book.Put(channel);
        return await FinishOpeningAsync(channel, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Adds to a channel's deposit, and lengthens it if an expiry is given.</summary>
    public async Task<PayChannel> TopUpAsync(
        PayChannel channel, ulong amount, DateTimeOffset? expiry, CancellationToken cancellationToken)
    {
        channel = await SaveAsync(
            channel with { Additions = channel.Additions + 1, Adding = amount, AddingExpiry = expiry },
            cancellationToken).ConfigureAwait(false);
        return await FinishTopUpAsync(channel, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Goes on with what an earlier process began.</summary>
    public Task<PayChannel> ResumeAsync(PayChannel channel, CancellationToken cancellationToken) =>
        channel.State == PayChannelState.Opening ? FinishOpeningAsync(channel, cancellationToken)
        : channel.Adding > 0 || channel.AddingExpiry is not null ? FinishTopUpAsync(channel, cancellationToken)
        : Task.FromResult(channel);

    /// <summary>Closes a channel with the provider's signature: what is left comes back at once.</summary>
    /// <exception cref="PaymentException">The provider, or the program, refuses.</exception>
    public async Task<PayChannel> CloseAsync(PayChannel channel, CancellationToken cancellationToken)
    {
        ChannelState? state = await chain.ChannelAsync(channel.Address, cancellationToken).ConfigureAwait(false);
        if (state is null)
        {
            return await ForgetAsync(channel, cancellationToken).ConfigureAwait(false);
        }

        ClusterFacts facts = await chain.FactsAsync(cancellationToken).ConfigureAwait(false);
        Payment? latest = await pen.LatestAsync(channel.Address, cancellationToken).ConfigureAwait(false);
        await desk.SendAsync(
            new TransactionOrder
            {
                Purpose = "channel-close",
                Key = $"{channel.Address}",
                What = $"closing the channel {channel.Address} to {channel.Peer}",
                Compose = at => Closing(channel, state, latest, facts.Config, at),
                CoSign = (signed, token) => CoSignAsync(channel, latest, signed, token),
            },
            cancellationToken).ConfigureAwait(false);
        return await ForgetAsync(channel, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Asks the program for the rest: it comes after the delay, in which the provider settles.</summary>
    public async Task<PayChannel> RequestCloseAsync(PayChannel channel, CancellationToken cancellationToken)
    {
        await desk.SendAsync(
            new TransactionOrder
            {
                Purpose = "channel-request",
                Key = $"{channel.Address}",
                What = $"asking for the rest of the channel {channel.Address}",
                Compose = _ => [ChannelInstructions.RequestClose(chain.Program, channel.Key)],
            },
            cancellationToken).ConfigureAwait(false);
        ChannelState? state = await chain.ChannelAsync(channel.Address, cancellationToken).ConfigureAwait(false);
        return await SaveAsync(
            channel with
            {
                State = PayChannelState.Closing,
                ReclaimAt = state is { ReclaimAt: > 0 and var at }
                    ? DateTimeOffset.FromUnixTimeSeconds(Math.Min(at, DateTimeOffset.MaxValue.ToUnixTimeSeconds()))
                    : null,
            },
            cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Fetches the rest, when its time has come.</summary>
    public async Task<PayChannel> ReclaimAsync(PayChannel channel, CancellationToken cancellationToken)
    {
        await desk.SendAsync(
            new TransactionOrder
            {
                Purpose = "channel-reclaim",
                Key = $"{channel.Address}",
                What = $"fetching the rest of the channel {channel.Address}",
                Compose = _ => [ChannelInstructions.Reclaim(chain.Program, channel.Key)],
                TokenOwners = [channel.Key.Payer],
                Mint = channel.Key.Mint,
            },
            cancellationToken).ConfigureAwait(false);
        return await ForgetAsync(channel, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The channel is gone from the chain.</summary>
    public Task<PayChannel> ForgetAsync(PayChannel channel, CancellationToken cancellationToken) =>
        SaveAsync(channel with { State = PayChannelState.Closed, Note = null }, cancellationToken);

    /// <summary>Writes how a channel stands; what vouchers promise stays as it is.</summary>
    public async Task<PayChannel> SaveAsync(PayChannel channel, CancellationToken cancellationToken)
    {
        await table.UpdateAsync(channel, cancellationToken).ConfigureAwait(false);
        return book.Change(channel.Address, now => channel with
        {
            Signed = now.Signed, Held = now.Held, UsedAt = now.UsedAt,
        });
    }

    private async Task<PayChannel> FinishOpeningAsync(PayChannel channel, CancellationToken cancellationToken)
    {
        try
        {
            await desk.SendAsync(
                new TransactionOrder
                {
                    Purpose = "channel-open",
                    Key = $"{channel.Address}",
                    What = $"opening the channel {channel.Address} to {channel.Peer} with "
                        + chain.Show(channel.Key.Mint, channel.Deposit),
                    Compose = _ =>
                    [
                        ChannelInstructions.Open(
                            chain.Program, channel.Key, channel.Deposit, channel.Expiry.ToUnixTimeSeconds()),
                    ],
                    TokenOwners = [channel.Address],
                    Mint = channel.Key.Mint,
                },
                cancellationToken).ConfigureAwait(false);
        }
        catch (PaymentException refused) when (refused.Code is not (PaymentCodes.Pending or PaymentCodes.RpcUnreachable))
        {
            // Nothing is on the chain and nothing can come there any more: its slot is soon too old.
            await SaveAsync(
                channel with { State = PayChannelState.Failed, Note = refused.Message }, CancellationToken.None)
                .ConfigureAwait(false);
            throw;
        }

        return await SaveAsync(channel with { State = PayChannelState.Open, Note = null }, CancellationToken.None)
            .ConfigureAwait(false);
    }

    private async Task<PayChannel> FinishTopUpAsync(PayChannel channel, CancellationToken cancellationToken)
    {
        long expiry = channel.AddingExpiry?.ToUnixTimeSeconds() ?? 0;
        try
        {
            await desk.SendAsync(
                new TransactionOrder
                {
                    Purpose = "channel-top-up",
                    Key = $"{channel.Address}/{channel.Additions}",
                    What = $"adding {chain.Show(channel.Key.Mint, channel.Adding)} to the channel {channel.Address}",
                    Compose = _ => [ChannelInstructions.TopUp(chain.Program, channel.Key, channel.Adding, expiry)],
                    TokenOwners = [channel.Address],
                    Mint = channel.Key.Mint,
                    Scope = new OutflowScope { Channels = [channel.Key] },
                },
                cancellationToken).ConfigureAwait(false);
        }
        catch (PaymentException refused) when (refused.Code is not (PaymentCodes.Pending or PaymentCodes.RpcUnreachable))
        {
            await SaveAsync(
                channel with { Adding = 0, AddingExpiry = null, Note = refused.Message }, CancellationToken.None)
                .ConfigureAwait(false);
            throw;
        }

        return await SaveAsync(
            channel with
            {
                Deposit = channel.Deposit + channel.Adding, Expiry = channel.AddingExpiry ?? channel.Expiry, Adding = 0,
                AddingExpiry = null, Note = null,
            },
            CancellationToken.None).ConfigureAwait(false);
    }

    private IReadOnlyList<Instruction> Closing(
        PayChannel channel, ChannelState state, Payment? latest, SettlementConfig config, byte at)
    {
        Instruction close = ChannelInstructions.Close(chain.Program, channel.Key);
        return latest is null || !Voucher.TryDecode(latest.Voucher.Span, out Voucher voucher)
            || voucher.Cumulative <= state.Settled
            ? [close]
            :
            [
                Ed25519Program.Verify(
                    latest.Voucher.ToByteArray(), new Ed25519Signature(channel.Key.Signer, latest.Signature.ToByteArray())),
                ChannelInstructions.Settle(chain.Program, channel.Key, voucher, config, at),
                close,
            ];
    }

    private async Task<Transaction> CoSignAsync(
        PayChannel channel, Payment? latest, Transaction signed, CancellationToken cancellationToken)
    {
        PaymentAnswer answer;
        try
        {
            answer = await client.CloseAsync(
                channel.Peer,
                new CloseChannel
                {
                    Channel = ReferenceOf(channel),
                    Latest = latest,
                    Transaction = UnsafeByteOperations.UnsafeWrap(signed.Serialize()),
                },
                cancellationToken).ConfigureAwait(false);
        }
        catch (Exception gone) when (gone is IOException or TimeoutException)
        {
            throw new PaymentException(
                PaymentCodes.ChannelState, $"The provider {channel.Peer} can't be asked to close: {gone.Message}", gone);
        }

        string problem = answer.Problem.Length is > 0 and < 500 ? answer.Problem : "it gives no reason";
        try
        {
            if (answer.Signature.Length == Infernet.Core.Identity.Ed25519.SignatureLength)
            {
                return signed.With(channel.Key.Payee, answer.Signature.ToByteArray());
            }
        }
        catch (TransactionFormatException wrong)
        {
            problem = wrong.Message;
        }

        throw new PaymentException(
            PaymentCodes.ChannelState,
            $"The provider {channel.Peer} does not sign for the end of the channel {channel.Address}: {problem}");
    }

    /// <summary>A channel as messages name it.</summary>
    public static ChannelReference ReferenceOf(PayChannel channel, Address program) => new()
    {
        Genesis = ByteString.CopyFrom(channel.Genesis.Span),
        Program = ByteString.CopyFrom(program.Span),
        Payer = ByteString.CopyFrom(channel.Key.Payer.Span),
        Payee = ByteString.CopyFrom(channel.Key.Payee.Span),
        Signer = ByteString.CopyFrom(channel.Key.Signer.Span),
        Mint = channel.Key.Mint == default ? ByteString.Empty : ByteString.CopyFrom(channel.Key.Mint.Span),
        Salt = channel.Key.Salt,
        OpenSlot = channel.Key.OpenSlot,
    };

    private ChannelReference ReferenceOf(PayChannel channel) => ReferenceOf(channel, chain.Program);
}
