using Infernet.Solana.Keys;

namespace Infernet.Solana.Histories.Model;

/// <summary>What the cluster itself takes.</summary>
internal static class Cluster
{
    /// <summary>Where the model puts the fees of transactions; no account.</summary>
    public static Address Fees { get; } = new([.. Enumerable.Repeat((byte)0xfe, Address.Length)]);
}
