using Infernet.Core.Api;
using Infernet.Core.Payments;
using Infernet.Solana.Keys;
using Infernet.Solana.Settlement;

namespace Infernet.Daemon.Payments.Contracts;

/// <summary>Shows contracts as the API does.</summary>
internal static class ContractViews
{
    public const string Closed = "closed";

    /// <summary>Set before the transaction leaves: whoever reads it later asks the chain.</summary>
    public const string Opening = "opening";

    public static AssetView Of(Asset asset) => new()
    {
        Mint = asset.IsLamports ? null : new Address(asset.MintBytes).ToString(),
        Symbol = asset.Symbol,
        Decimals = asset.Decimals,
    };

    /// <summary>Whether amounts can be told: a mint may say anything of its decimals.</summary>
    public static bool CanShow(Terms terms) => terms.Decimals <= Asset.MaxDecimals;

    /// <exception cref="PaymentException">The mint's amounts can't be told.</exception>
    public static Asset AssetOf(Address mint, Terms terms) => CanShow(terms)
        ? Asset.Of(mint.Span, terms.Decimals)
        : throw new PaymentException(
            PaymentCodes.WrongMint,
            $"The mint {mint} has {terms.Decimals} decimals; amounts of more than {Asset.MaxDecimals} can't be told here.");

    public static uint? Jobs(uint jobs) => jobs == uint.MaxValue ? null : jobs;

    public static LeaseView Of(Address address, LeaseState lease, Address wallet, DateTimeOffset now)
    {
        // The program lets none of these wrap; an endpoint may lie.
        var elapsed = (ulong)Int128.Max(0, (Int128)now.ToUnixTimeSeconds() - lease.Start);
        ulong due = Product(lease.Price, Math.Min(elapsed, lease.Seconds));
        ulong deposit = Product(lease.Price, lease.Seconds);
        ulong paid = Math.Max(due, lease.Released);
        return new LeaseView
        {
            Address = address.ToString(),
            Role = Role(wallet, lease.Key.Renter, "renter", lease.Key.Provider, "provider"),
            Renter = lease.Key.Renter.ToString(),
            Provider = lease.Key.Provider.ToString(),
            Asset = Of(AssetOf(lease.Key.Mint, lease.Terms)),
            Id = lease.Key.Id,
            State = elapsed < lease.Seconds ? "running" : "ended",
            PricePerSecond = lease.Price,
            Seconds = lease.Seconds,
            Deposit = deposit,
            Released = lease.Released,
            Due = paid - lease.Released,
            Left = deposit - Math.Min(deposit, paid),
            Start = Time(lease.Start),
            End = Time((long)Int128.Clamp((Int128)lease.Start + lease.Seconds, long.MinValue, long.MaxValue)),
        };
    }

    public static EscrowView Of(Address address, EscrowState escrow, Address wallet, DateTimeOffset now) => new()
    {
        Address = address.ToString(),
        Role = Role(wallet, escrow.Key.Payer, "payer", escrow.Key.Payee, "payee"),
        Payer = escrow.Key.Payer.ToString(),
        Payee = escrow.Key.Payee.ToString(),
        Asset = Of(AssetOf(escrow.Key.Mint, escrow.Terms)),
        Job = Convert.ToHexStringLower(escrow.Key.Job.Span),
        State = now.ToUnixTimeSeconds() < escrow.Expiry ? "open" : "expired",
        Amount = escrow.Amount,
        Expiry = Time(escrow.Expiry),
        OpenedSlot = escrow.OpenedSlot,
    };

    /// <summary>A time of the chain, held within what a date can be.</summary>
    public static DateTimeOffset Time(long unixSeconds) => DateTimeOffset.FromUnixTimeSeconds(Math.Clamp(
        unixSeconds, DateTimeOffset.MinValue.ToUnixTimeSeconds(), DateTimeOffset.MaxValue.ToUnixTimeSeconds()));

    private static ulong Product(ulong price, ulong seconds) =>
        (ulong)UInt128.Min((UInt128)price * seconds, ulong.MaxValue);

    private static string Role(Address wallet, Address first, string firstRole, Address second, string secondRole) =>
        wallet == first ? firstRole : wallet == second ? secondRole : "other";
}
