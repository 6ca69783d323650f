namespace Infernet.Daemon.Jobs.Dispatch;

/// <summary>What may be out at a provider that is paid, by what it can cost at most; in the smallest unit.</summary>
/// <param name="Room">All together, as things stand.</param>
/// <param name="First">A first item, where nothing is out and nothing is owed; 0 if something is owed.</param>
/// <param name="Whole">All together, once what is owed is paid.</param>
/// <param name="IsGrowing">Whether something of what is owed is being paid now.</param>
internal readonly record struct Funds(ulong Room, ulong First, ulong Whole, bool IsGrowing);
