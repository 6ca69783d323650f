using Infernet.Solana.Keys;

namespace Infernet.Solana.Settlement;

/// <summary>The program's configuration. The defaults are those of the protocol, with stakes in whole tokens.</summary>
public sealed record SettlementConfig
{
    public const int Length = 496;
    public const int TierCount = 4;
    public const int MaxCommittee = 10;
    public const int MaxThreshold = 5;

    /// <summary>
    /// So many signatures have room in one transaction beside the accounts of a release in tokens, and no more: an escrow
    /// in tokens under a higher threshold only ever comes back.
    /// </summary>
    public const int MaxTokenThreshold = 4;
    internal const ulong Tag = 1;

    /// <summary>Gets the protocol's share and what is slashed. Must hold an account's rent.</summary>
    public required Address Treasury { get; init; }

    /// <summary>Gets the platform's share. Must hold an account's rent.</summary>
    public required Address Platform { get; init; }

    /// <summary>What stakes are in; the default address for lamports. It can't be changed later.</summary>
    public Address StakeMint { get; init; }

    /// <summary>Basis points of each payment; the provider gets what the two shares leave.</summary>
    public ushort ProtocolShare { get; init; } = 1000;

    /// <summary>Basis points of each payment.</summary>
    public ushort PlatformShare { get; init; } = 500;

    /// <summary>Basis points of the protocol's share that are destroyed.</summary>
    public ushort BurnShare { get; init; }

    /// <summary>How many of the committee must sign.</summary>
    public required byte Threshold { get; init; }

    /// <summary>Ed25519 keys, each once.</summary>
    public required IReadOnlyList<Address> Committee { get; init; }

    /// <summary>Seconds between asking for a stake and getting it.</summary>
    public long Cooldown { get; init; } = 7 * 24 * 3600;

    /// <summary>Seconds that a payee has to settle after its payer asked to close.</summary>
    public long WithdrawDelay { get; init; } = 3600;

    /// <summary>Four tiers, ascending.</summary>
    public IReadOnlyList<StakeTier> Tiers { get; init; } = DefaultTiers(9);

    /// <summary>100, 1,000, 10,000 and 100,000 tokens for 1, 3, 10 and any number of jobs at once.</summary>
    public static IReadOnlyList<StakeTier> DefaultTiers(int decimals)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(decimals);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(decimals, 14);
        ulong unit = 1;
        for (int i = 0; i < decimals; i++)
        {
            unit *= 10;
        }

        return [new(100 * unit, 1), new(1_000 * unit, 3), new(10_000 * unit, 10), new(100_000 * unit, uint.MaxValue)];
    }

    /// <summary>Reads an account's data; false if it is no configuration.</summary>
    public static bool TryRead(ReadOnlySpan<byte> data, out SettlementConfig config)
    {
        config = null!;
        var reader = new StateReader(data);
        if (!reader.Is(Tag, Length))
        {
            return false;
        }

        Address treasury = reader.Address(), platform = reader.Address(), mint = reader.Address();
        ulong[] stakes = [reader.UInt64(), reader.UInt64(), reader.UInt64(), reader.UInt64()];
        uint[] jobs = [reader.UInt32(), reader.UInt32(), reader.UInt32(), reader.UInt32()];
        long cooldown = reader.Int64(), delay = reader.Int64();
        ushort protocolShare = reader.UInt16(), platformShare = reader.UInt16(), burnShare = reader.UInt16();
        byte threshold = reader.Byte(), size = reader.Byte();
        if (threshold is 0 or > MaxThreshold || size > MaxCommittee || threshold > size)
        {
            // The program keeps no such one: somebody made it up.
            return false;
        }

        var committee = new Address[size];
        for (int i = 0; i < committee.Length; i++)
        {
            committee[i] = reader.Address();
        }

        config = new SettlementConfig
        {
            Treasury = treasury,
            Platform = platform,
            StakeMint = mint,
            Tiers = [.. stakes.Zip(jobs, (s, j) => new StakeTier(s, j))],
            Cooldown = cooldown,
            WithdrawDelay = delay,
            ProtocolShare = protocolShare,
            PlatformShare = platformShare,
            BurnShare = burnShare,
            Threshold = threshold,
            Committee = committee,
        };
        return true;
    }
}
