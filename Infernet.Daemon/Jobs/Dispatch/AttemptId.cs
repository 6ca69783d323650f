namespace Infernet.Daemon.Jobs.Dispatch;

/// <summary>One time that a shard is given to a provider; attempts count from 1 in each shard.</summary>
internal readonly record struct AttemptId(long Shard, int Attempt)
{
    public override string ToString() => $"shard {Shard}, attempt {Attempt}";
}
