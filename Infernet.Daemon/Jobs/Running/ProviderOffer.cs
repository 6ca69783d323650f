using Infernet.Core.Schemas;
using Infernet.Daemon.Journal;

namespace Infernet.Daemon.Jobs.Running;

/// <summary>The offer of one connection: what the provider sees, and the secret behind its commitment.</summary>
/// <param name="Message">What goes over the wire.</param>
/// <param name="Record">What is journaled first.</param>
internal sealed record ProviderOffer(Offer Message, OfferRecord Record)
{
    /// <summary>What receipts under this offer must name.</summary>
    public byte[] Hash => Record.Hash;
}
