using Infernet.Core.Payments;

namespace Infernet.Daemon.Jobs.Dispatch;

/// <summary>On what terms a provider is paid.</summary>
/// <param name="Prices">What it is paid.</param>
/// <param name="Funds">What may be out at it.</param>
/// <param name="ItemTime">The most engine time that is reckoned with for an item.</param>
internal sealed record PurseTerms(Prices Prices, Funds Funds, TimeSpan ItemTime);
