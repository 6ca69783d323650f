using Infernet.Solana.Keys;
using Infernet.Solana.Settlement;

namespace Infernet.Solana.Histories.Model;

/// <summary>The model of the configuration: fees, offices, committee and delays change while contracts run.</summary>
internal sealed class Configurations(World world) : IContracts
{
    public Step Next()
    {
        SettlementConfig config = Any(world, world.Config.StakeMint);
        bool stranger = world.Random.Next(4) == 0;
        SolanaKey author = stranger ? world.Anybody() : world.Fee;
        bool tooMuch = config.ProtocolShare + config.PlatformShare > 10_000;
        return new Step(
            "configure", default, [ConfigInstructions.Set(world.Program, author.Address, config)], [author],
            stranger ? SettlementError.Authority : tooMuch ? SettlementError.Data : SettlementError.None,
            () => world.Config = config);
    }

    public IEnumerable<Step> Drain(int round) => [];

    public static SettlementConfig Any(World world, Address stakeMint)
    {
        Random random = world.Random;
        int size = random.Next(1, world.Committee.Length + 1);
        ulong first = (ulong)random.Next(1, 5000);
        return new SettlementConfig
        {
            Treasury = world.Offices[random.Next(world.Offices.Length)].Address,
            Platform = world.Offices[random.Next(world.Offices.Length)].Address,
            StakeMint = stakeMint,
            ProtocolShare = (ushort)random.Next(0, 6000),
            PlatformShare = (ushort)random.Next(0, 5000),
            BurnShare = (ushort)random.Next(0, 10_001),
            Threshold = (byte)random.Next(1, size + 1),
            Committee = [.. world.Committee.OrderBy(_ => random.Next()).Take(size).Select(k => k.Address)],
            Tiers = [new(first, 1), new(first + 1000, 3), new(first + 2000, 10), new(first + 3000, uint.MaxValue)],
            Cooldown = random.Next(3600, 10_000),
            WithdrawDelay = random.Next(900, 5000),
        };
    }
}
