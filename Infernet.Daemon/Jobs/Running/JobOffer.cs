using System.Security.Cryptography;
using Google.Protobuf;
using Infernet.Core.Multiformats;
using Infernet.Core.Receipts;
using Infernet.Core.Schemas;
using Infernet.Daemon.Journal;
using JobKind = Infernet.Core.Jobs.JobKind;

namespace Infernet.Daemon.Jobs.Running;

/// <summary>
/// The offer that every provider of a job gets, and its hash. It commits this node to the secret that the audit draw
/// will use: the secret itself stays in the journal.
/// </summary>
internal sealed class JobOffer
{
    public JobOffer(JobRecord job, Cid model)
    {
        Job = job;
        Model = model;
        Message = new Offer
        {
            JobId = ByteString.CopyFrom(job.Id),
            Kind = JobItems.Kind(job.Specification.Kind),
            ModelRoot = ByteString.CopyFrom(model.ToBytes()),
            Sampling = JobItems.Of(job.Specification.Sampling),
            TotalItems = (ulong)job.Total,
            SecretCommitment = ByteString.CopyFrom(SHA256.HashData(job.Secret)),
            DeadlineUnixMs = job.Deadline?.ToUnixTimeMilliseconds() ?? 0,
        };
        Hash = ReceiptEnvelope.HashOf(Message);
    }

    public JobRecord Job { get; }

    public Cid Model { get; }

    public Offer Message { get; }

    public byte[] Hash { get; }

    /// <summary>Most tokens of one item; 0 for embeddings.</summary>
    public int MaxTokens => Job.Specification.Kind == JobKind.Embedding ? 0 : Job.Specification.Sampling.MaxTokens;
}
