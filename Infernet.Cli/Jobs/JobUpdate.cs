using Infernet.Core.Api;

namespace Infernet.Cli.Jobs;

/// <summary>Something new about a job that is being followed; exactly one is set.</summary>
internal readonly record struct JobUpdate(JobResult? Result = null, JobEvent? Event = null, JobStatus? Status = null);
