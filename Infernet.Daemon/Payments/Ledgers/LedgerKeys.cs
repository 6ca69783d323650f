using Infernet.Core.Identity;
using Infernet.Solana.Keys;

namespace Infernet.Daemon.Payments.Ledgers;

/// <summary>
/// The keys of a local ledger, each a wallet file (mode 0600) in its folder, made when they are missing: who may upgrade
/// the program, the committee, who gets the fees, and the token for trying.
/// </summary>
internal sealed record LedgerKeys(
    SolanaKey Authority, SolanaKey Treasury, SolanaKey Platform, SolanaKey Mint, IReadOnlyList<SolanaKey> Committee)
{
    public const int CommitteeSize = 3;

    public static LedgerKeys Open(string folder, ReadOnlySpan<byte> authoritySeed)
    {
        return new LedgerKeys(
            Keep(folder, authoritySeed), Own("treasury"), Own("platform"), Own("mint"),
            [.. Enumerable.Range(1, CommitteeSize).Select(n => Own($"committee-{n}"))]);

        SolanaKey Own(string name)
        {
            string path = PathOf(folder, name);
            return File.Exists(path) ? WalletFile.Load(path) : WalletFile.Create(path);
        }
    }

    public static SolanaKey Load(string folder, string name) => WalletFile.Load(PathOf(folder, name));

    private static string PathOf(string folder, string name) => Path.Combine(folder, $"{name}.json");

    // The ledger has this key from elsewhere: it deployed the program with it.
    private static SolanaKey Keep(string folder, ReadOnlySpan<byte> seed)
    {
        string path = PathOf(folder, "authority");
        var key = SolanaKey.FromSeed(seed);
        if (!File.Exists(path))
        {
            return WalletFile.Import(path, $"[{string.Join(',', (byte[])[.. seed, .. key.Address.Span])}]");
        }

        return WalletFile.Load(path).Address == key.Address
            ? key
            : throw new KeyFileException(
                KeyFileProblem.OtherKeyType,
                $"{path} is not the key of the authority {key.Address} of this ledger; remove the folder to start anew.");
    }
}
