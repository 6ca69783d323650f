using Infernet.Solana.Programs;
using Infernet.Solana.Settlement;
using Infernet.Solana.Transactions;

namespace Infernet.Solana.Histories.Model;

/// <summary>What the committee says.</summary>
internal static class Attested
{
    /// <summary>The precompile's instruction for the first so many of those who are in the committee now.</summary>
    public static Instruction By(World world, Attestation attestation, int signers)
    {
        byte[] message = attestation.Encode();
        return Ed25519Program.Verify(
            message,
            [
                .. world.Config.Committee.Take(signers)
                    .Select(member => world.Committee.Single(k => k.Address == member))
                    .Select(key => new Ed25519Signature(key.Address, key.Sign(message))),
            ]);
    }
}
