using System.Buffers.Binary;
using System.Security.Cryptography;
using Google.Protobuf;
using Infernet.Core.Identity;
using Infernet.Core.Multiformats;
using Infernet.Core.Receipts;
using Infernet.Core.Schemas;
using Infernet.Daemon.Journal;
using JobKind = Infernet.Core.Jobs.JobKind;
using VerificationMode = Infernet.Core.Jobs.VerificationMode;

namespace Infernet.Daemon.Jobs.Running;

/// <summary>
/// What a job offers. Each connection gets an offer with a secret of its own, so that opening one of them once its
/// provider is gone tells nothing about the draws of the others.
/// </summary>
internal sealed class JobOffer
{
    private readonly Offer _common;

    public JobOffer(JobRecord job, Cid model)
    {
        Job = job;
        Model = model;
        _common = new Offer
        {
            JobId = ByteString.CopyFrom(job.Id),
            Kind = JobItems.Kind(job.Specification.Kind),
            ModelRoot = ByteString.CopyFrom(model.ToBytes()),
            Sampling = JobItems.Of(job.Specification.Sampling),
            TotalItems = (ulong)job.Total,
            DeadlineUnixMs = job.Deadline?.ToUnixTimeMilliseconds() ?? 0,
            Exact = job.Specification.Verification.Mode == VerificationMode.Exact,
        };
    }

    public JobRecord Job { get; }

    public Cid Model { get; }

    /// <summary>The model's CID, in its binary form.</summary>
    public ByteString ModelRoot => _common.ModelRoot;

    /// <summary>Most tokens of one item; 0 for embeddings.</summary>
    public int MaxTokens => Job.Specification.Kind == JobKind.Embedding ? 0 : Job.Specification.Sampling.MaxTokens;

    /// <summary>Draws a secret and commits to it and to the rate at which this provider's shards are audited.</summary>
    /// <param name="provider">Who is to get the offer.</param>
    /// <param name="ratePpm">The rate, in parts per million.</param>
    /// <param name="payment">By what it is paid; null if it is not.</param>
    public ProviderOffer DrawUp(PeerId provider, uint ratePpm, OfferPayment? payment = null)
    {
        byte[] secret = RandomNumberGenerator.GetBytes(DrawCommitment.SecretLength);
        Offer message = _common.Clone();
        message.Payment = payment;
        if (Job.Specification.Sampling.Seed is null)
        {
            message.Sampling.Seed = BinaryPrimitives.ReadUInt64LittleEndian(RandomNumberGenerator.GetBytes(8));
        }

        message.SecretCommitment = UnsafeByteOperations.UnsafeWrap(DrawCommitment.Of(secret, ratePpm));
        return new ProviderOffer(message, new OfferRecord
        {
            Hash = ReceiptEnvelope.HashOf(message),
            Provider = provider.ToString(),
            Offer = message.ToByteArray(),
            Secret = secret,
            RatePpm = ratePpm,
        });
    }
}
