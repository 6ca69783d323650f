using Infernet.Solana.Keys;
using Infernet.Solana.Programs;
using Infernet.Solana.Transactions;

namespace Infernet.Solana.Settlement;

/// <summary>Writes the settlement program's configuration.</summary>
public static class ConfigInstructions
{
    /// <summary>The configuration's address.</summary>
    public static Address Address(Address program) => SettlementAccounts.Config(program);

    /// <summary>Sets all of it; <paramref name="authority"/> must be the program's upgrade authority.</summary>
    public static Instruction Set(Address program, Address authority, SettlementConfig config)
    {
        ArgumentNullException.ThrowIfNull(config);
        ArgumentOutOfRangeException.ThrowIfNotEqual(config.Tiers.Count, SettlementConfig.TierCount, nameof(config));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(config.Committee.Count, byte.MaxValue, nameof(config));
        Address programData = ProgramAddress.Find(WellKnown.UpgradeableLoader, program.ToArray()).Address;
        var data = new InstructionData().Byte(0)
            .UInt16(config.ProtocolShare).UInt16(config.PlatformShare).UInt16(config.BurnShare)
            .Byte(config.Threshold).Byte((byte)config.Committee.Count)
            .Int64(config.Cooldown).Int64(config.WithdrawDelay);
        foreach (StakeTier tier in config.Tiers)
        {
            data.UInt64(tier.Stake);
        }

        foreach (StakeTier tier in config.Tiers)
        {
            data.UInt32(tier.Jobs);
        }

        data.Address(config.StakeMint);
        foreach (Address member in config.Committee)
        {
            data.Address(member);
        }

        return new Instruction(
            program,
            [
                AccountMeta.WritableSigner(authority), AccountMeta.Writable(Address(program)),
                AccountMeta.ReadOnly(programData), AccountMeta.ReadOnly(config.Treasury),
                AccountMeta.ReadOnly(config.Platform), SettlementAccounts.System,
            ],
            data.ToArray());
    }
}
