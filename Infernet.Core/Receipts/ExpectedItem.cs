using Infernet.Core.Schemas;

namespace Infernet.Core.Receipts;

/// <summary>An item that was sent, and the output that came for it.</summary>
/// <param name="InputHash">As <see cref="ItemHash"/> makes it.</param>
/// <param name="Output">Null when none came.</param>
public sealed record ExpectedItem(ReadOnlyMemory<byte> InputHash, ItemOutput? Output);
