using Infernet.Core.Api;
using Infernet.Core.Identity;
using Infernet.Solana.Keys;
using Infernet.Solana.Settlement;

namespace Infernet.Daemon.Payments.Ledgers;

/// <summary>Who releases escrows and slashes stakes on a local ledger: nodes, by their identities, or other keys.</summary>
/// <param name="Members">Ed25519 keys, each once.</param>
/// <param name="Threshold">How many of them it takes.</param>
public sealed record LedgerCommittee(IReadOnlyList<Address> Members, byte Threshold)
{
    /// <summary>Reads keys, each an address in base58 or a peer id; without a threshold the majority has to sign.</summary>
    /// <exception cref="ApiException">One is neither, or there are too many.</exception>
    public static LedgerCommittee Read(IReadOnlyList<string> keys, int? threshold)
    {
        ArgumentNullException.ThrowIfNull(keys);
        Address[] members = [.. keys.Select(KeyOf)];
        if (members.Length is 0 or > SettlementConfig.MaxCommittee || members.Distinct().Count() < members.Length)
        {
            throw new ApiException(
                "invalid", $"A committee has 1 to {SettlementConfig.MaxCommittee} keys, each once; {members.Length} were given.");
        }


        // The program takes one more, under which no escrow in tokens could ever be released.
        int most = Math.Min(members.Length, SettlementConfig.MaxTokenThreshold);
        int needed = threshold ?? Math.Min((members.Length / 2) + 1, most);
        return needed >= 1 && needed <= most
            ? new LedgerCommittee(members, (byte)needed)
            : throw new ApiException(
                "invalid",
                $"Of {members.Length} members 1 to {most} can be asked to sign, not {needed}: beside a release in tokens a "
                + $"transaction has room for {SettlementConfig.MaxTokenThreshold} signatures.");
    }

    private static Address KeyOf(string text) => Address.TryParse(text, out Address address) ? address
        : PeerId.TryParse(text, out PeerId peer) && peer.TryGetEd25519(out byte[] key) ? new Address(key)
        : throw new ApiException(
            "invalid",
            $"'{text}' is neither a key's address (32 bytes in base58) nor a peer id (12D3KooW…); 'infernet node id' shows a "
            + "node's.");
}
