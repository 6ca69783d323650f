using Infernet.Core.Api;
using Infernet.Daemon.Journal;

namespace Infernet.Daemon.Payments.Earning;

/// <summary>Says to peers why something can't be done. Where this node's cluster and files are is nobody's business.</summary>
internal static class ReasonForPeers
{
    public static string Of(Exception failed) => failed switch
    {
        JournalException => "its journal can't be written",
        PaymentException { Code: PaymentCodes.RpcUnreachable } => "its cluster can't be asked; try again later",
        _ => failed.Message,
    };
}
