namespace Infernet.Daemon.Journal;

/// <summary>
/// The node's journal, table by table. Whatever a node must not forget is here before anybody is told that it
/// happened: <see cref="JournalStore"/> commits, the tables know the SQL.
/// </summary>
internal sealed class NodeJournal : IAsyncDisposable
{
    private readonly JournalStore _store;

    private NodeJournal(JournalStore store)
    {
        _store = store;
        Jobs = new JobTable(store);
        Offers = new OfferTable(store);
        Audits = new AuditTable(store);
        Outputs = new OutputTable(store);
        Votes = new VoteTable(store);
        Events = new EventTable(store);
        Models = new ModelTable(store);
        Peers = new PeerTable(store);
        Challenges = new ChallengeTable(store);
        Evidence = new EvidenceTable(store);
        Pay = new PayTable(store);
        AuditDues = new AuditDueTable(store);
        Spending = new SpendingTable(store);
        Transactions = new TransactionTable(store);
        Contracts = new ContractTable(store);
        Earnings = new EarningTable(store);
        EarningChannels = new EarningChannelTable(store);
        EarningSums = new EarningSums(store);
        Settlements = new SettlementTable(store);
        Nonces = new NonceTable(store);
        Prices = new PriceTable(store);
    }

    public JobTable Jobs { get; }

    public OfferTable Offers { get; }

    public AuditTable Audits { get; }

    public OutputTable Outputs { get; }

    public VoteTable Votes { get; }

    public EventTable Events { get; }

    public ModelTable Models { get; }

    public PeerTable Peers { get; }

    public ChallengeTable Challenges { get; }

    public EvidenceTable Evidence { get; }

    public PayTable Pay { get; }

    public AuditDueTable AuditDues { get; }

    public SpendingTable Spending { get; }

    public TransactionTable Transactions { get; }

    public ContractTable Contracts { get; }

    public EarningTable Earnings { get; }

    public EarningChannelTable EarningChannels { get; }

    public EarningSums EarningSums { get; }

    public SettlementTable Settlements { get; }

    public NonceTable Nonces { get; }

    public PriceTable Prices { get; }

    /// <summary>What keeps the journal from being written; null when all is well.</summary>
    public string? Problem => _store.Problem;

    /// <summary>Opens the file.</summary>
    /// <exception cref="JournalException">It is damaged, too new, or can't be opened.</exception>
    public static NodeJournal Open(JournalOptions options) => new(JournalStore.Open(options));

    public ValueTask DisposeAsync() => _store.DisposeAsync();
}
