using Infernet.Core.Payments;
using Infernet.Daemon.Payments.Paying;

namespace Infernet.Daemon.Jobs.Dispatch;

/// <summary>On what terms a provider is paid.</summary>
/// <param name="Prices">What it is paid.</param>
/// <param name="Funds">What may be out at it.</param>
/// <param name="ItemTime">The most engine time that is reckoned with for an item.</param>
/// <param name="Share">What this node's other jobs leave of the provider's credit.</param>
internal sealed record PurseTerms(Prices Prices, Funds Funds, TimeSpan ItemTime, CreditShare? Share = null);
