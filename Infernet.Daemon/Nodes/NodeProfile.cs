using Google.Protobuf;
using Infernet.Core.Audits;
using Infernet.Core.Identity;
using Infernet.Core.Multiformats;
using Infernet.Core.Schemas;
using Infernet.Daemon.Audits.Serving;
using Infernet.Daemon.Challenges.Results;
using Infernet.Daemon.Jobs.Matching;
using Infernet.Daemon.Jobs.Providing;
using Infernet.Daemon.Models;
using Infernet.Execution.Auditing;

namespace Infernet.Daemon.Nodes;

/// <summary>What this node offers at this moment: to others as an advert, to its own jobs as a candidate.</summary>
internal sealed class NodeProfile(
    PeerId self, NodeOptions options, HardwareSurvey hardware, ModelCatalog catalog, OwnMeasurements speed,
    NodePayments? payments, string agent)
{
    /// <summary>Items that are being computed or wait.</summary>
    public int BusySlots => Math.Min(
        options.Slots,
        catalog.All().Sum(
            m => m.Loaded is { Engine: var engine } ? engine.ActiveRequests + engine.QueuedRequests : 0));

    public int TotalSlots => options.Serve ? options.Slots : 0;

    public int FreeSlots => options.Serve ? options.Slots - BusySlots : 0;

    /// <summary>The advert without what its signer adds.</summary>
    public Advert Advert()
    {
        var advert = new Advert
        {
            AgentVersion = agent,
            Hardware = Hardware(),
            TotalSlots = (uint)TotalSlots,
            FreeSlots = (uint)FreeSlots,
            Prices = payments?.Earner.Advertised,
            TakesEscrows = options.Payments?.Earning.TakeEscrows == true,
            PayoutAddress = payments is null ? ByteString.Empty : ByteString.CopyFrom(payments.Chain.Wallet.Span),
        };
        advert.Measurements.AddRange(speed.Carried().Select(m => UnsafeByteOperations.UnsafeWrap(m.Envelope)));
        if (options.Serve)
        {
            advert.Models.AddRange(Served().Values);
            advert.Engines.AddRange(Served().Count > 0 ? ["llama.cpp"] : []);
        }

        return advert;
    }

    /// <summary>This node for its own jobs; null when it computes for nobody.</summary>
    public Candidate? Candidate() => options.Serve
        ? new Candidate
        {
            Peer = self, Models = Served(), Hardware = Hardware(), TotalSlots = TotalSlots,
            FreeSlots = FreeSlots,
        }
        : null;

    /// <summary>The engine of a model; null when it is not loaded, or this node serves nobody.</summary>
    public ServedEngine? FindEngine(Cid root) => options.Serve && catalog.Find(root)?.Loaded is { } loaded
        ? options.Conduct.Serve(EngineAnswers.Of(root, loaded.Engine, hardware.Device), loaded.Engine)
        : null;

    private Hardware Hardware()
    {
        Hardware described = hardware.Describe();
        described.ClaimedOperationsPerSecond = speed.Claim?.OperationsPerSecond ?? 0;
        described.ClaimedBytesPerSecond = speed.Claim?.BytesPerSecond ?? 0;
        return described;
    }
    /// <summary>What judges the answers of a model; null when it is not loaded, or this node serves nobody.</summary>
    public ServedAuditor? FindAuditor(Cid root) =>
        FindEngine(root) is { } served && catalog.Find(root)?.Loaded is { } loaded
        ? new ServedAuditor(
            root, served.Engine,
            options.Conduct.Judge(new LlamaAuditor(loaded.Engine, AuditCalibrations.Shipped).JudgeAsync))
        : null;

    private Dictionary<Cid, ServedModel> Served() => catalog.All().Where(m => m.Loaded is not null).ToDictionary(
        m => m.Root,
        m => new ServedModel
        {
            Root = ByteString.CopyFrom(m.Root.ToBytes()),
            Name = m.Alias,
            Architecture = m.Loaded!.Engine.Model.Architecture,
            Quantization = m.Loaded.Engine.Model.Quantisation,
            ContextLength = (uint)m.Loaded.Engine.ContextLength,
            DecodeTokensPerSecond = m.Loaded.DecodeTokensPerSecond,
            PrefillTokensPerSecond = m.Loaded.PrefillTokensPerSecond,
            SizeBytes = (ulong)m.SizeBytes,
        });
}
