using System.Security.Cryptography;
using Google.Protobuf;
using Infernet.Core.Audits;
using Infernet.Core.Evidence;
using Infernet.Core.Identity;
using Infernet.Core.Multiformats;
using Infernet.Core.Receipts;
using Infernet.Core.Schemas;

namespace Infernet.Core.Tests.Evidence;

/// <summary>
/// Makes facts in which nothing is wrong, unless a test says what: each hook changes a part before it is signed, so that
/// whatever is wrong is wrong in this one place.
/// </summary>
internal sealed class TestEvidence
{
    public static readonly DateTimeOffset Now = new(2025, 6, 15, 12, 0, 0, TimeSpan.Zero);

    private static readonly byte[] Model = Cid.OfRaw("a model"u8).ToBytes();

    public NodeIdentity Provider { get; init; } = Identity(1);

    public NodeIdentity Aggregator { get; init; } = Identity(2);

    public NodeIdentity Auditor { get; init; } = Identity(3);

    public DateTimeOffset FinishedAt { get; init; } = Now.AddHours(-1);

    public ulong Shard { get; init; } = 7;

    public int ItemCount { get; init; } = 6;

    public int AuditedCount { get; init; } = 4;

    public uint RatePpm { get; init; } = AuditDraw.Always;

    public bool Discretionary { get; init; }

    /// <summary>Tokens of each audited item that fall outside of the sampler's candidates.</summary>
    public uint WrongTokens { get; init; }

    public Action<Offer> ChangeOffer { get; init; } = _ => { };

    public Action<Receipt> ChangeReceipt { get; init; } = _ => { };

    public Action<Verdict> ChangeVerdict { get; init; } = _ => { };

    /// <summary>Changes the fact before the aggregator signs it.</summary>
    public Action<RevealedVerdict> ChangeRevealed { get; init; } = _ => { };

    /// <summary>Signs the receipt; the provider, if null.</summary>
    public NodeIdentity? ReceiptSigner { get; init; }

    /// <summary>Signs the verdict; the auditor, if null.</summary>
    public NodeIdentity? VerdictSigner { get; init; }

    /// <summary>Acknowledges or reveals; the aggregator, if null.</summary>
    public NodeIdentity? FactSigner { get; init; }

    public byte[] Secret { get; } = SHA256.HashData("a secret"u8);

    public static NodeIdentity Identity(int number) =>
        NodeIdentity.FromSeed(SHA256.HashData(BitConverter.GetBytes(number)));

    public Schemas.Evidence Receipt()
    {
        byte[] envelope = Envelope(OfferBytes());
        byte[] hash = ReceiptEnvelope.HashOf(envelope);
        return new Schemas.Evidence
        {
            Receipt = new AcknowledgedReceipt
            {
                ReceiptEnvelope = ByteString.CopyFrom(envelope),
                Acknowledgement = ReceiptAcknowledgement.Sign(FactSigner ?? Aggregator, Shard, hash).Signature,
            },
        };
    }

    public Schemas.Evidence Verdict()
    {
        byte[] offer = OfferBytes();
        byte[] envelope = Envelope(offer);
        var fact = new RevealedVerdict
        {
            ReceiptEnvelope = ByteString.CopyFrom(envelope),
            Offer = ByteString.CopyFrom(offer),
            Secret = ByteString.CopyFrom(Secret),
            AuditRatePpm = RatePpm,
            Discretionary = Discretionary,
            Nonce = ByteString.CopyFrom(new byte[AuditLimits.NonceLength]),
        };
        fact.ItemHashes.AddRange(Items().Items.Select(i => ByteString.CopyFrom(ItemReceiptHash.Of(i))));
        fact.Audited.AddRange(AuditDraw.PickItems(
            Secret, ReceiptEnvelope.HashOf(envelope), ItemCount, AuditedCount).Select(i => (uint)i));
        fact.Contents.AddRange(fact.Audited.Select(place => Items().Items[(int)place]).Select(i => new AuditedContent
        {
            Index = i.Index, Hash = ByteString.CopyFrom(ItemReceiptHash.ContentOf(i)),
        }));
        fact.VerdictEnvelope = ByteString.CopyFrom(SealVerdict(fact));
        ChangeRevealed(fact);
        return new Schemas.Evidence { Verdict = RevealedVerdictSignature.Sign(FactSigner ?? Aggregator, fact) };
    }

    /// <summary>The audited items of <see cref="Verdict"/>, in the order of the request.</summary>
    public IEnumerable<AuditItem> AuditedItems(RevealedVerdict fact) => fact.Audited.Select(place => new AuditItem
    {
        Receipt = Items().Items[(int)place],
        Input = Input((int)place),
        Output = Output((int)place),
    });

    public ReceiptItems Items()
    {
        var items = new ReceiptItems();
        for (int i = 0; i < ItemCount; i++)
        {
            items.Items.Add(new ItemReceipt
            {
                Index = (ulong)i,
                InputHash = ByteString.CopyFrom(ItemHash.Of(Input(i))),
                OutputHash = ByteString.CopyFrom(OutputHash.Of(Output(i))),
                TokenIds = { 1, 2, 3 },
                PromptTokens = 5,
                CompletionTokens = 3,
                FinishReason = FinishReason.Stop,
            });
        }

        return items;
    }

    private static Item Input(int index) => new() { Index = (ulong)index, Prompt = $"question {index}" };

    private static ItemOutput Output(int index) => new() { Index = (ulong)index, Text = $"answer {index}" };

    private byte[] OfferBytes()
    {
        var offer = new Offer
        {
            JobId = ByteString.CopyFrom(new byte[16]),
            Kind = JobKind.Completion,
            ModelRoot = ByteString.CopyFrom(Model),
            Sampling = new Sampling { TopP = 1, MaxTokens = 100 },
            TotalItems = 100,
            SecretCommitment = ByteString.CopyFrom(DrawCommitment.Of(Secret, RatePpm)),
        };
        ChangeOffer(offer);
        return offer.ToByteArray();
    }

    private byte[] Envelope(byte[] offer)
    {
        var receipt = new Receipt
        {
            JobId = ByteString.CopyFrom(new byte[16]),
            ShardId = Shard,
            Attempt = 1,
            Provider = Provider.Id.ToByteString(),
            Aggregator = Aggregator.Id.ToByteString(),
            OfferHash = ByteString.CopyFrom(SHA256.HashData(offer)),
            ModelRoot = ByteString.CopyFrom(Model),
            Engine = Engine(),
            ItemsRoot = ByteString.CopyFrom(ItemsRoot.Of(Items())),
            ItemCount = (uint)ItemCount,
            PromptTokens = (ulong)ItemCount * 5,
            CompletionTokens = (ulong)ItemCount * 3,
            StartedUnixUs = Microseconds(FinishedAt.AddSeconds(-1)),
            FinishedUnixUs = Microseconds(FinishedAt),
        };
        ChangeReceipt(receipt);
        return ReceiptEnvelope.Seal(ReceiptSigner ?? Provider, receipt);
    }

    private byte[] SealVerdict(RevealedVerdict fact)
    {
        Offer offer = Offer.Parser.ParseFrom(fact.Offer);
        var verdict = new Verdict
        {
            RequestHash = ByteString.CopyFrom(AuditRequestHash.Of(
                fact.Nonce.Span, offer.Kind, offer.ModelRoot.Span, offer.Sampling, Engine(), offer.Exact,
                [.. fact.Audited.Select(place => fact.ItemHashes[(int)place].Memory)])),
            Auditor = Auditor.Id.ToByteString(),
            Aggregator = Aggregator.Id.ToByteString(),
            ModelRoot = ByteString.CopyFrom(Model),
            Engine = Engine(),
            Exact = offer.Exact,
            DecidedUnixUs = Microseconds(FinishedAt.AddSeconds(5)),
        };
        foreach (uint _ in fact.Audited)
        {
            var item = new ItemVerdict { Tokens = 60 };
            item.MarginCounts.AddRange(new uint[MarginBins.Count]);
            item.MarginCounts[MarginBins.Zero] = item.Tokens - WrongTokens;
            item.MarginCounts[MarginBins.Filtered] = WrongTokens;
            verdict.Items.Add(item);
        }

        ChangeVerdict(verdict);
        return VerdictEnvelope.Seal(VerdictSigner ?? Auditor, verdict);
    }

    private static EngineDescription Engine() => new()
    {
        Name = "llama.cpp", Build = "0.5.0", CpuVariant = "zen4", KvMode = "per-sequence", KvPrecision = "f16",
        Device = "cpu", Weights = "Q8_0", ContextTokens = 4_096,
    };

    public static long Microseconds(DateTimeOffset at) =>
        (at - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;
}
