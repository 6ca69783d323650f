using System.Collections.Concurrent;
using System.Collections.Frozen;
using Infernet.Solana.Keys;

namespace Infernet.Solana.Programs;

/// <summary>
/// Whether an address can be paid to at all: what is paid into a contract for one that can't be stays there, or comes
/// back at its end. The list is that of the accounts which the runtime write-locks for nobody
/// (agave, sdk/reserved-account-keys), and of the programs that every cluster has.
/// </summary>
public static class Payees
{
    private const int MaxKeys = 1_024;

    private static readonly ConcurrentDictionary<Address, bool> Keys = new();

    private static readonly FrozenSet<Address> Reserved = new[]
    {
        "11111111111111111111111111111111",
        "AddressLookupTab1e1111111111111111111111111",
        "BPFLoader1111111111111111111111111111111111",
        "BPFLoader2111111111111111111111111111111111",
        "BPFLoaderUpgradeab1e11111111111111111111111",
        "ComputeBudget111111111111111111111111111111",
        "Config1111111111111111111111111111111111111",
        "Ed25519SigVerify111111111111111111111111111",
        "Feature111111111111111111111111111111111111",
        "KeccakSecp256k11111111111111111111111111111",
        "LoaderV411111111111111111111111111111111111",
        "NativeLoader1111111111111111111111111111111",
        "Secp256r1SigVerify1111111111111111111111111",
        "Stake11111111111111111111111111111111111111",
        "StakeConfig11111111111111111111111111111111",
        "Sysvar1111111111111111111111111111111111111",
        "Sysvar1nstructions1111111111111111111111111",
        "SysvarC1ock11111111111111111111111111111111",
        "SysvarEpochRewards1111111111111111111111111",
        "SysvarEpochSchedu1e111111111111111111111111",
        "SysvarFees111111111111111111111111111111111",
        "SysvarLastRestartS1ot1111111111111111111111",
        "SysvarRecentB1ockHashes11111111111111111111",
        "SysvarRent111111111111111111111111111111111",
        "SysvarRewards111111111111111111111111111111",
        "SysvarS1otHashes111111111111111111111111111",
        "SysvarS1otHistory11111111111111111111111111",
        "SysvarStakeHistory1111111111111111111111111",
        "Vote111111111111111111111111111111111111111",
        "ZkE1Gama1Proof11111111111111111111111111111",
        "ZkTokenProof1111111111111111111111111111111",
    }.Select(Address.Parse).ToFrozenSet();

    private static readonly FrozenSet<Address> Programs = new[]
    {
        WellKnown.TokenProgram, WellKnown.AssociatedTokenProgram, WellKnown.MemoProgram, WellKnown.Incinerator,
    }.ToFrozenSet();

    /// <summary>Why nothing can be paid to an address, as the end of a sentence; null if it can.</summary>
    public static string? FindProblem(Address payee) =>
        Reserved.Contains(payee) ? "is reserved by the runtime, which lets nothing be paid there"
        : Programs.Contains(payee) ? "belongs to a program, and is nobody's wallet"
        : null;

    /// <summary>Why an address is nobody's wallet, as the end of a sentence; null if a key can exist for it.</summary>
    public static string? FindWalletProblem(Address payee) => FindProblem(payee)
        ?? (HasKey(payee) ? null : "is no wallet: there is no key for it, only a program can own it");

    // Big numbers take 70 µs for it, and a provider's address is looked at each time that providers are compared.
    private static bool HasKey(Address payee)
    {
        if (!Keys.TryGetValue(payee, out bool known))
        {
            if (Keys.Count >= MaxKeys)
            {
                Keys.Clear();
            }

            known = Keys[payee] = EdwardsCurve.IsOnCurve(payee.Span);
        }

        return known;
    }
}
