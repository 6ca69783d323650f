using Infernet.Core.Payments;

namespace Infernet.Daemon.Jobs.Dispatch;

/// <summary>On what terms a provider is paid.</summary>
/// <param name="Prices">What it is paid.</param>
/// <param name="Room">The most that may be out at it, by what it can cost.</param>
/// <param name="First">The most that a first item may cost.</param>
/// <param name="ItemTime">The most engine time that is reckoned with for an item.</param>
internal sealed record PurseTerms(Prices Prices, ulong Room, ulong First, TimeSpan ItemTime);
