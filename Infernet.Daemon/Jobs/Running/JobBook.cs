using Infernet.Core.Api;
using Infernet.Core.Identity;
using Infernet.Core.Jobs;
using Infernet.Daemon.Jobs.Auditing;
using Infernet.Daemon.Jobs.Dispatch;
using Infernet.Daemon.Jobs.Redundancy;
using Infernet.Daemon.Journal;

namespace Infernet.Daemon.Jobs.Running;

/// <summary>What a running job has come to: its totals and each provider's part. Thread-safe.</summary>
internal sealed class JobBook
{
    private const int MaxRejections = 50;

    private readonly Lock _lock = new();
    private readonly JobRecord _job;
    private readonly Dictionary<string, JobProvider> _providers = [];
    private readonly List<JobRejection> _rejections;
    private JobTotals _totals;
    private JobVerification _verification;
    private string _state = JobState.Matching;
    private JobPayment? _payment;
    private ulong _paid;
    private ulong _withheld;
    private readonly Dictionary<string, JobAuditor> _auditors;
    private readonly List<JobDebt> _unpayable = [];

    /// <summary>Opens the book of a job with what earlier runs brought.</summary>
    public JobBook(JobRecord job, NodeJournal journal)
    {
        _job = job;
        OutputTable outputs = journal.Outputs;
        _totals = outputs.Totals(job.Row);
        _verification = new JobVerification { Mode = Names.Of(job.Specification.Verification.Mode) };
        _rejections =
        [
            .. journal.Audits.Rejections(job.Row, MaxRejections)
                .Select(r => new JobRejection(r.Item, r.Provider, r.Reason)),
        ];
        foreach ((string provider, long items, long tokens) in outputs.SharesByProvider(job.Row))
        {
            Update(provider, p => p with { Items = (int)items, CompletionTokens = tokens, State = "done" });
        }

        foreach ((string provider, string outcome, long count) in outputs.AttemptCounts(job.Row))
        {
            Update(provider, p => outcome == AttemptRecord.Failed
                ? p with { FailedShards = p.FailedShards + (int)count }
                : p with { Shards = p.Shards + (int)count });
        }

        foreach (IGrouping<string, ReceiptRecord> receipts in outputs.Receipts(job.Row).GroupBy(r => r.Provider))
        {
            Update(receipts.Key, p => p with { Receipts = receipts.Count() });
        }

        foreach (VoteShare share in job.IsRedundant ? journal.Votes.Shares(job.Row) : [])
        {
            Update(share.Provider, p => p with
            {
                Items = share.Answers, CompletionTokens = share.Tokens, Agreed = share.Agreed,
                Outvoted = share.Outvoted, State = "done",
            });
        }

        foreach ((string provider, ulong paid, ulong withheld) in journal.Pay.Shares(job.Row))
        {
            Pay(provider, paid, withheld);
        }

        _auditors = journal.AuditDues.Shares(job.Row).ToDictionary(a => a.PeerId);
        foreach ((string provider, string state, long count) in journal.Audits.Counts(job.Row))
        {
            Update(provider, p => Judged(p, state, (int)count));
            _verification = Counted(_verification, state, (int)count);
        }
    }

    public int Done
    {
        get
        {
            lock (_lock)
            {
                return _totals.Done;
            }
        }
    }

    public long CompletionTokens
    {
        get
        {
            lock (_lock)
            {
                return _totals.CompletionTokens;
            }
        }
    }

    /// <summary>Moves to another state; false if it is that already.</summary>
    public bool TrySetState(string state)
    {
        lock (_lock)
        {
            bool changed = _state != state;
            _state = state;
            return changed;
        }
    }

    public void SetProvider(PeerId peer, string state, string? detail = null)
    {
        lock (_lock)
        {
            Update(peer.ToString(), p => p with { State = state, Detail = detail });
        }
    }

    /// <summary>An attempt ended and what it brought is durable.</summary>
    public void Record(DispatchAction.EndAttempt attempt, Delivery? delivery)
    {
        lock (_lock)
        {
            bool failed = attempt.Outcome == AttemptOutcome.Failed;
            List<OutputRecord> accepted = [.. attempt.Accepted.Select(i => delivery!.Outputs[i])];
            long tokens = accepted.Sum(o => (long)o.CompletionTokens);
            // Of redundant work, an answer is one of several until their vote has ended.
            _totals = _job.IsRedundant ? _totals : new JobTotals(
                _totals.Done + accepted.Count,
                _totals.Failed + accepted.Count(o => o.Error is not null),
                _totals.PromptTokens + accepted.Sum(o => (long)o.PromptTokens),
                _totals.CompletionTokens + tokens);
            Update(attempt.Peer.ToString(), p => p with
            {
                Items = p.Items + accepted.Count,
                CompletionTokens = p.CompletionTokens + tokens,
                Shards = p.Shards + (failed ? 0 : 1),
                FailedShards = p.FailedShards + (failed ? 1 : 0),
                Receipts = p.Receipts + (delivery is null ? 0 : 1),
            });
        }
    }

    /// <summary>Nobody but this node was matched.</summary>
    public void SetOwnNodeOnly()
    {
        lock (_lock)
        {
            _verification = _verification with { OwnNodeOnly = true };
        }
    }

    /// <summary>What the audits promise, as far as it is known who will work.</summary>
    public void SetForecast(double lowest, double highest, double? shardsToNotice)
    {
        lock (_lock)
        {
            _verification = _verification with
            {
                LowestRate = lowest, HighestRate = highest, ShardsToNotice = shardsToNotice,
            };
        }
    }

    /// <summary>What the job may pay, and has set aside; what it has paid is known here.</summary>
    public void SetPayment(JobPayment payment)
    {
        lock (_lock)
        {
            _payment = payment;
        }
    }

    /// <summary>A shard was paid, or not, or a part of it, and that is durable.</summary>
    public void Paid(PeerId peer, ulong paid, ulong withheld)
    {
        lock (_lock)
        {
            Pay(peer.ToString(), paid, withheld);
        }
    }

    /// <summary>An auditor is due so much more.</summary>
    public void AuditorDue(PeerId auditor, ulong amount)
    {
        lock (_lock)
        {
            string name = auditor.ToString();
            JobAuditor before = _auditors.GetValueOrDefault(name) ?? new JobAuditor(name, 0, 0, 0);
            _auditors[name] = before with { Audits = before.Audits + 1, Amount = before.Amount + amount };
        }
    }

    /// <summary>Something is owed that can never be paid.</summary>
    public void AddUnpayable(JobDebt debt)
    {
        lock (_lock)
        {
            _unpayable.Add(debt);
        }
    }

    /// <summary>What was paid by all runs of the job, to providers and to auditors.</summary>
    public ulong PaidSoFar
    {
        get
        {
            lock (_lock)
            {
                return _paid + Audits;
            }
        }
    }

    private ulong Audits => _auditors.Values.Aggregate(0ul, (sum, a) => sum + a.Amount);

    /// <summary>An audit began.</summary>
    public void AuditOpened()
    {
        lock (_lock)
        {
            _verification = Counted(_verification, AuditState.Pending, 1);
        }
    }

    /// <summary>The audits that are pending will not be held.</summary>
    public void AuditsAbandoned()
    {
        lock (_lock)
        {
            _verification = _verification with
            {
                Missed = _verification.Missed + _verification.Pending, Pending = 0,
            };
        }
    }

    /// <summary>An audit ended and what follows is durable.</summary>
    /// <param name="ruling">What it came to.</param>
    /// <param name="closed">How many audits ended with it.</param>
    /// <param name="removed">What was taken back.</param>
    public void Record(AuditRuling ruling, int closed, IReadOnlyList<RemovedOutput> removed)
    {
        lock (_lock)
        {
            long tokens = removed.Sum(o => (long)o.CompletionTokens);
            _totals = new JobTotals(
                _totals.Done - removed.Count,
                _totals.Failed - removed.Count(o => o.IsError),
                _totals.PromptTokens - removed.Sum(o => (long)o.PromptTokens),
                _totals.CompletionTokens - tokens);
            _verification = Counted(Counted(_verification, ruling.State, 1), AuditState.Pending, -closed);
            foreach (RemovedOutput output in removed.Take(MaxRejections - _rejections.Count))
            {
                _rejections.Add(new JobRejection(output.Item, ruling.Order.Provider.ToString(), ruling.Reason));
            }

            Update(ruling.Order.Provider.ToString(), p => Judged(p, ruling.State, 1) with
            {
                Items = p.Items - removed.Count,
                CompletionTokens = p.CompletionTokens - tokens,
            });
        }
    }

    /// <summary>A vote ended and its result is durable.</summary>
    public void Record(CountedVote vote)
    {
        lock (_lock)
        {
            OutputRecord? answer = vote.Result is BallotResult.Won won ? vote.Votes[won.Winner].Answer : null;
            _totals = new JobTotals(
                _totals.Done + 1,
                _totals.Failed + (answer is null or { Error: not null } ? 1 : 0),
                _totals.PromptTokens + (answer?.PromptTokens ?? 0),
                _totals.CompletionTokens + (answer?.CompletionTokens ?? 0));
            foreach (VoteRecordOfPeer record in VoteRecordOfPeer.Of([vote]))
            {
                Update(record.Peer.ToString(), p => p with
                {
                    Agreed = p.Agreed + record.Agreed, Outvoted = p.Outvoted + record.Outvoted,
                });
            }
        }
    }

    /// <summary>The job as it stands.</summary>
    public JobStatus Status(DateTimeOffset? finishedAt = null, ApiError? error = null)
    {
        lock (_lock)
        {
            bool ended = JobState.IsFinal(_state);
            return new JobStatus
            {
                Id = _job.Name,
                State = _state,
                Kind = Names.Of(_job.Specification.Kind),
                Model = _job.Specification.Model,
                ModelCid = _job.ModelCid,
                CreatedAt = _job.CreatedAt,
                FinishedAt = finishedAt,
                TotalItems = _job.Total,
                DoneItems = _totals.Done,
                FailedItems = _totals.Failed,
                CompletionTokens = _totals.CompletionTokens,
                PromptTokens = _totals.PromptTokens,
                Deadline = _job.Deadline,
                Providers =
                [
                    .. _providers.Values.Select(p => ended && p.State == "active" ? p with { State = "done" } : p)
                        .OrderByDescending(p => p.Items),
                ],
                Payment = _payment is null ? null : _payment with
                {
                    Paid = _paid, Audits = Audits, Withheld = _withheld, Reserved = ended ? 0 : _payment.Reserved,
                    Auditors = [.. _auditors.Values.OrderByDescending(a => a.Amount)], Unpayable = [.. _unpayable],
                },
                Verification = _verification with { Rejections = [.. _rejections] },
                Error = error,
            };
        }
    }

    private void Pay(string peer, ulong paid, ulong withheld)
    {
        (_paid, _withheld) = (_paid + paid, _withheld + withheld);
        Update(peer, p => p with { Paid = p.Paid + paid, Withheld = p.Withheld + withheld });
    }

    private void Update(string peer, Func<JobProvider, JobProvider> change) =>
        _providers[peer] = change(_providers.GetValueOrDefault(peer) ?? new JobProvider
        {
            PeerId = peer, Items = 0, Shards = 0, FailedShards = 0, CompletionTokens = 0, Receipts = 0,
            State = "active",
        });

    private static JobProvider Judged(JobProvider provider, string state, int count) => state switch
    {
        AuditState.Verified => provider with { Audited = provider.Audited + count, Passed = provider.Passed + count },
        AuditState.Rejected => provider with
        {
            Audited = provider.Audited + count, Rejected = provider.Rejected + count,
        },
        AuditState.Disputed => provider with { Audited = provider.Audited + count },
        _ => provider,
    };

    private static JobVerification Counted(JobVerification sums, string state, int count) => state switch
    {
        AuditState.Verified => sums with { Passed = sums.Passed + count },
        AuditState.Rejected => sums with { Rejected = sums.Rejected + count },
        AuditState.Disputed => sums with { Disputed = sums.Disputed + count },
        AuditState.Pending => sums with { Pending = sums.Pending + count },
        AuditState.Unaudited => sums with { Missed = sums.Missed + count },
        _ => sums,
    };

    private static class Names
    {
        public static string Of(VerificationMode mode) => mode switch
        {
            VerificationMode.Exact => "exact",
            VerificationMode.Redundant => "redundant",
            VerificationMode.None => "none",
            _ => "tolerant",
        };

        public static string Of(JobKind kind) => kind switch
        {
            JobKind.Chat => "chat",
            JobKind.Embedding => "embedding",
            _ => "completion",
        };
    }
}
