using Infernet.Core.Audits;
using Infernet.Core.Identity;
using Infernet.Core.Schemas;
using Infernet.Daemon.Jobs.Dispatch;
using Infernet.Daemon.Jobs.Matching;
using Infernet.Daemon.Jobs.Wire;
using Infernet.Dht.Routing;

namespace Infernet.Daemon.Jobs.Running;

/// <summary>
/// How a job's offer to one provider is made and answered: reaches it, offers, and holds its answer against what the
/// job needs.
/// </summary>
/// <param name="provider">Who.</param>
/// <param name="offer">What the job offers.</param>
/// <param name="auditRatePpm">The share of its shards to audit, which the offer commits to.</param>
/// <param name="services">What the job uses of its node.</param>
internal sealed class ProviderHandshake(
    Candidate provider, JobOffer offer, uint auditRatePpm, RunServices services)
{
    private readonly RunOptions _options = services.Options;

    private PeerId Peer => provider.Peer;

    /// <summary>The offer as it was made; null before.</summary>
    public ProviderOffer? Made { get; private set; }

    /// <summary>The engine that the provider named.</summary>
    public EngineDescription? Engine { get; private set; }

    /// <summary>Opens the link.</summary>
    /// <exception cref="IOException">The provider can't be reached, or not in time.</exception>
    public async Task<JobLink> OpenAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await services.Open(Peer, cancellationToken)
                .WaitAsync(_options.AnswerTimeout, services.Time, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException silent)
        {
            throw new IOException($"could not be reached within {_options.AnswerTimeout.TotalSeconds:0.#} s", silent);
        }
    }

    /// <summary>Makes the offer.</summary>
    /// <returns>How the provider joins the job, or that it does not.</returns>
    /// <exception cref="IOException">It did not answer.</exception>
    /// <exception cref="ProviderMisbehaviour">It answered with something else.</exception>
    public async Task<RunEvent> OfferAsync(JobLink link, CancellationToken cancellationToken)
    {
        // The secret is durable before the provider can sign anything under it: a draw can't be lost.
        Made = offer.DrawUp(Peer, auditRatePpm);
        await services.Journal.Offers.AddAsync(offer.Job.Row, Made.Record, cancellationToken).ConfigureAwait(false);
        await link.SendAsync(JobMessages.Of(Made.Message), cancellationToken).ConfigureAwait(false);
        JobMessage? answer = await AnswerAsync(link, cancellationToken).ConfigureAwait(false);
        switch (answer?.BodyCase)
        {
            case JobMessage.BodyOneofCase.Accept when answer.Accept.MaxItemsInFlight > 0:
                return Join(answer.Accept, link);
            case JobMessage.BodyOneofCase.Decline:
                string words = answer.Decline.Message.Length is > 0 and <= JobProtocol.MaxErrorLength
                    ? answer.Decline.Message
                    : answer.Decline.Reason.ToString();
                return new RunEvent.Declined(Peer, words);
            case null:
                throw new IOException("closed the stream without answering the offer");
            default:
                throw new ProviderMisbehaviour($"answered the offer with {answer.BodyCase}");
        }
    }

    private async Task<JobMessage?> AnswerAsync(JobLink link, CancellationToken cancellationToken)
    {
        try
        {
            return await link.ReadAsync(cancellationToken).AsTask()
                .WaitAsync(_options.AnswerTimeout, services.Time, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException silent)
        {
            throw new IOException(
                $"did not answer the offer within {_options.AnswerTimeout.TotalSeconds:0.#} s", silent);
        }
    }

    private RunEvent Join(Accept accept, JobLink link)
    {
        string? problem = EngineCheck.FindProblem(accept.Engine)
            ?? (Made!.Message.Exact && !EngineCheck.IsExact(accept.Engine)
                ? "its engine does not give the same bits in one prefill, which this job asks for"
                : null);
        if (problem is not null)
        {
            return new RunEvent.Declined(Peer, problem);
        }

        Engine = accept.Engine;
        return new RunEvent.Happened(Joined(accept, link));
    }

    private DispatchEvent.ProviderJoined Joined(Accept accept, JobLink link)
    {
        ServedModel served = provider.Models[offer.Model];
        double tokensPerSecond = Math.Max(served.DecodeTokensPerSecond, 0.01);
        double tokensPerItem = Math.Clamp(offer.MaxTokens, 1, _options.ExpectedTokensPerItem);
        int slots = Math.Max(1, provider.TotalSlots);
        TimeSpan silence = _options.SilenceTimeout
            + TimeSpan.FromSeconds(Math.Min(4 * offer.MaxTokens * slots / tokensPerSecond, _options.MaxItemSeconds));
        return new DispatchEvent.ProviderJoined(
            Peer, (int)Math.Min(accept.MaxItemsInFlight, _options.MaxItemsAtProvider), slots,
            tokensPerSecond / tokensPerItem, silence, provider.Standing?.CreditWindow,
            IpGroup.Of(link.RemoteAddress, includeLocal: false)?.ToString());
    }
}
