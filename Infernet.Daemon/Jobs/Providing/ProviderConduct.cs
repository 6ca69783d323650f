using Infernet.Core.Identity;
using Infernet.Core.Receipts;
using Infernet.Core.Schemas;
using Infernet.Daemon.Audits.Serving;
using Infernet.Execution.Llama;

namespace Infernet.Daemon.Jobs.Providing;

/// <summary>
/// The steps at which a provider is honest or is not: what answers the items, and what is signed for them. The product
/// knows one conduct, the default; the tests host nodes with others, to prove that those are found out.
/// </summary>
internal sealed record ProviderConduct
{
    /// <summary>Chooses what works for a job, given what should, and its engine.</summary>
    public Func<ServedEngine, LlamaEngine, ServedEngine> Serve { get; init; } = (served, _) => served;

    /// <summary>Chooses what judges the answers of others, given what should.</summary>
    public Func<JudgeItems, JudgeItems> Judge { get; init; } = honest => honest;

    /// <summary>Makes the envelope of a shard's receipt.</summary>
    public Func<NodeIdentity, Receipt, byte[]> Seal { get; init; } = ReceiptEnvelope.Seal;
}
