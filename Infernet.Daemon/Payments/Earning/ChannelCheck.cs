using Google.Protobuf;
using Infernet.Core.Payments;
using Infernet.Core.Schemas;
using Infernet.Daemon.Journal;
using Infernet.Solana.Keys;
using Infernet.Solana.Settlement;

namespace Infernet.Daemon.Payments.Earning;

/// <summary>Whether a channel is one on which this node can be paid. Pure.</summary>
internal static class ChannelCheck
{
    /// <summary>Holds what a payer says of a channel against what it has to be, before the chain is asked.</summary>
    /// <param name="reference">As it came; null if it did not.</param>
    /// <param name="expected">What it has to be.</param>
    /// <param name="key">What its address follows from, if nothing is wrong.</param>
    /// <returns>What is wrong, as a sentence; null if nothing is.</returns>
    public static string? Read(ChannelReference? reference, ChannelExpectation expected, out ChannelKey key)
    {
        key = null!;
        if (reference is null)
        {
            return "the offer names no channel and no escrow";
        }

        if (!Asset.TryNormalize(reference.Mint, out ByteString mint))
        {
            return $"the channel's mint has {reference.Mint.Length} bytes; one has {Asset.MintLength}, lamports have none";
        }

        string? problem = Length(reference.Genesis, "genesis") ?? Length(reference.Program, "program")
            ?? Length(reference.Payer, "payer") ?? Length(reference.Payee, "payee")
            ?? Length(reference.Signer, "signer");
        if (problem is not null)
        {
            return problem;
        }

        key = new ChannelKey(
            Of(reference.Payer), Of(reference.Payee), mint.IsEmpty ? default : Of(mint), Of(reference.Signer),
            reference.Salt, reference.OpenSlot);
        return Differs("wrong cluster: the channel is on the cluster", Of(reference.Genesis), expected.Genesis)
            ?? Differs("wrong program: the channel is held by", Of(reference.Program), expected.Program)
            ?? Differs("the channel pays", key.Payee, expected.Wallet)
            ?? Signer(key, expected)
            ?? (ChannelSalt.IsFor(key.Salt, expected.Self)
                ? null
                : $"the channel's salt is not one for {expected.Self}: a channel is for one node, not for all that are paid "
                    + "into a wallet")
            ?? (key.Mint == expected.Mint
                ? null
                : $"wrong mint: the channel is in {Asset.NameOf(mint)}, this node is paid in "
                    + Asset.NameOf(ByteString.CopyFrom(expected.Mint.Span)));
    }

    /// <summary>Why no work is begun on a channel as it was read; null if it may be.</summary>
    /// <param name="channel">As it was read, and what is held of it.</param>
    /// <param name="reserved">What jobs that are open may still ask of it.</param>
    /// <param name="ceiling">What another job may ask of it.</param>
    /// <param name="asset">What the amounts are in.</param>
    /// <param name="now">The time.</param>
    /// <param name="options">The shortest terms.</param>
    public static string? FindProblem(
        EarningChannelRecord channel, ulong reserved, ulong ceiling, Asset asset, DateTimeOffset now,
        EarningOptions options)
    {
        (string name, bool isEscrow) = (channel.Name, channel.Escrow is not null);
        if (channel.IsClosed)
        {
            return $"{name} is not on the chain any more; open another one";
        }

        if (channel.ReclaimAt is not null || channel.CloseSignedAt is not null)
        {
            return $"{name} is being closed; open another one";
        }

        // At an escrow's end its payer has the rest at once: what is held must be released before.
        TimeSpan term = options.LeastTerm + (isEscrow ? options.SettleMargin : TimeSpan.Zero);
        if (channel.Expiry < now + term)
        {
            return $"{name} ends at {channel.Expiry:yyyy-MM-dd HH:mm} UTC; it must be good for "
                + $"{term.TotalHours:0.#} hours, so {(isEscrow ? "open another one" : "lengthen it")}";
        }

        if (!isEscrow && channel.WithdrawDelay < options.LeastWithdrawDelay)
        {
            return $"{name} leaves {channel.WithdrawDelay.TotalMinutes:0} minutes to settle; "
                + $"{options.LeastWithdrawDelay.TotalMinutes:0} are needed";
        }

        Int128 free = (Int128)channel.Deposit - Math.Max(channel.Settled, channel.Held) - reserved;
        return free < ceiling
            ? $"{name} has {asset.Show((ulong)Int128.Max(0, free))} that nobody else was promised; this job may cost "
                + $"{asset.Show(ceiling)}, so {(isEscrow ? "open another one" : "top it up")}"
            : null;
    }

    private static string? Signer(ChannelKey key, ChannelExpectation expected) =>
        expected.Payer.TryGetEd25519(out byte[] identity) && key.Signer.Span.SequenceEqual(identity)
            ? null
            : $"the channel's vouchers are signed by {key.Signer}; it must be the identity key of {expected.Payer}";

    private static string? Differs(string what, Address there, Address here) =>
        there == here ? null : $"{what} {there}; here it is {here}";

    private static string? Length(ByteString bytes, string field) => bytes.Length == Address.Length
        ? null
        : $"the channel's {field} has {bytes.Length} bytes; {Address.Length} are needed";

    private static Address Of(ByteString bytes) => new(bytes.Span);
}
