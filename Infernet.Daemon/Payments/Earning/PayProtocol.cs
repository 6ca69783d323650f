namespace Infernet.Daemon.Payments.Earning;

/// <summary>
/// <c>/infernet/pay/1</c>: what a payer has to say outside of any job. One message and one answer a stream.
/// </summary>
internal static class PayProtocol
{
    public const string Id = "/infernet/pay/1";

    /// <summary>Largest message, in bytes: a channel's description, a voucher, and a transaction of 1,232.</summary>
    public const int MaxMessageSize = 2_048;

    /// <summary>Longest problem that is put into an answer, in characters.</summary>
    public const int MaxProblemLength = 512;

    /// <summary>Largest answer, in bytes.</summary>
    public const int MaxAnswerSize = 4_096;
}
