using System.Collections.Concurrent;
using System.Threading.Channels;
using Google.Protobuf;
using Infernet.Core.Audits;
using Infernet.Core.Identity;
using Infernet.Core.Payments;
using Infernet.Core.Receipts;
using Infernet.Core.Schemas;
using Infernet.Daemon.Jobs.Dispatch;
using Infernet.Daemon.Jobs.Matching;
using Infernet.Daemon.Jobs.Paying;
using Infernet.Daemon.Jobs.Wire;
using Infernet.Daemon.Journal;

namespace Infernet.Daemon.Jobs.Running;

/// <summary>
/// The aggregator's side of one job at one provider: has the offer made, sends shards, checks what comes back against
/// what was sent, and tells the run's loop. A provider that breaks a rule is told apart from one that was lost.
/// </summary>
internal sealed class ProviderConnection : IAsyncDisposable
{
    private readonly Candidate _provider;
    private readonly JobOffer _offer;
    private readonly ProviderHandshake _handshake;
    private readonly RunServices _services;
    private readonly RunOptions _options;
    private readonly TimeProvider _time;
    private readonly ChannelWriter<RunEvent> _events;
    private readonly ConcurrentDictionary<long, OutstandingAttempt> _outstanding = new();
    private readonly CancellationTokenSource _closing = new();
    private volatile JobLink? _link;
    private Task _running = Task.CompletedTask;

    /// <param name="provider">Who.</param>
    /// <param name="offer">What the job offers.</param>
    /// <param name="auditRatePpm">The share of its shards to audit, which the offer commits to.</param>
    /// <param name="services">What the job uses of its node.</param>
    /// <param name="accounts">Opens accounts for providers that are paid; null on a node that does not pay.</param>
    /// <param name="events">Where the run's loop hears of it.</param>
    public ProviderConnection(
        Candidate provider, JobOffer offer, uint auditRatePpm, RunServices services, JobAccounts? accounts,
        ChannelWriter<RunEvent> events)
    {
        (_provider, _offer, _services, _events) = (provider, offer, services, events);
        _handshake = new ProviderHandshake(provider, offer, auditRatePpm, services, accounts);
        (_options, _time) = (services.Options, services.Time);
    }

    public PeerId Peer => _provider.Peer;

    /// <summary>SHA-256 of the offer that this connection made; null before.</summary>
    public byte[]? OfferHash => _handshake.Made?.Hash;

    /// <summary>How much may be unpaid, as the provider said.</summary>
    public ulong Credit => _handshake.Credit;

    /// <summary>How much of that earlier jobs owe it.</summary>
    public ulong Unpaid => _handshake.Unpaid;

    /// <summary>The most engine time that is reckoned with for an item.</summary>
    public TimeSpan ItemTime => _handshake.ItemTime;

    /// <summary>Hands over the account by which the provider is paid; null if there is none, or somebody has it.</summary>
    public JobAccount? TakeAccount() => _handshake.TakeAccount();

    /// <summary>Opens the link, makes the offer, and reads until the end.</summary>
    public void Start() => _running = Task.Run(RunAsync);

    /// <summary>Sends a shard. A provider that is gone is reported by the reader, not here.</summary>
    public ValueTask SendAsync(AttemptId id, IReadOnlyList<Item> items)
    {
        var shard = new Shard { ShardId = (ulong)id.Shard, Attempt = (uint)id.Attempt };
        shard.Items.AddRange(items);
        _outstanding[id.Shard] = new OutstandingAttempt(id, items, _time.GetUtcNow());
        return PostAsync(JobMessages.Of(shard));
    }

    /// <summary>Asks the provider to stop a shard and to send its receipt.</summary>
    public ValueTask CancelAsync(AttemptId id)
    {
        if (_outstanding.TryGetValue(id.Shard, out OutstandingAttempt? attempt) && attempt.Id == id)
        {
            attempt.Cancelled = true;
            return PostAsync(JobMessages.CancelShard((ulong)id.Shard));
        }

        return ValueTask.CompletedTask;
    }

    /// <summary>Tells the provider that its outputs are durable here and its receipt is right.</summary>
    public ValueTask AcknowledgeAsync(ReceiptRecord receipt)
    {
        ReceiptAcknowledged word = ReceiptAcknowledgement.Sign(
            _services.Identity, (ulong)receipt.Shard, receipt.Hash);
        if (Peer != _services.Identity.Id)
        {
            _services.Facts.Record(new AcknowledgedReceipt
            {
                ReceiptEnvelope = UnsafeByteOperations.UnsafeWrap(receipt.Envelope), Acknowledgement = word.Signature,
            });
        }

        return PostAsync(JobMessages.Of(word));
    }

    /// <summary>Hands the provider a voucher, and tells it what it is not paid.</summary>
    public async ValueTask PayAsync(Payment? payment, DueShard due, ulong withheld, string reason)
    {
        if (payment is not null)
        {
            await PostAsync(JobMessages.Of(payment)).ConfigureAwait(false);
        }

        if (withheld > 0)
        {
            await PostAsync(JobMessages.Of(new PaymentWithheld
            {
                ShardId = (ulong)due.Shard, Attempt = (uint)due.Attempt, Amount = withheld,
                Reason = reason[..Math.Min(reason.Length, JobProtocol.MaxErrorLength)],
            })).ConfigureAwait(false);
        }
    }

    /// <summary>Sends what waits, then closes; a peer that does not take it is not waited for long.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_link is { } link)
        {
            using var limit = new CancellationTokenSource(_options.CloseTimeout, _time);
            await link.FlushAsync(limit.Token).AsTask().ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        await _closing.CancelAsync().ConfigureAwait(false);
        await _running.ConfigureAwait(false);
        _closing.Dispose();
    }

    private async ValueTask PostAsync(JobMessage message)
    {
        try
        {
            await _link!.SendAsync(message, _closing.Token).ConfigureAwait(false);
        }
        catch (Exception gone) when (gone is IOException or OperationCanceledException)
        {
            // The reader reports it.
        }
    }

    private async Task RunAsync()
    {
        try
        {
            while (await TryWorkAsync().ConfigureAwait(false))
            {
            }
        }
        catch (ProviderMisbehaviour broken)
        {
            await LoseAsync(broken.Message, misbehaved: true).ConfigureAwait(false);
        }
        catch (Libp2p.Messages.MessageException broken)
        {
            await LoseAsync(broken.Message, misbehaved: true).ConfigureAwait(false);
        }
        catch (JournalException full)
        {
            await PublishAsync(new RunEvent.Broken(full)).ConfigureAwait(false);
        }
        catch (Exception gone) when (gone is IOException or TimeoutException)
        {
            await LoseAsync(gone.Message, misbehaved: false).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // This node hung up.
        }
        finally
        {
            _link = null;
            if (TakeAccount() is { } unused)
            {
                await unused.DisposeAsync().ConfigureAwait(false);
            }

            await PublishAsync(new RunEvent.Ended(this)).ConfigureAwait(false);
        }
    }

    /// <summary>One offer, and all that follows; answers whether another one is worth making.</summary>
    private async Task<bool> TryWorkAsync()
    {
        if (await _handshake.FundAsync(_closing.Token).ConfigureAwait(false) is { } unfunded)
        {
            if (unfunded.Unfunded is null && await _handshake.TryRaiseAsync().ConfigureAwait(false))
            {
                return true;
            }

            await PublishAsync(unfunded).ConfigureAwait(false);
            return false;
        }

        await using JobLink link = _link = await _handshake.OpenAsync(_closing.Token).ConfigureAwait(false);
        RunEvent answer = await _handshake.OfferAsync(link, _closing.Token).ConfigureAwait(false);
        if (answer is not RunEvent.Happened joined)
        {
            if (await _handshake.TryRaiseAsync().ConfigureAwait(false))
            {
                return true;
            }

            await PublishAsync(answer).ConfigureAwait(false);
            return false;
        }

        await PublishAsync(joined with { From = this }).ConfigureAwait(false);
        await ReadLoopAsync(link).ConfigureAwait(false);
        await LoseAsync("closed the stream", misbehaved: false).ConfigureAwait(false);
        return false;
    }

    private async Task ReadLoopAsync(JobLink link)
    {
        while (await link.ReadAsync(_closing.Token).ConfigureAwait(false) is { } message)
        {
            switch (message.BodyCase)
            {
                case JobMessage.BodyOneofCase.ItemDone:
                    await TakeAsync(message.ItemDone).ConfigureAwait(false);
                    break;
                case JobMessage.BodyOneofCase.ShardDone:
                    await TakeAsync(message.ShardDone).ConfigureAwait(false);
                    break;
                case JobMessage.BodyOneofCase.ShardFailed:
                    await TakeAsync(message.ShardFailed).ConfigureAwait(false);
                    break;
                case JobMessage.BodyOneofCase.CreditRaised when _handshake.Paid is not null:
                    await PublishAsync(new RunEvent.CreditRaised(this, message.CreditRaised.Credit)).ConfigureAwait(false);
                    break;
                default:
                    throw new ProviderMisbehaviour($"sent {message.BodyCase}, which is no message for an aggregator here");
            }
        }
    }

    private ValueTask TakeAsync(ItemDone done)
    {
        OutstandingAttempt attempt = Find(done.ShardId, done.Attempt);
        return attempt.Take(done.Output, _offer.MaxTokens) is { } problem
            ? throw new ProviderMisbehaviour(problem)
            : TellAsync(new DispatchEvent.ItemArrived(
                Peer, attempt.Id, new ItemUsage((int)done.Output.Index, done.PromptTokens, done.CompletionTokens)));
    }

    private async ValueTask TakeAsync(ShardDone done)
    {
        OutstandingAttempt attempt = Find(done.ShardId, done.Attempt);
        _outstanding.TryRemove(attempt.Id.Shard, out _);
        var expectation = new ReceiptExpectation
        {
            JobId = _offer.Job.Id,
            ShardId = done.ShardId,
            Attempt = done.Attempt,
            Provider = Peer,
            Aggregator = _services.Identity.Id,
            OfferHash = _handshake.Made!.Hash,
            ModelRoot = _offer.ModelRoot.Memory,
            Engine = _handshake.Engine,
            MaxTokens = (uint)_offer.MaxTokens,
            Items = attempt.Expected(),
            Complete = !attempt.Cancelled,
            SentAt = attempt.SentAt,
            ReceivedAt = _time.GetUtcNow(),
        };
        if (ReceiptCheck.FindProblem(
            done.ReceiptEnvelope.Span, done.Items, expectation, out Receipt receipt) is { } problem)
        {
            await TellAsync(new DispatchEvent.ReceiptRejected(Peer, attempt.Id, problem)).ConfigureAwait(false);
            return;
        }

        ReceiptItems items = done.Items ?? new ReceiptItems();
        double speed = _provider.Models[_offer.Model].DecodeTokensPerSecond;
        if (Plausibility.Assess(receipt, items, expectation, speed) is { IsPlausible: false } look)
        {
            await TellAsync(new DispatchEvent.ShardFailed(Peer, attempt.Id, $"its receipt is {look}"))
                .ConfigureAwait(false);
            return;
        }

        if (_handshake.Paid is not null && PromptCheck.FindProblem(items, attempt.Items) is { } tooMuch)
        {
            await TellAsync(new DispatchEvent.ReceiptRejected(Peer, attempt.Id, tooMuch)).ConfigureAwait(false);
            return;
        }

        Delivery delivery = Deliveries.Of(
            Peer, _handshake.Made!, attempt, done.ReceiptEnvelope.ToByteArray(), receipt, items) with
        {
            Cost = _handshake.Paid?.CostOf(Usage.Of(receipt)) ?? 0,
        };
        await PublishAsync(new RunEvent.Happened(
            new DispatchEvent.ShardDelivered(
                Peer, attempt.Id,
                [.. items.Items.Select(i => new DeliveredItem((int)i.Index, (int)i.CompletionTokens))]),
            this, delivery)).ConfigureAwait(false);
    }

    private ValueTask TakeAsync(ShardFailed failed)
    {
        OutstandingAttempt attempt = Find(failed.ShardId, failed.Attempt);
        _outstanding.TryRemove(attempt.Id.Shard, out _);
        string reason = failed.Message.Length is > 0 and <= JobProtocol.MaxErrorLength
            ? failed.Message
            : "gave the shard up without a reason";
        return TellAsync(new DispatchEvent.ShardFailed(Peer, attempt.Id, reason));
    }

    private OutstandingAttempt Find(ulong shard, uint attempt) =>
        shard <= long.MaxValue
        && _outstanding.TryGetValue((long)shard, out OutstandingAttempt? found) && found.Id.Attempt == attempt
            ? found
            : throw new ProviderMisbehaviour($"sent something about shard {shard}, attempt {attempt}, which it does not have");

    private ValueTask LoseAsync(string reason, bool misbehaved) =>
        TellAsync(new DispatchEvent.ProviderLost(Peer, reason, misbehaved));

    private ValueTask TellAsync(DispatchEvent happened) => PublishAsync(new RunEvent.Happened(happened, this));

    private async ValueTask PublishAsync(RunEvent happened)
    {
        try
        {
            await _events.WriteAsync(happened, _closing.Token).ConfigureAwait(false);
        }
        catch (Exception over) when (over is ChannelClosedException or OperationCanceledException)
        {
            // The job is over; nobody listens any more.
        }
    }
}
