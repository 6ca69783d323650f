namespace Infernet.Daemon.Payments.Earning;

/// <summary>What the gate says to a shard.</summary>
internal abstract record GateAnswer
{
    /// <summary>It may begin.</summary>
    public sealed record Begin : GateAnswer;

    /// <summary>It waits for earlier work to be paid.</summary>
    public sealed record Wait : GateAnswer;

    /// <summary>It can't begin, however much is paid.</summary>
    /// <param name="Reason">For the payer: what would fit.</param>
    public sealed record Refuse(string Reason) : GateAnswer;
}
