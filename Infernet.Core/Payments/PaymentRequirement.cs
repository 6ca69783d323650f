using System.Globalization;
using Infernet.Core.Multiformats;

namespace Infernet.Core.Payments;

/// <summary>
/// A price as x402 version 2 names its parts (PaymentRequirements), so that clients which speak that can be answered
/// from the same prices. Amounts are decimal texts in the smallest unit.
/// Source: https://github.com/coinbase/x402/blob/main/specs/x402-specification-v2.md.
/// </summary>
/// <param name="Scheme">How is paid: vouchers on a channel.</param>
/// <param name="Network">CAIP-2: "solana:" and the genesis hash's first 32 characters in base58.</param>
/// <param name="Amount">The most that may be owed.</param>
/// <param name="Asset">The mint's address; the system program's for lamports.</param>
/// <param name="PayTo">The payee's address.</param>
/// <param name="MaxTimeoutSeconds">For how long the offer is good.</param>
public sealed record PaymentRequirement(
    string Scheme, string Network, string Amount, string Asset, string PayTo, int MaxTimeoutSeconds)
{
    /// <summary>Vouchers of a cumulative amount, settled together.</summary>
    public const string BatchSettlement = "batch-settlement";

    private const int NetworkCharacters = 32;

    /// <summary>The requirement of one ceiling, to one payee, on the cluster of a genesis hash.</summary>
    public static PaymentRequirement Of(
        ulong ceiling, Asset asset, ReadOnlySpan<byte> payTo, ReadOnlySpan<byte> genesis, TimeSpan life)
    {
        ArgumentNullException.ThrowIfNull(asset);
        return new PaymentRequirement(
            BatchSettlement,
            NetworkOf(genesis),
            ceiling.ToString(CultureInfo.InvariantCulture),
            Base58.Encode(asset.MintBytes),
            Base58.Encode(payTo),
            (int)life.TotalSeconds);
    }

    /// <summary>A cluster's name in CAIP-2.</summary>
    public static string NetworkOf(ReadOnlySpan<byte> genesis)
    {
        string hash = Base58.Encode(genesis);
        return $"solana:{hash[..Math.Min(hash.Length, NetworkCharacters)]}";
    }
}
