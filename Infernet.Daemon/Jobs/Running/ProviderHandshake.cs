using Infernet.Core.Audits;
using Infernet.Core.Identity;
using Infernet.Core.Payments;
using Infernet.Core.Schemas;
using Infernet.Daemon.Jobs.Dispatch;
using Infernet.Daemon.Jobs.Matching;
using Infernet.Daemon.Jobs.Paying;
using Infernet.Daemon.Jobs.Wire;
using Infernet.Daemon.Payments;
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
/// <param name="accounts">Opens accounts for providers that are paid; null on a node that does not pay.</param>
internal sealed class ProviderHandshake(
    Candidate provider, JobOffer offer, uint auditRatePpm, RunServices services, JobAccounts? accounts)
{
    private readonly RunOptions _options = services.Options;
    private Candidate _provider = provider;
    private bool _raised;
    private JobAccount? _account;
    private Prices? _asked;

    private PeerId Peer => _provider.Peer;

    /// <summary>How much may be unpaid, as the provider said; 0 if it is not paid.</summary>
    public ulong Credit { get; private set; }

    /// <summary>How much of that earlier jobs owe it.</summary>
    public ulong Unpaid { get; private set; }

    /// <summary>What it is paid; null if it is not.</summary>
    public Prices? Paid { get; private set; }

    /// <summary>The most engine time that is reckoned with for an item.</summary>
    public TimeSpan ItemTime => TimeSpan.FromSeconds(0.25 + 4 * Math.Max(1, offer.MaxTokens) / TokensPerSecond);

    private double TokensPerSecond => Math.Max(_provider.Models[offer.Model].DecodeTokensPerSecond, 0.01);

    /// <summary>Hands the account over; null if there is none, or somebody has it already.</summary>
    public JobAccount? TakeAccount() => Interlocked.Exchange(ref _account, null);

    /// <summary>
    /// Opens an account for a provider that is to be paid, once it is known that it can be reached; and, where a channel has to
    /// be opened for that, that nothing else speaks against the offer.
    /// </summary>
    /// <returns>Why that is not possible; null if it was, or it asks nothing.</returns>
    /// <exception cref="IOException">It can't be reached, or does not answer.</exception>
    public async Task<RunEvent.Declined?> FundAsync(CancellationToken cancellationToken)
    {
        if (accounts is null || _provider.Prices.IsFree)
        {
            return null;
        }

        try
        {
            OfferPayment? sketch = await accounts.SketchAsync(_provider, ItemTime, cancellationToken).ConfigureAwait(false);
            await using (JobLink link = await OpenAsync(cancellationToken).ConfigureAwait(false))
            {
                // No deposit is locked up for somebody who is not there, or would decline.
                if (sketch is not null
                    && await AskFirstAsync(link, sketch, cancellationToken).ConfigureAwait(false) is { } declined)
                {
                    return declined;
                }
            }

            _account = await accounts.OpenAsync(_provider, ItemTime, cancellationToken).ConfigureAwait(false);
            return null;
        }
        catch (PaymentException refused)
        {
            return new RunEvent.Declined(Peer, $"can't be paid: {refused.Message}", refused);
        }
    }

    /// <summary>
    /// After it declined: whether it asks other prices than were offered, and the job may pay them. Once.
    /// </summary>
    public async Task<bool> TryRaiseAsync()
    {
        if (TakeAccount() is { } account)
        {
            await account.DisposeAsync().ConfigureAwait(false);
        }

        Candidate asking = _provider with { Prices = _asked ?? _provider.Prices, PriceProblem = null };
        if (accounts is null || _asked is null || asking.Prices == _provider.Prices || _raised
            || PriceCheck.FindProblem(asking, accounts.Plan.Terms) is not null)
        {
            return false;
        }

        (_provider, _raised) = (asking, true);
        return true;
    }

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
        Made = offer.DrawUp(Peer, auditRatePpm, _account?.Terms);
        await services.Journal.Offers.AddAsync(offer.Job.Row, Made.Record, cancellationToken).ConfigureAwait(false);
        await link.SendAsync(JobMessages.Of(Made.Message), cancellationToken).ConfigureAwait(false);
        JobMessage? answer = await AnswerAsync(link, cancellationToken).ConfigureAwait(false);
        switch (answer?.BodyCase)
        {
            case JobMessage.BodyOneofCase.Accept when answer.Accept.MaxItemsInFlight > 0:
                return Join(answer.Accept, link);
            case JobMessage.BodyOneofCase.Decline:
                return Read(answer.Decline);
            case null:
                throw new IOException("closed the stream without answering the offer");
            default:
                throw new ProviderMisbehaviour($"answered the offer with {answer.BodyCase}");
        }
    }

    /// <summary>Offers without a channel: nothing can be earned under this offer, and it is forgotten.</summary>
    /// <returns>Why it is declined; null if only the channel is missing.</returns>
    private async Task<RunEvent.Declined?> AskFirstAsync(
        JobLink link, OfferPayment sketch, CancellationToken cancellationToken)
    {
        await link.SendAsync(JobMessages.Of(offer.DrawUp(Peer, auditRatePpm, sketch).Message), cancellationToken)
            .ConfigureAwait(false);
        JobMessage? answer = await AnswerAsync(link, cancellationToken).ConfigureAwait(false);
        return answer switch
        {
            { Accept: not null } or { Decline.Reason: Decline.Types.Reason.ChannelRequired } => null,
            { Decline: { } declined } => Read(declined),
            null => throw new IOException("closed the stream without answering the offer"),
            _ => throw new ProviderMisbehaviour($"answered the offer with {answer.BodyCase}"),
        };
    }

    private RunEvent.Declined Read(Decline decline)
    {
        _asked = decline.Prices is { } asked && Prices.Read(asked, out Prices prices) is null ? prices : null;
        return new RunEvent.Declined(
            Peer,
            decline.Message.Length is > 0 and <= JobProtocol.MaxErrorLength ? decline.Message : decline.Reason.ToString());
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
        string? problem = EngineCheck.FindProblem(accept.Engine) ?? Context(accept.Engine)
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

    // The receipt must name the accepted engine again, and its context decides which answers end early and are right all
    // the same. By its advert the provider was chosen: with less it could cut answers short and say that there was no room.
    private string? Context(EngineDescription engine)
    {
        uint advertised = _provider.Models[offer.Model].ContextLength;
        return engine.ContextTokens < advertised
            ? $"its engine has a context of {engine.ContextTokens} tokens, and it advertises {advertised}"
            : null;
    }

    private DispatchEvent.ProviderJoined Joined(Accept accept, JobLink link)
    {
        double tokensPerSecond = TokensPerSecond;
        double tokensPerItem = Math.Clamp(offer.MaxTokens, 1, _options.ExpectedTokensPerItem);
        int slots = Math.Max(1, _provider.TotalSlots);
        TimeSpan silence = _options.SilenceTimeout
            + TimeSpan.FromSeconds(Math.Min(4 * offer.MaxTokens * slots / tokensPerSecond, _options.MaxItemSeconds));
        return new DispatchEvent.ProviderJoined(
            Peer, (int)Math.Min(accept.MaxItemsInFlight, _options.MaxItemsAtProvider), slots,
            tokensPerSecond / tokensPerItem, silence, _provider.Standing?.CreditWindow,
            IpGroup.Of(link.RemoteAddress, includeLocal: false)?.ToString(), PurseOf(accept));
    }

    // One that was offered a payment and says nothing of it works for nothing.
    private PurseTerms? PurseOf(Accept accept)
    {
        if (_account is not { } account || accept.Payment is not { } said)
        {
            return null;
        }

        (Credit, Unpaid, Paid) = (said.Credit, said.Unpaid, account.Prices);
        return new PurseTerms(
            account.Prices, PaidProvider.FundsOf(Credit, Unpaid, account.Left, owed: 0, judging: 0),
            account.Prices.EnginePerHour > 0 ? ItemTime : TimeSpan.Zero);
    }
}
