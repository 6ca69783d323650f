using Infernet.Solana.Keys;

namespace Infernet.Daemon.Configuration;

/// <summary>
/// The settings about money, a part of <see cref="Settings.All"/>. Amounts are kept as texts: what a token's decimals
/// are is itself a setting.
/// </summary>
public static class PaymentSettings
{
    /// <summary>Lamports, as the text of <see cref="Mint"/>.</summary>
    public const string Sol = "SOL";

    /// <summary>Whatever cluster answers.</summary>
    public const string AnyCluster = "any";

    public static TypedSetting<bool> Payments { get; } = new()
    {
        Key = "payments",
        Description = "Whether this node pays for its jobs and is paid for its work; without, everything is free.",
        ValueName = "BOOL",
        Default = ["false"],
        IsSwitch = true,
        Choices = ["true", "false"],
        Reader = SettingReaders.Switch,
    };

    public static TypedSetting<IReadOnlyList<Uri>> RpcUrls { get; } = new()
    {
        Key = "rpc_urls",
        Description = "JSON-RPC endpoints of one Solana cluster, which is the one that is paid on; the one that you trust most first.",
        ValueName = "URL",
        Default = ["http://127.0.0.1:8899"],
        IsList = true,
        Reader = texts => PaymentReaders.Urls(texts, "http", "https"),
    };

    public static TypedSetting<Uri?> RpcWebSocket { get; } = new()
    {
        Key = "rpc_websocket",
        Description = "Where the cluster tells of transactions; without, they are asked for.",
        ValueName = "URL",
        Default = [],
        Reader = texts => texts.Count == 0 ? null : PaymentReaders.Urls([SettingReaders.One(texts)], "ws", "wss")[0],
    };

    public static TypedSetting<string?> ClusterGenesis { get; } = new()
    {
        Key = "cluster_genesis",
        Description = "The genesis hash of the only cluster that may be paid on; any takes the one that answers.",
        ValueName = "HASH",
        Default = [AnyCluster],
        Reader = texts => PaymentReaders.AddressOr(texts, AnyCluster)?.ToString(),
    };

    /// <summary>Null if it is not chosen; there is no program that all clusters have.</summary>
    public static TypedSetting<string?> Program { get; } = new()
    {
        Key = "settlement_program",
        Description = "The settlement program's address; 'infernet ledger start' shows that of the local ledger.",
        ValueName = "ADDRESS",
        Default = [],
        Reader = texts => texts.Count == 0 ? null : PaymentReaders.AddressOf(texts).ToString(),
    };

    public static TypedSetting<string?> Mint { get; } = new()
    {
        Key = "payment_mint",
        Description = "What is paid in: SOL, or a token's mint.",
        ValueName = "MINT",
        Default = [Sol],
        Reader = texts => PaymentReaders.AddressOr(texts, Sol) is { } mint && mint != default(Address)
            ? mint.ToString()
            : null,
    };

    public static TypedSetting<int> Decimals { get; } = new()
    {
        Key = "payment_decimals",
        Description = "The decimals of the token that is paid in, so that amounts can be read; SOL has 9.",
        ValueName = "N",
        Default = ["9"],
        Reader = SettingReaders.WholeNumber(0, 19),
    };

    public static TypedSetting<string?> WalletPassphrase { get; } = new()
    {
        Key = "wallet_passphrase",
        Description = "Unseals wallet.json if it is sealed; has no flag, since other users could read it.",
        ValueName = "TEXT",
        Default = [],
        IsSecret = true,
        Reader = SettingReaders.Secret,
    };

    public static TypedSetting<string> DailyCap { get; } = Amount(
        "daily_cap", "1 SOL", "Most that may leave the wallet, and most that may be promised, in one day (UTC)");

    public static TypedSetting<string> JobBudget { get; } = Amount(
        "job_budget", "0.05 SOL", "Most that a job may cost which names no budget of its own");

    public static TypedSetting<string> CanaryBudget { get; } = Amount(
        "canary_budget", "0.001 SOL", "Most that a day's (UTC) tests of auditors may cost, beside what jobs pay theirs");

    public static TypedSetting<string> ChannelDeposit { get; } = Amount(
        "channel_deposit", "0.05 SOL", "What a channel to a provider is opened with");

    public static TypedSetting<string> PriceInput { get; } = Amount(
        "price_input", "0.0005 SOL", "What this node asks for a million input tokens");

    public static TypedSetting<string> PriceOutput { get; } = Amount(
        "price_output", "0.002 SOL", "What this node asks for a million output tokens");

    public static TypedSetting<string> PriceEngineHour { get; } = Amount(
        "price_engine_hour", "0", "What this node asks for an hour of engine time");

    public static TypedSetting<string> SettleAmount { get; } = Amount(
        "settle_amount", "0.05 SOL", "A channel is settled when it holds so much that is not on the chain yet");

    public static TypedSetting<TimeSpan> SettleAge { get; } = new()
    {
        Key = "settle_age",
        Description = "A channel is settled when it has held something for so long.",
        ValueName = "TIME",
        Default = ["24h"],
        Reader = PaymentReaders.Duration,
    };

    public static TypedSetting<int> FirstCredit { get; } = new()
    {
        Key = "first_credit",
        Description = "What a payer may owe that nothing is known of yet, in tokens at this node's prices (256 to 1048576).",
        ValueName = "N",
        Default = ["16384"],
        Reader = SettingReaders.WholeNumber(256, 1 << 20),
    };

    public static TypedSetting<bool> TakeEscrows { get; } = Switch(
        "take_escrows", true, "Whether jobs may pay this node by escrows; then it counts on the committee to release them.");

    public static TypedSetting<TimeSpan> EscrowTerm { get; } = new()
    {
        Key = "escrow_term",
        Description = "When what nobody released of a job's escrow comes back; providers take none that ends within 3h.",
        ValueName = "TIME",
        Default = ["24h"],
        Reader = PaymentReaders.Duration,
    };

    public static TypedSetting<bool> Committee { get; } = Switch(
        "committee", false, "Whether this node signs for escrows' releases, if its key is in the chain's committee.");

    /// <summary>All of them, in the order in which they are shown.</summary>
    internal static IReadOnlyList<Setting> All { get; } =
    [
        Payments, RpcUrls, RpcWebSocket, ClusterGenesis, Program, Mint, Decimals, WalletPassphrase, DailyCap, JobBudget,
        CanaryBudget, ChannelDeposit, PriceInput, PriceOutput, PriceEngineHour, SettleAmount, SettleAge,
        FirstCredit,
        TakeEscrows, EscrowTerm, Committee,
    ];

    private static TypedSetting<bool> Switch(string key, bool standard, string description) => new()
    {
        Key = key,
        Description = description,
        ValueName = "BOOL",
        Default = [standard ? "true" : "false"],
        IsSwitch = true,
        Choices = ["true", "false"],
        Reader = SettingReaders.Switch,
    };

    private static TypedSetting<string> Amount(string key, string standard, string description) => new()
    {
        Key = key,
        Description = $"{description}, such as \"0.5 SOL\".",
        ValueName = "AMOUNT",
        Default = [standard],
        Reader = PaymentReaders.Amount,
    };
}
