namespace Infernet.Cli.Nodes;

/// <summary>Who a node is.</summary>
/// <param name="PeerId">In base58, as peers name it.</param>
/// <param name="Key">Its public key in base58, as a committee on the chain names it.</param>
internal sealed record NodeId(string PeerId, string Key);
