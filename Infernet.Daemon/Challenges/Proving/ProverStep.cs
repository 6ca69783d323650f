using Infernet.Core.Schemas;
using Infernet.Daemon.Challenges.Results;
using Infernet.Execution.Challenges;

namespace Infernet.Daemon.Challenges.Proving;

/// <summary>What a prover does about a message of its challenger.</summary>
internal abstract record ProverStep
{
    /// <summary>Send this, and close.</summary>
    public sealed record Close(ChallengeMessage Message) : ProverStep;

    /// <summary>Set the challenge up.</summary>
    public sealed record Prepare(ChallengeShape Shape, byte[] Seed) : ProverStep;

    /// <summary>Compute a round.</summary>
    public sealed record Commit(byte[] Seed) : ProverStep;

    /// <summary>Open what the seed draws.</summary>
    public sealed record Open(byte[] Seed) : ProverStep;

    /// <summary>It is over: the challenger signed for what it measured, or said why not.</summary>
    public sealed record End(Measurement? Measurement, string Reason) : ProverStep;

    /// <summary>The challenger broke the protocol: reset the stream.</summary>
    public sealed record Violation(string Reason) : ProverStep;
}
